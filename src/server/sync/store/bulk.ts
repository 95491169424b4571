/**
 * Rows written in bulk: a batch crosses to the database as one JSON parameter under a statement that is always the same.
 * Sequelize's bulkCreate writes every value into the text of the statement, which costs more time than all the rest of a pass.
 */
import type { ModelStatic, Model, Transaction } from 'sequelize';
import type { MailCollection } from '../../../shared/mailCollections';
import type { MailContext } from '../../context';
import { storable, storableJson } from '../../imap/decode';
import { chunks, table, type Values } from '../rows';
import {
  bytesAsText,
  kindOf,
  quoted,
  recordsAreLists,
  recordsFrom,
  upsertClause,
  type Column,
  type ColumnKind,
} from './sql';

/** What happens to a row whose key is there already. */
type OnConflict = 'ignore' | { update: readonly string[] };

const columnOf = (model: ModelStatic<Model>, attribute: string): Column => {
  const { field, type } = model.rawAttributes[attribute] ?? {};
  if (!type) throw new Error(`${model.name} has no ${attribute}`);
  return { name: field ?? attribute, attribute, kind: kindOf(type) };
};

/** A value of a JSON column that is JSON already, with {@link storableJson}. */
export class JsonText {
  constructor(readonly json: string) {}
}

/** 2026-01-31 12:00:00.000: what all drivers write in UTC, the zone of the connection. */
function dateText(value: unknown, zone: string): string {
  const text = (value instanceof Date ? value : new Date(value as string)).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}${zone}`;
}

/** A value as drivers and JSON take it. */
function storedAs(dialect: string, kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return value instanceof JsonText ? value.json : storableJson(value);
  if (kind === 'date') return dateText(value, dialect === 'sqlite' || dialect === 'postgres' ? ' +00:00' : '');
  return kind === 'boolean' && dialect !== 'postgres' ? Number(value) : value;
}

const columnsOf = (model: ModelStatic<Model>, row: Values): Column[] =>
  Object.keys(row).map((attribute) => columnOf(model, attribute));

/** A row as a record of the JSON text; what is null is left out. */
function recordOf(dialect: string, columns: readonly Column[], row: Values): string {
  if (recordsAreLists(dialect)) {
    return storableJson(columns.map(({ attribute, kind }) => storedAs(dialect, kind, row[attribute])));
  }
  const record: Record<string, unknown> = {};
  columns.forEach(({ attribute, kind }, index) => {
    const value = storedAs(dialect, kind, row[attribute]);
    if (value !== null) record[`c${index}`] = value;
  });
  return storableJson(record);
}

/** All rows as one JSON text, with their columns; null without any row. */
function recordsOf(
  mail: MailContext,
  model: ModelStatic<Model>,
  rows: Iterable<Values>,
): { columns: Column[]; json: string } | null {
  const dialect = mail.db.sequelize.getDialect();
  let columns: Column[] | null = null;
  const records: string[] = [];
  for (const row of rows) records.push(recordOf(dialect, (columns ??= columnsOf(model, row)), row));
  return columns && { columns, json: `[${records.join(',')}]` };
}

/**
 * Inserts rows of a collection without timestamps. All have the same attributes; hooks, defaults and validation are not theirs.
 * @param rows each is looked at once: where it is made then, it need not be kept
 * @param conflict what to do with rows whose key is there already; without it they are an error
 */
export async function insertRows(
  mail: MailContext,
  collection: MailCollection,
  rows: Iterable<Values>,
  transaction: Transaction,
  conflict?: OnConflict,
): Promise<void> {
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, collection);
  const records = recordsOf(mail, model, rows);
  if (!records) return;
  const { columns, json } = records;
  const names = columns.map(({ name }) => quoted(dialect, name)).join(', ');
  const { verb, clause } = upsertClause(
    dialect,
    conflict === undefined || conflict === 'ignore'
      ? conflict
      : conflict.update.map((attribute) => columnOf(model, attribute).name),
  );
  const sql = `${verb} INTO ${tableName(mail, model)} (${names}) SELECT ${columns.map((_column, index) => `r.c${index}`).join(', ')} FROM ${recordsFrom(dialect, columns)} AS r WHERE 1 = 1${clause}`;
  await sequelize.query(sql, { bind: [json], transaction });
}

/**
 * Inserts rows of few and long values, one parameter each: as JSON they would be copied many times. Rows whose key is there
 * already stay as they are.
 * @param rows a Buffer is text in UTF-8, without NUL, unless its column has octets
 */
export async function insertLongRows(
  mail: MailContext,
  collection: MailCollection,
  rows: readonly Values[],
  transaction: Transaction,
): Promise<void> {
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, collection);
  const { verb, clause } = upsertClause(dialect, 'ignore');
  for (const some of chunks(rows, 50)) {
    const columns = columnsOf(model, some[0]!);
    const names = columns.map(({ name }) => quoted(dialect, name)).join(', ');
    const bind: unknown[] = [];
    const values = some.map((row) => {
      const marks = columns.map(({ attribute, kind }) => {
        const value = storedAs(dialect, kind, row[attribute]);
        if (Buffer.isBuffer(value) && kind !== 'octets') {
          return bytesAsText(dialect, (bytes) => `$${bind.push(bytes)}`, value);
        }
        return `$${bind.push(typeof value === 'string' ? storable(value) : value)}`;
      });
      return `(${marks.join(', ')})`;
    });
    const sql = `${verb} INTO ${tableName(mail, model)} (${names}) VALUES ${values.join(', ')}${clause}`;
    await sequelize.query(sql, { bind, transaction });
  }
}

/** Writes other values into rows found by their id, the first attribute; those that are not there any more are left out. */
export async function updateRows(
  mail: MailContext,
  collection: MailCollection,
  rows: Iterable<Values & { id: string }>,
  transaction: Transaction,
): Promise<void> {
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, collection);
  const records = recordsOf(mail, model, rows);
  if (!records) return;
  const { columns, json } = records;
  const from = `${recordsFrom(dialect, columns)} AS r`;
  const target = tableName(mail, model);
  const mine = (name: string) => (dialect === 'sqlite' || dialect === 'postgres' ? name : `${target}.${name}`);
  const sets = columns.slice(1).map(({ name }, index) => `${mine(quoted(dialect, name))} = r.c${index + 1}`);
  const found = `${target}.${quoted(dialect, 'id')} = r.c0`;
  const sql =
    dialect === 'sqlite' || dialect === 'postgres'
      ? `UPDATE ${target} SET ${sets.join(', ')} FROM ${from} WHERE ${found}`
      : `UPDATE ${target} JOIN ${from} ON ${found} SET ${sets.join(', ')}`;
  await sequelize.query(sql, { bind: [json], transaction });
}

/** The table of a model as SQL names it. */
export function tableName(mail: MailContext, model: ModelStatic<Model>): string {
  const dialect = mail.db.sequelize.getDialect();
  const named: unknown = model.getTableName();
  if (typeof named === 'string') return quoted(dialect, named);
  const { schema, tableName: name } = named as { schema?: string; tableName: string };
  return dialect === 'postgres' && schema
    ? `${quoted(dialect, schema)}.${quoted(dialect, name)}`
    : quoted(dialect, name);
}
