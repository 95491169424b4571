/** Which conversation a message belongs to: References and In-Reply-To, never the subject alone. A late parent merges threads. */
import type { Transaction } from 'sequelize';
import type { MailContext } from '../context';
import { chunks, idOf, table, type Values } from './rows';

/** The ids of one message, as keys of mailReferences. */
export interface Threadable {
  /** Message-ID, and the name it had before the server replaced it; empty without any. */
  own: readonly string[];
  /** Everything it refers to. */
  references: readonly string[];
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

const older = (a: string, b: string) => (a.length === b.length ? a < b : a.length < b.length);

/**
 * Assigns threads. A message without Message-ID and without references gets a thread of its own.
 * @param known thread of each key that is already stored
 * @param newId gives the id of a new thread
 */
export function assignThreads(
  messages: readonly Threadable[],
  known: ReadonlyMap<string, string>,
  newId: () => string,
): ThreadAssignment {
  const parent = new Map<string, string>();
  const created = new Set<string>();
  const keys = new Map(known);

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

  const assigned = messages.map(({ own, references }) => {
    const all = [...own, ...references];
    const roots = all.flatMap((key) => {
      const thread = keys.get(key);
      return thread === undefined ? [] : [rootOf(thread)];
    });
    let thread = roots[0];
    for (const root of roots.slice(1)) thread = join(rootOf(thread!), rootOf(root));
    if (thread === undefined) {
      thread = newId();
      created.add(thread);
    }
    for (const key of all) keys.set(key, thread);
    return thread;
  });

  const references = new Map<string, string>();
  for (const [key, thread] of keys) if (known.get(key) !== rootOf(thread)) references.set(key, rootOf(thread));
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
  const references = table(mail, 'mailReferences');
  const keys = [...new Set(messages.flatMap(({ own, references: refs }) => [...own, ...refs]))];
  const known = new Map<string, string>();
  const rowIds = new Map<string, string>();
  for (const some of chunks(keys, 400)) {
    const rows = (await references.findAll({
      where: { accountId, messageIdHash: some },
      raw: true,
      transaction,
    })) as unknown as Values[];
    for (const row of rows) {
      known.set(String(row.messageIdHash), idOf(row.threadId) ?? '');
      rowIds.set(String(row.messageIdHash), String(row.id));
    }
  }
  const assignment = assignThreads(messages, known, () => mail.newId());
  for (const [loser, winner] of assignment.merged) await mergeThread(mail, accountId, loser, winner, transaction);
  const added = [...assignment.references].filter(([key]) => !rowIds.has(key));
  for (const some of chunks(added, 400)) {
    await references.bulkCreate(
      some.map(([messageIdHash, threadId]) => ({ id: mail.newId(), accountId, messageIdHash, threadId })),
      { hooks: false, transaction },
    );
  }
  return assignment;
}

/** Moves everything of one thread into another and removes it. */
async function mergeThread(
  mail: MailContext,
  accountId: string,
  loser: string,
  winner: string,
  transaction: Transaction,
): Promise<void> {
  const options = { hooks: false, silent: true, transaction };
  for (const name of ['mailMessages', 'mailReferences'] as const) {
    await table(mail, name).update({ threadId: winner }, { ...options, where: { accountId, threadId: loser } });
  }
  await table(mail, 'mailThreadMailboxes').destroy({ where: { threadId: loser }, hooks: false, transaction });
  await table(mail, 'mailThreads').destroy({ where: { id: loser, accountId }, hooks: false, transaction });
}
