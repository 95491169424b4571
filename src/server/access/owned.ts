/** Whose rows a request may touch: the one place that turns an id of a request into a row. */
import type { Transaction } from 'sequelize';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import type { Viewer } from './viewer';

/** Collections whose rows carry the user they belong to. */
export type OwnedCollection =
  | 'mailAccounts'
  | 'mailConnects'
  | 'mailMessages'
  | 'mailOps'
  | 'mailOutbox'
  | 'mailThreadMailboxes'
  | 'mailThreads'
  | 'mailTrustedSenders'
  | 'mailboxes';

/** A row with its attributes (hidden ones too: never send it as it is). Ids are strings. */
export type Row = Record<string, unknown> & { id: string; userId: string };

export interface ReadOptions {
  transaction?: Transaction;
}

const LARGEST_ID = 2n ** 63n - 1n;

/** A row id from outside, or null where it cannot be one: databases answer a malformed number with an error of their own. */
export function rowIdOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  if (!/^[1-9]\d{0,18}$/.test(text)) return null;
  return BigInt(text) <= LARGEST_ID ? text : null;
}

/** Attributes named `id` or `…Id` hold row ids: strings on every database. */
export function withStringIds(values: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if ((name === 'id' || name.endsWith('Id')) && (typeof value === 'number' || typeof value === 'bigint')) {
      copy[name] = String(value);
    }
  }
  return copy;
}

/** The row of the viewer with this id, or null: one that is missing and one of somebody else look alike. */
export async function findOwned(
  mail: MailContext,
  viewer: Viewer,
  collection: OwnedCollection,
  id: unknown,
  options: ReadOptions = {},
): Promise<Row | null> {
  const rowId = rowIdOf(id);
  if (!rowId) return null;
  const found = await mail.db
    .getCollection(collection)
    .model.findOne({ where: { id: rowId, userId: viewer.userId }, transaction: options.transaction });
  return found ? (withStringIds(found.get({ plain: true })) as Row) : null;
}

/**
 * The row of the viewer with this id.
 * @param id as it came with the request: forged and foreign ids look exactly like missing ones
 * @throws MailError permanent `notFound`
 */
export async function requireOwned(
  mail: MailContext,
  viewer: Viewer,
  collection: OwnedCollection,
  id: unknown,
  options: ReadOptions = {},
): Promise<Row> {
  const row = await findOwned(mail, viewer, collection, id, options);
  if (!row) throw new MailError('permanent', 'notFound');
  return row;
}

/** The account of the viewer with this id. @throws MailError permanent `notFound` */
export async function ownedAccount(mail: MailContext, viewer: Viewer, id: unknown): Promise<Row> {
  return requireOwned(mail, viewer, 'mailAccounts', id);
}
