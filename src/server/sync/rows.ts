/** What sync reads from rows, in our types, and the transactions it writes them in. */
import type { Transaction } from 'sequelize';
import type { MailCollection } from '../../shared/mailCollections';
import type { MailboxRole } from '../../shared/types';
import { assertLease, boundTransaction, type Lease } from '../accounts/lease';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { readRecords, readRows } from '../readRows';
import { inTransaction } from '../transaction';

/** The bare model of a collection: rows in bulk, without hooks. */
export const table = (mail: MailContext, name: MailCollection) => mail.db.getCollection(name).model;

export type Values = Record<string, unknown>;

/** Drivers give a bigint as a number or a string, a boolean as 0 or 1, a date as a string, JSON as text. */
export const numberOf = (value: unknown): number | null =>
  value === null || value === undefined || value === '' ? null : Number(value);
export const idOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
export const dateOf = (value: unknown): Date | null => (value ? new Date(value as string) : null);
export const flagOf = (value: unknown): boolean => value === true || value === 1 || value === '1';
export const jsonOf = (value: unknown): unknown => (typeof value === 'string' ? (JSON.parse(value) as unknown) : value);
export const wantedOf = (value: unknown): boolean | null =>
  value === null || value === undefined ? null : flagOf(value);

/** What is shown of a flag: the user's wish, until the server has it. */
export const shown = (server: boolean, wanted: boolean | null): boolean => wanted ?? server;

/** Where a message is shown: where the user wants it, else where the server has it; null where it is shown nowhere. */
export const shownMailboxOf = (row: Values): string | null =>
  flagOf(row.removeWanted) ? null : idOf(row.mailboxWanted ?? row.mailboxId);

export interface AccountRow {
  id: string;
  userId: string;
  state: string;
  version: number;
  startDate: Date | null;
  firstSyncDoneAt: Date | null;
  syncFailures: number;
  backOffUntil: Date | null;
}

const FACTS = ['id', 'userId', 'state', 'version', 'startDate', 'firstSyncDoneAt', 'syncFailures', 'backOffUntil'];

/** The facts of an account that sync needs, or null when it is gone. */
export async function readAccount(mail: MailContext, id: string): Promise<AccountRow | null> {
  const [row] = await readRows(mail, 'mailAccounts', { attributes: FACTS, where: { id } });
  if (!row) return null;
  return {
    id: String(row.id),
    userId: String(row.userId),
    state: String(row.state),
    version: Number(row.version ?? 0),
    startDate: dateOf(row.startDate),
    firstSyncDoneAt: dateOf(row.firstSyncDoneAt),
    syncFailures: Number(row.syncFailures ?? 0),
    backOffUntil: dateOf(row.backOffUntil),
  };
}

export interface MailboxRow {
  id: string;
  accountId: string;
  path: string;
  delimiter: string;
  role: MailboxRole;
  syncing: boolean;
  uidValidity: number | null;
  backfillDone: boolean;
  /** Rows that have their place in it. */
  stored: number | null;
  /** Messages on the server within the start date. */
  onServer: number | null;
  unseenOnServer: number | null;
  lastStatus: unknown;
  comparedAt: Date | null;
  /** When its owner asked for everything to be compared. */
  repairAskedAt: Date | null;
  /** What flags and names say it is for. */
  listedRole: MailboxRole;
  holdsMail: boolean;
  /** Since when the server does not list it. */
  missingSince: Date | null;
  /** The last look into it ended with an error. */
  failing: boolean;
}

/** All mailboxes of an account. */
export async function readMailboxes(
  mail: MailContext,
  accountId: string,
  transaction?: Transaction,
): Promise<MailboxRow[]> {
  const rows = await readRecords(mail, 'mailboxes', { where: { accountId } }, transaction);
  return rows.map((values) => ({
    id: String(values.id),
    accountId: String(values.accountId),
    path: String(values.path),
    delimiter: String(values.delimiter ?? ''),
    role: values.role as MailboxRole,
    syncing: flagOf(values.syncing),
    uidValidity: numberOf(values.uidValidity),
    backfillDone: flagOf(values.backfillDone),
    stored: numberOf(values.stored),
    onServer: numberOf(values.onServer),
    unseenOnServer: numberOf(values.unseenOnServer),
    lastStatus: values.lastStatus,
    comparedAt: dateOf(values.comparedAt),
    repairAskedAt: dateOf(values.repairAskedAt),
    listedRole: (values.listedRole as MailboxRole | null) ?? 'none',
    holdsMail: values.holdsMail === null || flagOf(values.holdsMail),
    missingSince: dateOf(values.missingSince),
    failing: Boolean(values.lastError),
  }));
}

/**
 * A commit made under the lease: rolled back when another holder has taken over.
 * @throws MailError transient `leaseLost`
 */
export async function underLease<T>(
  mail: MailContext,
  lease: Lease,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return inTransaction(mail, async (transaction) => {
    await assertLease(mail, lease, transaction);
    return work(transaction);
  });
}

/**
 * Waits until nobody else writes mail of this account: whoever changes threads locks the account first, so that two of
 * them never wait for each other.
 * @throws MailError permanent `notFound` when the account is gone
 */
export async function lockAccount(mail: MailContext, accountId: string, transaction: Transaction): Promise<void> {
  await boundTransaction(mail, transaction);
  const row = await table(mail, 'mailAccounts').findOne({
    where: { id: accountId },
    attributes: ['id'],
    transaction,
    lock: transaction.LOCK.UPDATE,
  });
  if (!row) throw new MailError('permanent', 'notFound');
}

/** Slices of a list: IN (…) and multi-row INSERT have their limits. */
export function* chunks<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** Items by a key, in their order. */
export function groupBy<K, T>(list: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
