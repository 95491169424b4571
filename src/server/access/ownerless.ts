/**
 * Accounts without an owner: their mail is being removed (accounts/removal.ts), and no answer shows it from the moment its owner
 * deleted it. Its rows still name him, since changing them all would take as long as removing them.
 */
import { col, fn, Op, where, type Transaction, type WhereOptions } from 'sequelize';
import type { MailCollection } from '../../shared/mailCollections';
import type { MailContext } from '../context';
import { columnsOf, readRows } from '../readRows';

/** Ids of all accounts that are being removed, of whomever they were: hardly ever any, and one small read. */
export async function ownerlessAccounts(mail: MailContext, transaction?: Transaction): Promise<string[]> {
  const rows = await readRows(mail, 'mailAccounts', { attributes: ['id'], where: { userId: null } }, transaction);
  return rows.map((row) => String(row.id));
}

/** Whether a row is of none of these accounts, said so that no index is chosen for it: it is asked beside what finds the rows. */
export function ofNone(mail: MailContext, collection: MailCollection, accountIds: readonly string[]): WhereOptions {
  if (accountIds.length === 0) return {};
  const column = columnsOf(mail.db.getCollection(collection).model)('accountId');
  // As numbers, which is what a function gives on SQLite: ids stay below 2^53.
  return where(fn('COALESCE', col(column), 0), { [Op.notIn]: accountIds.map(Number) }) as WhereOptions;
}
