/** Writes what a pass found: rows, threads, counters and cursors in one transaction under the lease. No network here. */
import { Op, type Transaction } from 'sequelize';
import type { Lease } from '../accounts/lease';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { hashMessageId, type Envelope } from '../imap/envelope';
import { recomputeThreads } from './counters';
import { countRows, noteChange, noteRows } from './mailboxCounts';
import type { FlagChange, KnownMessage, ServerFlags, StoredFlags } from './plan';
import { chunks, dateOf, flagOf, groupBy, idOf, numberOf, table, underLease, type Values } from './rows';
import { threadMessages, type Threadable } from './threading';

/** The account a pass works for. */
export interface Owner {
  id: string;
  userId: string;
}

/** A mailbox under one UIDVALIDITY. */
export interface Place {
  id: string;
  uidValidity: number;
}

/** A message as FETCH gave it. */
export interface FetchedMessage {
  uid: number;
  flags: ServerFlags;
  internalDate: Date;
  size: number;
  envelope: Envelope;
  hasAttachments: boolean;
  /** Error code where it could not be read: the row is shown all the same. */
  unreadable: string | null;
}

const silently = (transaction: Transaction) => ({ hooks: false, silent: true, transaction });

/** Rows of a mailbox that have their place, newest UID first. */
export async function readKnown(
  mail: MailContext,
  place: Place,
  newest?: number,
): Promise<(KnownMessage & StoredFlags)[]> {
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { mailboxId: place.id, uidValidity: place.uidValidity, uid: { [Op.ne]: null } },
    attributes: ['id', 'uid', 'internalDate', 'seen', 'flagged', 'answered', 'draft'],
    order: [['uid', 'DESC']],
    ...(newest !== undefined && { limit: newest }),
    raw: true,
  })) as unknown as Values[];
  return rows.map((row) => ({
    id: String(row.id),
    uid: Number(row.uid),
    internalDate: dateOf(row.internalDate) ?? new Date(0),
    seen: flagOf(row.seen),
    flagged: flagOf(row.flagged),
    answered: flagOf(row.answered),
    draft: flagOf(row.draft),
  }));
}

function valuesOf(owner: Owner, place: Place, message: FetchedMessage): Values {
  const { envelope } = message;
  return {
    userId: owner.userId,
    accountId: owner.id,
    mailboxId: place.id,
    uidValidity: place.uidValidity,
    uid: message.uid,
    vanishedAt: null,
    ...message.flags,
    messageId: envelope.messageId,
    messageIdHash: envelope.messageIdHash,
    originalMessageId: envelope.originalMessageId,
    inReplyTo: envelope.inReplyTo,
    references: envelope.references,
    subject: envelope.subject,
    fromName: envelope.from?.name ?? '',
    fromAddress: envelope.from?.address ?? '',
    to: envelope.to,
    cc: envelope.cc,
    bcc: envelope.bcc,
    replyTo: envelope.replyTo,
    internalDate: message.internalDate,
    sentAt: envelope.sentAt,
    size: message.size,
    hasAttachments: message.hasAttachments,
    headerHash: envelope.headerHash,
    unreadable: message.unreadable,
  };
}

const threadableOf = ({ envelope }: FetchedMessage): Threadable => ({
  own: [
    ...(envelope.messageIdHash ? [envelope.messageIdHash] : []),
    ...(envelope.originalMessageId ? [hashMessageId(envelope.originalMessageId)] : []),
  ],
  references: envelope.references.map(hashMessageId),
});

/** What tells a moved message from its twin: anyone can reuse a Message-ID. */
const identityOf = (messageIdHash: unknown, internalDate: Date, headerHash: unknown): string =>
  `${String(messageIdHash)} ${internalDate.getTime()} ${String(headerHash)}`;

/**
 * Rows without a place (vanished elsewhere, or their UIDVALIDITY changed) that are these messages: exactly one row and
 * one message with the same Message-ID, INTERNALDATE and header hash. Anything ambiguous stays separate.
 */
