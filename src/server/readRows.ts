/** Rows read in bulk, without models. */
import {
  DataTypes,
  Op,
  type Model,
  type ModelStatic,
  type OrderItem,
  type Transaction,
  type WhereOptions,
} from 'sequelize';
import type { MailCollection } from '../shared/mailCollections';
import type { MailContext } from './context';

/** A row as the driver gives it: Json may be text, a flag 0 or 1, a date a string, an id a number. */
export type RawRow = Record<string, unknown>;

/** What sequelize makes of a query, without running it. */
interface Generator {
  selectQuery(table: unknown, options: object, model: unknown): string;
}

export interface Selection {
  /** All of the collection where they are missing. */
  attributes?: readonly string[];
  /** By attributes, below `Op.and`, `Op.or` and `Op.not` too. */
  where: WhereOptions;
  order?: OrderItem[];
  limit?: number;
  /** Only with `limit`. */
  offset?: number;
}

/**
 * Rows of a collection as the driver gives them. Sequelize's own findAll asks SQLite for the columns of the table before every
 * read, which takes longer than most of the reads.
 */
export async function readRows(
  mail: MailContext,
  collection: MailCollection,
  { attributes, where, order, limit, offset }: Selection,
  transaction?: Transaction,
): Promise<RawRow[]> {
  const { sequelize } = mail.db;
  const { model } = mail.db.getCollection(collection);
  const column = columnsOf(model);
  const { queryGenerator } = sequelize.getQueryInterface() as unknown as { queryGenerator: Generator };
  const sql = queryGenerator.selectQuery(
    model.getTableName(),
    {
      attributes: (attributes ?? Object.keys(model.rawAttributes)).map((attribute) => [column(attribute), attribute]),
      where: byColumns(where, column),
      ...(order && { order }),
      ...(limit !== undefined && { limit }),
      ...(offset !== undefined && { offset }),
    },
    model,
  );
  const options = { raw: true, type: 'SELECT', tableNames: [], ...(transaction && { transaction }) };
  return (await sequelize.query(sql, options as object)) as unknown as RawRow[];
}

/**
 * Rows of a collection as its model would give them: Json parsed, times as Dates. For the few that are read often; their ids stay as the
 * driver gives them.
 */
export async function readRecords(
  mail: MailContext,
  collection: MailCollection,
  selection: Selection,
  transaction?: Transaction,
): Promise<Record<string, unknown>[]> {
  const { model } = mail.db.getCollection(collection);
  const parsed = mail.db.sequelize.getDialect() === 'postgres';
  const convert = (attribute: string, value: unknown): unknown => {
    if (value === null || value === undefined) return null;
    const type = model.rawAttributes[attribute]?.type;
    if (type instanceof DataTypes.DATE) return value instanceof Date ? value : new Date(value as string);
    if (type instanceof DataTypes.JSON && typeof value === 'string' && !parsed) return JSON.parse(value);
    return value;
  };
  const rows = await readRows(mail, collection, selection, transaction);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([attribute, value]) => [attribute, convert(attribute, value)])),
  );
}

const GROUPS: readonly unknown[] = [Op.and, Op.or, Op.not];

/** The name of an attribute's column, which may be underscored. */
export const columnsOf =
  ({ rawAttributes }: ModelStatic<Model>) =>
  (attribute: string): string =>
    rawAttributes[attribute]?.field ?? attribute;

/** A condition with the names of columns in place of those of attributes. */
export function byColumns(where: WhereOptions, column: (attribute: string) => string): WhereOptions {
  if (Array.isArray(where)) return where.map((one) => byColumns(one as WhereOptions, column)) as WhereOptions;
  // What is no plain object was made by fn(), where() or literal(), and names columns already.
  if (Object.getPrototypeOf(where) !== Object.prototype) return where;
  const named = Reflect.ownKeys(where).map((key) => {
    const value: unknown = Reflect.get(where, key);
    if (typeof key === 'string') return [column(key), value] as const;
    return [key, GROUPS.includes(key) ? byColumns(value as WhereOptions, column) : value] as const;
  });
  return Object.fromEntries(named) as WhereOptions;
}
