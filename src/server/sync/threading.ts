/**
 * Which conversation a message belongs to: References and In-Reply-To; by its subject only a reply that names nothing, within
 * the limits of subjects.ts. A late parent merges threads.
 */
import { Op, type Transaction } from 'sequelize';
import type { AddressView } from '../../shared/types';
import type { MailContext } from '../context';
import { chunks, dateOf, groupBy, idOf, jsonOf, table, type Values } from './rows';
import { insertRows } from './store/bulk';
import { changeRows } from '../changeRows';
import { readRows } from '../readRows';
import {
  addressesOf,
  answersBySubject,
  counterpartKeys,
  REPLY_WITHIN,
  subjectFacts,
  type SubjectFacts,
} from './subjects';

/** What decides the thread of one message. */
export interface Threadable {
  /** Its ids as keys of mailReferences: Message-ID, and the name it had before the server replaced it; empty without any. */
  own: readonly string[];
  /** Everything it refers to. */
  references: readonly string[];
  subject?: SubjectFacts;
}

export interface ThreadAssignment {
  /** Thread of each message, in the order given. */
  threads: string[];
  /** Keys that are new or now belong to another thread. */
  references: Map<string, string>;
  /** Threads that ended in another one. */
  merged: Map<string, string>;
  /** Threads that did not exist before. */
  created: Set<string>;
}

/** What is known of messages that are stored already. */
export interface KnownThreads {
  /** Thread of each key. */
  byKey: ReadonlyMap<string, string>;
  /** Messages that may be joined by their subject, by {@link SubjectFacts.key}. */
  bySubject?: ReadonlyMap<number, readonly (SubjectFacts & { threadId: string })[]>;
}

const older = (a: string, b: string) => (a.length === b.length ? a < b : a.length < b.length);

/**
 * Assigns threads. A message that nothing connects gets a thread of its own.
 * @param newId gives the id of a new thread
 */
