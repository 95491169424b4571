/** Rows of the outbox: how they are read, changed by compare-and-set, and shown. */
import { Op, type WhereOptions } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import { rowIdOf, withStringIds } from '../../shared/ids';
import { outboxStep, type OutboxEvent, type OutboxState } from '../../shared/states';
import type { AddressView, BounceView, ErrorView, OutboxInput, OutboxView, RecordRef } from '../../shared/types';
import { changeRows } from '../changeRows';
import type { MailContext } from '../context';
import { readRows } from '../readRows';
import type { Threading } from './headers';

/** A file in the private spool; `id` is its name there. */
export interface SpooledFile {
  id: string;
  filename: string;
  contentType: string;
  /** Octets; an estimate as long as `source` is there. */
  size: number;
  /** Content-ID, without brackets, of an image that the html shows; absent for an ordinary attachment. */
  contentId?: string;
  /** The part of a stored message that it is fetched from when the mail is queued; absent once it lies in the spool. */
  source?: { messageId: string; part: string };
}

export interface OutboxRow {
  id: string;
  userId: string;
  accountId: string;
  state: OutboxState;
  version: number;
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
  subject: string;
  html: string | null;
  text: string;
  attachments: SpooledFile[];
  /** Some of them still have to be fetched into the spool. */
  filesWanted: boolean;
  inReplyTo: OutboxInput['inReplyTo'];
  record: RecordRef | null;
  threading: Threading | null;
  messageId: string | null;
  serverMessageId: string | null;
  sendAt: Date | null;
  nextAttemptAt: Date | null;
  attempts: number;
  deliveryEpoch: number;
  endingAt: Date | null;
  sentBefore: { uidValidity: number; uidNext: number } | null;
  sentAt: Date | null;
  /** Delivery failures that came back. */
  bounces: BounceView[];
  lastError: ErrorView | null;
  updatedAt: Date;
}

/** Values of a row that may be written. */
export type OutboxValues = Partial<Omit<OutboxRow, 'id' | 'updatedAt'>>;

/** Columns that must still have these values for a change to happen. */
export type Expected = Partial<Pick<OutboxRow, 'state' | 'version' | 'deliveryEpoch'>> & {
  /** Whether the end of the message may have left. */
  ended?: boolean;
};

/** The model of the collection, for queries that this file does not foresee. */
export function outboxModel(mail: MailContext) {
  return mail.db.getCollection('mailOutbox').model;
}

/** MariaDB hands JSON columns out as text. */
function json<T>(value: unknown): T | null {
  if (typeof value !== 'string') return (value ?? null) as T | null;
  try {
    return JSON.parse(value) as T;
  } catch {
    return null;
  }
}
const date = (value: unknown): Date | null => (value ? new Date(value as string | Date) : null);

/** Rows whose next attempt, whatever it is of, may come now. */
export const attemptDue = (now: Date) => ({ nextAttemptAt: { [Op.or]: [{ [Op.is]: null }, { [Op.lte]: now }] } });

/** Queued rows whose time has come. */
export const queuedDue = (now: Date) => ({ state: 'queued', sendAt: { [Op.lte]: now }, ...attemptDue(now) });

