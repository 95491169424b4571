/** Stores what FETCH gave: rows, threads, counters and search in one transaction under the lease. No network here. */
import type { Transaction } from 'sequelize';
import type { Lease } from '../../accounts/lease';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { forgetMessages } from '../../messages/search/searchIndex';
import { recomputeThreads, type ThreadMember } from '../counters';
import { noteChange } from '../mailboxCounts';
import { groupBy, numberOf, table, underLease, type Values } from '../rows';
import { firstTry } from '../texts/retry';
import { threadMessages, type ThreadAssignment } from '../threading';
import { insertRows, JsonText, updateRows } from './bulk';
import { findMoved, type MovedRow } from './moved';
import { readRows } from '../../readRows';
import { threadableOf, valuesOf, type FetchedMessage, type Owner, type Place } from './values';

/** What is new to a row without its text: how often that was tried, and what it is fetched by. */
const withoutText = (mail: MailContext, { structure, unreadable }: FetchedMessage): Values => ({
  structure: structure && new JsonText(structure),
  ...firstTry(unreadable !== null, mail.now()),
});

/**
 * Stores messages of one mailbox: nothing twice, whatever happened before.
 * @returns threads that changed, and how many rows were new
 */
export async function storeMessages(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  place: Place,
  messages: readonly FetchedMessage[],
): Promise<{ threadIds: string[]; stored: number }> {
  return underLease(mail, lease, async (transaction) => {
    await requirePlace(mail, place, transaction);
    const fresh = await withoutStored(mail, place, messages, transaction);
    const moved = await findMoved(mail, owner, fresh, transaction);
    const added = fresh.length - moved.size;
    const threadables = fresh.map(threadableOf);
    const assignment = await threadMessages(mail, owner.id, threadables, transaction);
    const columnsOf = (message: FetchedMessage, index: number): Values => ({
      ...valuesOf(owner, place, message, threadables[index]!.subject.key),
      threadId: assignment.threads[index]!,
    });
    const rows = function* () {
      for (const [index, message] of fresh.entries()) {
        if (moved.has(message)) continue;
        yield { id: mail.newId(), ...columnsOf(message, index), ...withoutText(mail, message) };
      }
    };
    await insertRows(mail, 'mailMessages', rows(), transaction);
    for (const [message, row] of moved) {
      const values = {
        id: row.id,
        ...columnsOf(message, fresh.indexOf(message)),
        ...(isReplaced(message, row) && { ...withoutText(mail, message), preview: null }),
      };
      await updateRows(mail, 'mailMessages', [values], transaction);
    }
    const replaced = [...moved].filter(([message, row]) => isReplaced(message, row)).map(([, { id }]) => id);
    if (replaced.length > 0) {
      await forgetMessages(mail, replaced, transaction);
      await table(mail, 'mailBodies').destroy({ where: { id: replaced }, hooks: false, transaction });
    }
    const threadIds = changedThreads(assignment, moved.values());
    await recomputeThreads(mail, owner, threadIds, transaction, wholeThreads(place, fresh, moved, assignment));
    if (fresh.length > 0) {
      const lacking = [...moved].filter(([message, row]) => row.textMissing || isReplaced(message, row));
      const textsMissing = added + lacking.length;
      await noteChange(mail, place.id, { stored: fresh.length, textsMissing }, transaction);
    }
    return { threadIds, stored: fresh.length };
  });
}

/** Its content is another one: what is known of its text means nothing. Of what could not be read no size was stored. */
const isReplaced = (message: FetchedMessage, { size }: MovedRow): boolean =>
  size > 0 && message.size > 0 && size !== message.size;

/** Under another UIDVALIDITY these UIDs are of other messages. @throws MailError transient `uidValidityChanged` */
async function requirePlace(mail: MailContext, { id, uidValidity }: Place, transaction: Transaction): Promise<void> {
  const wanted = { attributes: ['uidValidity'], where: { id } };
  const [row] = await readRows(mail, 'mailboxes', wanted, transaction);
  if (numberOf(row?.uidValidity) !== uidValidity) throw new MailError('transient', 'uidValidityChanged');
}

/** Messages that are not stored in this place yet: a pass that was cut, or the one that listens, may have been here. */
async function withoutStored(
  mail: MailContext,
  place: Place,
  messages: readonly FetchedMessage[],
  transaction: Transaction,
): Promise<FetchedMessage[]> {
  const where = { mailboxId: place.id, uidValidity: place.uidValidity, uid: messages.map(({ uid }) => uid) };
  const rows = await readRows(mail, 'mailMessages', { attributes: ['uid'], where }, transaction);
  const have = new Set(rows.map((row) => numberOf(row.uid)));
  return messages.filter(({ uid }) => !have.has(uid));
}

function changedThreads(assignment: ThreadAssignment, moved: Iterable<{ threadId: string | null }>): string[] {
  const left = [...moved].flatMap(({ threadId }) => (threadId ? [assignment.merged.get(threadId) ?? threadId] : []));
  return [...new Set([...assignment.threads, ...assignment.merged.values(), ...left])];
}

/** Threads all of whose messages are new here: nothing needs to be read to know them. */
function wholeThreads(
  place: Place,
  fresh: readonly FetchedMessage[],
  moved: ReadonlyMap<FetchedMessage, unknown>,
  { created, threads }: ThreadAssignment,
): Map<string, ThreadMember[]> {
  const members = fresh.map((message, index): ThreadMember & { known: boolean } => ({
    // A row that moved may carry wishes of its user.
    known: created.has(threads[index]!) && !moved.has(message),
    threadId: threads[index]!,
    mailboxId: place.id,
    internalDate: message.internalDate,
    uid: message.uid,
    seen: message.flags.seen,
    flagged: message.flags.flagged,
    hasAttachments: message.hasAttachments,
    subject: message.envelope.subject,
    from: message.envelope.from,
    preview: null,
  }));
  return new Map(
    [...groupBy(members, ({ threadId }) => threadId)].filter(([, all]) => all.every(({ known }) => known)),
  );
}

/**
 * Writes header fields of messages that could not be read when their rows were made.
 * @param rowIds row of each message, by UID
 * @returns threads that changed
 */
export async function storeReadable(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  place: Place,
  messages: readonly FetchedMessage[],
  rowIds: ReadonlyMap<number, string>,
): Promise<string[]> {
  return underLease(mail, lease, async (transaction) => {
    const threadables = messages.map(threadableOf);
    const assignment = await threadMessages(mail, owner.id, threadables, transaction);
    const before: { threadId: string | null }[] = [];
    for (const [index, message] of messages.entries()) {
      const where = { id: rowIds.get(message.uid), mailboxId: place.id, uid: message.uid };
      const row = (await table(mail, 'mailMessages').findOne({
        where,
        attributes: ['threadId'],
        raw: true,
        transaction,
      })) as unknown as Values | null;
      if (!row) continue;
      before.push({ threadId: row.threadId === null ? null : String(row.threadId) });
      const values = {
        id: rowIds.get(message.uid)!,
        ...valuesOf(owner, place, message, threadables[index]!.subject.key),
        ...withoutText(mail, message),
        threadId: assignment.threads[index],
      };
      await updateRows(mail, 'mailMessages', [values], transaction);
    }
    const threadIds = changedThreads(assignment, before);
    await recomputeThreads(mail, owner, threadIds, transaction);
    return threadIds;
  });
}