async function findMoved(
  mail: MailContext,
  owner: Owner,
  messages: readonly FetchedMessage[],
  transaction: Transaction,
): Promise<Map<FetchedMessage, { id: string; threadId: string | null }>> {
  const found = new Map<FetchedMessage, { id: string; threadId: string | null }>();
  const hashes = messages.flatMap(({ envelope }) => envelope.messageIdHash ?? []);
  if (hashes.length === 0) return found;
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { accountId: owner.id, messageIdHash: hashes, uid: null },
    attributes: ['id', 'threadId', 'messageIdHash', 'internalDate', 'headerHash'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  const lost = groupBy(rows, (row) =>
    identityOf(row.messageIdHash, dateOf(row.internalDate) ?? new Date(0), row.headerHash),
  );
  const appeared = groupBy(messages, ({ envelope, internalDate }) =>
    identityOf(envelope.messageIdHash, internalDate, envelope.headerHash),
  );
  for (const [identity, [message, twin]] of appeared) {
    const [row, otherRow] = lost.get(identity) ?? [];
    if (message && row && !twin && !otherRow) found.set(message, { id: String(row.id), threadId: idOf(row.threadId) });
  }
  return found;
}

/**
 * Stores messages of one mailbox: nothing twice, whatever happened before.
 * @param cursor columns of the mailbox row to move in the same transaction
 * @returns threads that changed, and how many rows were new
 */
export async function storeMessages(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  place: Place,
  messages: readonly FetchedMessage[],
  cursor: Values = {},
): Promise<{ threadIds: string[]; stored: number }> {
  return underLease(mail, lease, async (transaction) => {
    await requirePlace(mail, place, transaction);
    const model = table(mail, 'mailMessages');
    const already = (await model.findAll({
      where: { mailboxId: place.id, uidValidity: place.uidValidity, uid: messages.map(({ uid }) => uid) },
      attributes: ['uid'],
      raw: true,
      transaction,
    })) as unknown as Values[];
    const have = new Set(already.map((row) => numberOf(row.uid)));
    const fresh = messages.filter(({ uid }) => !have.has(uid));
    const moved = await findMoved(mail, owner, fresh, transaction);
    const added = fresh.filter((message) => !moved.has(message));

    const threadIds = new Set<string>();
    const assignment = await threadMessages(mail, owner.id, fresh.map(threadableOf), transaction);
    assignment.merged.forEach((winner) => threadIds.add(winner));
    const threadOf = new Map(fresh.map((message, index) => [message, assignment.threads[index]!]));
    for (const threadId of threadOf.values()) threadIds.add(threadId);

    for (const some of chunks(added, 100)) {
      const rows = some.map((message) => ({
        id: mail.newId(),
        ...valuesOf(owner, place, message),
        threadId: threadOf.get(message),
      }));
      await model.bulkCreate(rows, { hooks: false, transaction });
    }
    for (const [message, { id, threadId }] of moved) {
      if (threadId) threadIds.add(assignment.merged.get(threadId) ?? threadId);
      const values = { ...valuesOf(owner, place, message), threadId: threadOf.get(message) };
      await model.update(values, { ...silently(transaction), where: { id } });
    }
    await recomputeThreads(mail, owner, threadIds, transaction);
    if (fresh.length > 0) {
      const textsMissing = added.filter(({ unreadable }) => !unreadable).length;
      await noteChange(mail, place.id, { stored: fresh.length, textsMissing }, transaction);
    }
    await moveCursor(mail, place.id, cursor, transaction);
    return { threadIds: [...threadIds], stored: fresh.length };
  });
}

/** Under another UIDVALIDITY these UIDs are of other messages. @throws MailError transient `uidValidityChanged` */
async function requirePlace(mail: MailContext, { id, uidValidity }: Place, transaction: Transaction): Promise<void> {
  const row = await table(mail, 'mailboxes').findOne({ where: { id }, attributes: ['uidValidity'], transaction });
  if (numberOf(row?.get('uidValidity')) !== uidValidity) throw new MailError('transient', 'uidValidityChanged');
}

async function moveCursor(mail: MailContext, mailboxId: string, cursor: Values, transaction: Transaction) {
  if (Object.keys(cursor).length === 0) return;
  await table(mail, 'mailboxes').update(cursor, { ...silently(transaction), where: { id: mailboxId } });
}

/**
 * Writes facts of a mailbox row under the lease.
 * @param recount whether its messages are counted anew
 */
export async function updateMailbox(
  mail: MailContext,
  lease: Lease,
  mailboxId: string,
  values: Values,
  recount = false,
): Promise<void> {
  await underLease(mail, lease, async (transaction) => {
    const counts = recount ? await countRows(mail, mailboxId, transaction) : {};
    await moveCursor(mail, mailboxId, { ...values, ...counts }, transaction);
  });
}

/** Messages that are not on the server any more lose their place and are hidden; they are purged much later. */
export async function hideVanished(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  return underLease(mail, lease, async (transaction) => {
    const { threadIds } = await noteRows(mail, ids, true, transaction);
    for (const some of chunks(ids, 500)) {
      await table(mail, 'mailMessages').update(
        { mailboxId: null, uidValidity: null, uid: null, vanishedAt: mail.now() },
        { ...silently(transaction), where: { id: some } },
      );
    }
    await recomputeThreads(mail, owner, threadIds, transaction);
    return threadIds;
  });
}

/** Writes flags as the server has them. @returns threads that changed */
export async function writeFlags(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  changes: readonly FlagChange[],
): Promise<string[]> {
  if (changes.length === 0) return [];
  return underLease(mail, lease, async (transaction) => {
    // Few combinations, many rows: one UPDATE each.
    for (const [, alike] of groupBy(changes, ({ set }) => JSON.stringify(set))) {
      for (const some of chunks(alike, 500)) {
        const where = { id: some.map(({ id }) => id) };
        await table(mail, 'mailMessages').update(alike[0]!.set, { ...silently(transaction), where });
      }
    }
    const ids = changes.map(({ id }) => id);
    const { threadIds } = await noteRows(mail, ids, false, transaction);
    await recomputeThreads(mail, owner, threadIds, transaction);
    return threadIds;
  });
}

/**
 * The mailbox has a new UIDVALIDITY: every known UID means nothing now. Rows stay visible without a place until they are
 * found again, and those that are not are hidden by {@link hideUnplaced}.
 */
export async function forgetPlaces(mail: MailContext, lease: Lease, mailboxId: string, values: Values): Promise<void> {
  await underLease(mail, lease, async (transaction) => {
    await table(mail, 'mailMessages').update(
      { uidValidity: null, uid: null },
      { ...silently(transaction), where: { mailboxId } },
    );
    await moveCursor(mail, mailboxId, { ...values, stored: 0, textsMissing: 0 }, transaction);
  });
}

/** Hides rows of a mailbox that lost their place and were not found again. */
export async function hideUnplaced(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  mailboxId: string,
): Promise<string[]> {
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { mailboxId, uid: null },
    attributes: ['id'],
    raw: true,
  })) as unknown as Values[];
  return hideVanished(
    mail,
    lease,
    owner,
    rows.map((row) => String(row.id)),
  );
}