/** A row as the database holds it, in our types. */
export function outboxRowOf(stored: Record<string, unknown>): OutboxRow {
  const row = withStringIds(stored);
  return {
    id: row.id as string,
    userId: row.userId as string,
    accountId: row.accountId as string,
    state: row.state as OutboxState,
    version: Number(row.version ?? 0),
    to: json<AddressView[]>(row.to) ?? [],
    cc: json<AddressView[]>(row.cc) ?? [],
    bcc: json<AddressView[]>(row.bcc) ?? [],
    subject: (row.subject as string | null) ?? '',
    html: (row.html as string | null) ?? null,
    text: (row.text as string | null) ?? '',
    attachments: json<SpooledFile[]>(row.attachments) ?? [],
    filesWanted: Boolean(row.filesWanted),
    inReplyTo: json<NonNullable<OutboxInput['inReplyTo']>>(row.inReplyTo),
    record: json<RecordRef>(row.record),
    threading: json<Threading>(row.threading),
    messageId: (row.messageId as string | null) ?? null,
    serverMessageId: (row.serverMessageId as string | null) ?? null,
    sendAt: date(row.sendAt),
    nextAttemptAt: date(row.nextAttemptAt),
    attempts: Number(row.attempts ?? 0),
    deliveryEpoch: Number(row.deliveryEpoch ?? 0),
    endingAt: date(row.endingAt),
    sentBefore: json<{ uidValidity: number; uidNext: number }>(row.sentBefore),
    sentAt: date(row.sentAt),
    bounces: json<BounceView[]>(row.bounces) ?? [],
    lastError: json<ErrorView>(row.lastError),
    updatedAt: date(row.updatedAt) ?? new Date(0),
  };
}

/** Rows that match, in the given order. */
export async function findOutbox(
  mail: MailContext,
  where: WhereOptions,
  { order, limit }: { order?: [string, 'ASC' | 'DESC'][]; limit?: number } = {},
): Promise<OutboxRow[]> {
  const rows = await readRows(mail, 'mailOutbox', { where, order, limit });
  return rows.map(outboxRowOf);
}

/** The row, or null. */
export async function readOutbox(mail: MailContext, id: string): Promise<OutboxRow | null> {
  const [row] = rowIdOf(id) ? await findOutbox(mail, { id }) : [];
  return row ?? null;
}

/**
 * Changes a row as long as it is as expected: one statement, so that of two who try one succeeds.
 * @param expected columns that must still have these values
 * @returns whether it was changed
 */
export async function changeOutbox(
  mail: MailContext,
  id: string,
  expected: Expected,
  values: OutboxValues,
): Promise<boolean> {
  const { ended, ...columns } = expected;
  const where = { id, ...columns, ...(ended !== undefined && { endingAt: ended ? { [Op.ne]: null } : null }) };
  return (await changeRows(mail, 'mailOutbox', { ...values, updatedAt: mail.now() }, where)) === 1;
}

/**
 * Takes a row through one event of its life.
 * @param expected more columns that must still have these values, such as the epoch of the delivery
 * @returns whether it happened; false when the row is in another state by now
 */
export async function stepOutbox(
  mail: MailContext,
  row: Pick<OutboxRow, 'id' | 'userId' | 'accountId'>,
  event: OutboxEvent,
  values: OutboxValues = {},
  expected: Expected = {},
): Promise<boolean> {
  const { from, to } = outboxStep(event);
  const changed = await changeOutbox(mail, row.id, { state: from, ...expected }, { ...values, state: to });
  if (changed) pushOutbox(mail, row);
  return changed;
}

/** Tells the owner's browsers that a row changed. */
export function pushOutbox(mail: MailContext, row: Pick<OutboxRow, 'id' | 'userId' | 'accountId'>): void {
  mail.push(row.userId, LIVE_EVENTS.outbox, { accountId: row.accountId, outboxId: row.id });
}

/** What the browser of its owner sees. */
export function outboxView(row: OutboxRow): OutboxView {
  const leaves = row.state === 'queued' ? (row.nextAttemptAt ?? row.sendAt) : row.sendAt;
  return {
    id: row.id,
    accountId: row.accountId,
    state: row.state,
    version: row.version,
    to: row.to,
    cc: row.cc,
    bcc: row.bcc,
    subject: row.subject,
    html: row.html,
    text: row.text,
    inReplyTo: row.inReplyTo,
    record: row.record,
    attachments: row.attachments.map(({ source: _source, contentId, ...file }) => ({
      ...file,
      contentId: contentId ?? null,
    })),
    messageId: row.messageId,
    sendAt: leaves?.toISOString() ?? null,
    sentAt: row.sentAt?.toISOString() ?? null,
    bounces: row.bounces,
    error: row.lastError,
    updatedAt: row.updatedAt.toISOString(),
  };
}
