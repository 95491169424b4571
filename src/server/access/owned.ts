/** Whose rows a request may touch: the one place that turns an id of a request into a row. */
import type { Transaction } from 'sequelize';
import { rowIdOf, withStringIds } from '../../shared/ids';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { readRows, type RawRow } from '../readRows';
import { ownerlessAccounts } from './ownerless';
import type { Viewer } from './viewer';

/** Collections whose rows carry the user they belong to. */
export type OwnedCollection =
  | 'mailAccounts'
  | 'mailConnects'
  | 'mailMessages'
  | 'mailOps'
  | 'mailOutbox'
  | 'mailSignatures'
  | 'mailTemplates'
  | 'mailThreadMailboxes'
  | 'mailThreads'
  | 'mailTrustedSenders'
  | 'mailboxes';

/** A row with its attributes (hidden ones too: never send it as it is). Ids are strings. */
export type Row = Record<string, unknown> & { id: string; userId: string };

export interface ReadOptions {
  transaction?: Transaction;
}

export { rowIdOf, withStringIds };

/** Rows of these go with no account. */
const OF_NO_ACCOUNT = ['mailAccounts', 'mailTemplates', 'mailTrustedSenders'] as const;
const isOfNoAccount = (collection: OwnedCollection) => OF_NO_ACCOUNT.some((name) => name === collection);

/** Accounts whose rows in a collection are nobody's any more. */
const ownerlessIn = async (
  mail: MailContext,
  collection: OwnedCollection,
  transaction?: Transaction,
): Promise<unknown[]> => (isOfNoAccount(collection) ? [] : ownerlessAccounts(mail, transaction));

/** The row of the viewer with this id, or null: one that is missing, one of somebody else and one that is being removed look alike. */
export async function findOwned(
  mail: MailContext,
  viewer: Viewer,
  collection: OwnedCollection,
  id: unknown,
  options: ReadOptions = {},
): Promise<Row | null> {
  const rowId = rowIdOf(id);
  if (!rowId) return null;
  const { model } = mail.db.getCollection(collection);
  const [found, ownerless] = await Promise.all([
    model.findOne({ where: { id: rowId, userId: viewer.userId }, transaction: options.transaction }),
    ownerlessIn(mail, collection, options.transaction),
  ]);
  const row = found && (withStringIds(found.get({ plain: true })) as Row);
  return row && !ownerless.includes(row.accountId) ? row : null;
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

/**
 * Some columns of the viewer's row, as the driver gives them: where a whole one would take longer than what it is read for.
 * @throws MailError permanent `notFound`, as {@link requireOwned}
 */
export async function requireOwnedColumns(
  mail: MailContext,
  viewer: Viewer,
  collection: (typeof OF_NO_ACCOUNT)[number],
  id: unknown,
  attributes: readonly string[],
): Promise<RawRow> {
  const rowId = rowIdOf(id);
  const where = { id: rowId, userId: viewer.userId };
  const [row] = rowId ? await readRows(mail, collection, { attributes, where, limit: 1 }) : [];
  if (!row) throw new MailError('permanent', 'notFound');
  return row;
}

/** The account of the viewer with this id. @throws MailError permanent `notFound` */
export async function ownedAccount(mail: MailContext, viewer: Viewer, id: unknown): Promise<Row> {
  return requireOwned(mail, viewer, 'mailAccounts', id);
}
