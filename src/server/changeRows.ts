/** Rows changed without models. */
import type { ModelStatic, Model, Transaction, WhereOptions } from 'sequelize';
import type { MailCollection } from '../shared/mailCollections';
import type { MailContext } from './context';
import { byColumns, columnsOf } from './readRows';

/** What sequelize's model calls itself, past building and validating an instance for every change. */
interface BulkUpdate {
  bulkUpdate(table: unknown, values: object, where: object, options: object, attributes: unknown): Promise<unknown>;
}

type WithAttributes = ModelStatic<Model> & { tableAttributes: unknown };

/**
 * Changes rows of a collection in one statement: a compare-and-set where `where` says what must still hold. Runs no hooks, checks no
 * values, and leaves `updatedAt` to the caller.
 * @param values by attributes
 * @param where by attributes, as of readRows
 * @returns how many rows it were
 */
export async function changeRows(
  mail: MailContext,
  collection: MailCollection,
  values: Record<string, unknown>,
  where: WhereOptions,
  transaction?: Transaction,
): Promise<number> {
  const model = mail.db.getCollection(collection).model as unknown as WithAttributes;
  const column = columnsOf(model);
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const changes = Object.fromEntries(given.map(([attribute, value]) => [column(attribute), value]));
  const options = { model, ...(transaction && { transaction }) };
  const queries = mail.db.sequelize.getQueryInterface() as unknown as BulkUpdate;
  return Number(
    await queries.bulkUpdate(model.getTableName(), changes, byColumns(where, column), options, model.tableAttributes),
  );
}