export function assignThreads(
  messages: readonly Threadable[],
  known: KnownThreads,
  newId: () => string,
): ThreadAssignment {
  const parent = new Map<string, string>();
  const created = new Set<string>();
  const keys = new Map(known.byKey);

  const rootOf = (thread: string): string => {
    let root = thread;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  /** The one that existed wins, else the older: its links and notes stay where they are. */
  const join = (a: string, b: string): string => {
    if (a === b) return a;
    const keepA = created.has(a) === created.has(b) ? older(a, b) : !created.has(a);
    const [winner, loser] = keepA ? [a, b] : [b, a];
    parent.set(loser, winner);
    return winner;
  };

  /** Messages of this batch that were assigned already, by the key of their subject. */
  const assignedBySubject = new Map<number, (SubjectFacts & { threadId: string })[]>();
  const bySubject = (facts: SubjectFacts | undefined): string[] => {
    if (!facts) return [];
    return counterpartKeys(facts).flatMap((key) =>
      [...(known.bySubject?.get(key) ?? []), ...(assignedBySubject.get(key) ?? [])]
        .filter((other) => answersBySubject(facts, other) || answersBySubject(other, facts))
        .map(({ threadId }) => threadId),
    );
  };

  const assigned = messages.map(({ own, references, subject }) => {
    const all = [...own, ...references];
    const roots = [...all.flatMap((key) => keys.get(key) ?? []), ...bySubject(subject)].map(rootOf);
    let thread = roots[0];
    for (const root of roots.slice(1)) thread = join(rootOf(thread!), rootOf(root));
    if (thread === undefined) {
      thread = newId();
      created.add(thread);
    }
    for (const key of all) keys.set(key, thread);
    if (subject?.key != null) {
      const alike = assignedBySubject.get(subject.key) ?? [];
      alike.push({ ...subject, threadId: thread });
      assignedBySubject.set(subject.key, alike);
    }
    return thread;
  });

  const references = new Map<string, string>();
  for (const [key, thread] of keys) if (known.byKey.get(key) !== rootOf(thread)) references.set(key, rootOf(thread));
  const merged = new Map([...parent.keys()].filter((loser) => !created.has(loser)).map((l) => [l, rootOf(l)]));
  const threads = assigned.map(rootOf);
  return { threads, references, merged, created: new Set([...created].filter((id) => !parent.has(id))) };
}

/**
 * Assigns threads to messages about to be stored, and writes what follows for references and for threads that merge.
 * The caller stores the messages and recomputes the counters of the threads returned.
 */
export async function threadMessages(
  mail: MailContext,
  accountId: string,
  messages: readonly Threadable[],
  transaction: Transaction,
): Promise<ThreadAssignment> {
  const byKey = await readReferences(mail, accountId, messages, transaction);
  const bySubject = await readBySubject(mail, accountId, messages, transaction);
  const assignment = assignThreads(messages, { byKey, bySubject }, () => mail.newId());
  for (const [loser, winner] of assignment.merged) await mergeThread(mail, accountId, loser, winner, transaction);
  const added = [...assignment.references].filter(([key]) => !byKey.has(key));
  const rows = added.map(([messageIdHash, threadId]) => ({ id: mail.newId(), accountId, messageIdHash, threadId }));
  await insertRows(mail, 'mailReferences', rows, transaction);
  return assignment;
}

async function readReferences(
  mail: MailContext,
  accountId: string,
  messages: readonly Threadable[],
  transaction: Transaction,
): Promise<Map<string, string>> {
  const keys = [...new Set(messages.flatMap(({ own, references }) => [...own, ...references]))];
  const known = new Map<string, string>();
  for (const some of chunks(keys, 2000)) {
    const wanted = { attributes: ['messageIdHash', 'threadId'], where: { accountId, messageIdHash: some } };
    const rows = await readRows(mail, 'mailReferences', wanted, transaction);
    for (const row of rows) known.set(String(row.messageIdHash), idOf(row.threadId) ?? '');
  }
  return known;
}

const FACTS = ['threadId', 'subject', 'subjectKey', 'internalDate', 'fromAddress', 'to', 'cc', 'references'];

/** More messages of one subject within the time say that it says nothing: none of them is looked at. */
const MOST_OF_A_SUBJECT = 200;
/** Messages that are looked at for one batch, and whose subjects are counted. */
const MOST_LOOKED_AT = 2000;
const MOST_COUNTED = 20_000;

async function readBySubject(
  mail: MailContext,
  accountId: string,
  messages: readonly Threadable[],
  transaction: Transaction,
): Promise<Map<number, (SubjectFacts & { threadId: string })[]>> {
  const found = new Map<number, (SubjectFacts & { threadId: string })[]>();
  const facts = messages.flatMap(({ subject }) => subject ?? []);
  const keys = [...new Set(facts.flatMap(counterpartKeys))];
  if (keys.length === 0) return found;
  const dates = facts.map(({ date }) => date.getTime());
  const read = (attributes: string[], subjectKey: readonly number[], limit: number) => {
    const internalDate = {
      [Op.gte]: new Date(Math.min(...dates) - REPLY_WITHIN),
      [Op.lte]: new Date(Math.max(...dates) + REPLY_WITHIN),
    };
    const where = { accountId, subjectKey, internalDate, vanishedAt: null, threadId: { [Op.ne]: null } };
    return readRows(mail, 'mailMessages', { attributes, where, limit }, transaction);
  };
  let rows = await read(FACTS, keys, MOST_OF_A_SUBJECT);
  if (rows.length === MOST_OF_A_SUBJECT) {
    // One subject that hundreds bear does not keep the others from being looked at.
    const all = groupBy(await read(['subjectKey'], keys, MOST_COUNTED), (row) => Number(row.subjectKey));
    const telling = keys.filter((key) => (all.get(key)?.length ?? 0) <= MOST_OF_A_SUBJECT);
    rows = telling.length > 0 ? await read(FACTS, telling, MOST_LOOKED_AT) : [];
  }
  for (const row of rows) {
    const key = Number(row.subjectKey);
    const alike = found.get(key) ?? [];
    found.set(key, [...alike, { ...factsOf(row, key), threadId: String(row.threadId) }]);
  }
  return found;
}

function factsOf(row: Values, key: number): SubjectFacts {
  const listOf = (value: unknown): unknown[] => {
    const list = jsonOf(value);
    return Array.isArray(list) ? list : [];
  };
  const addresses = (value: unknown) => listOf(value) as AddressView[];
  const from = String(row.fromAddress ?? '').toLowerCase();
  return {
    ...subjectFacts(String(row.subject ?? ''), listOf(row.references).length > 0),
    key,
    date: dateOf(row.internalDate) ?? new Date(0),
    from,
    people: addressesOf([{ name: '', address: from }, ...addresses(row.to), ...addresses(row.cc)]),
  };
}

/** Moves everything of one thread into another and removes it. */
async function mergeThread(
  mail: MailContext,
  accountId: string,
  loser: string,
  winner: string,
  transaction: Transaction,
): Promise<void> {
  for (const name of ['mailMessages', 'mailReferences'] as const) {
    // A thread is of one account: with both SQLite might look through all that the account has.
    await changeRows(mail, name, { threadId: winner }, { threadId: loser }, transaction);
  }
  await table(mail, 'mailThreadMailboxes').destroy({ where: { threadId: loser }, hooks: false, transaction });
  await table(mail, 'mailThreads').destroy({ where: { id: loser, accountId }, hooks: false, transaction });
}
