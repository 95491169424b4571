/**
 * Rows written in bulk: a batch crosses to the database as one JSON parameter under a statement that is always the same.
 * Sequelize's bulkCreate writes every value into the text of the statement, which costs more time than all the rest of a pass.
 */
import type { ModelStatic, Model, Transaction } from 'sequelize';
import type { MailCollection } from '../../../shared/mailCollections';
import type { MailContext } from '../../context';
import { storable } from '../../imap/decode';
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

/** What does not belong into a text of any database, in JSON: NUL, and halves of characters. */
const UNSTORABLE = /\\u(?:0000|d[89ab][0-9a-f]{2})/;
const deepStorable = (_key: string, value: unknown) => (typeof value === 'string' ? storable(value) : value);

/** JSON without anything that a database refuses. */
function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  // Written as an escape exactly where it is unstorable, so that good text is searched once and never copied.
  return UNSTORABLE.test(json) ? JSON.stringify(value, deepStorable) : json;
}

/** 2026-01-31 12:00:00.000: what all drivers write in UTC, the zone of the connection. */
function dateText(value: unknown, zone: string): string {
  const text = (value instanceof Date ? value : new Date(value as string)).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}${zone}`;
}

/** A value as drivers and JSON take it. */
function storedAs(dialect: string, kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return jsonOf(value);
  if (kind === 'date') return dateText(value, dialect === 'sqlite' || dialect === 'postgres' ? ' +00:00' : '');
  return kind === 'boolean' && dialect !== 'postgres' ? Number(value) : value;
}

/** The rows as records of one JSON text; what is null is left out. */
function recordsOf(mail: MailContext, columns: readonly Column[], rows: readonly Values[]): string {
  const dialect = mail.db.sequelize.getDialect();
  if (recordsAreLists(dialect)) {
    return jsonOf(rows.map((row) => columns.map(({ attribute, kind }) => storedAs(dialect, kind, row[attribute]))));
  }
  const records = rows.map((row) => {
    const record: Record<string, unknown> = {};
    columns.forEach(({ attribute, kind }, index) => {
      const value = storedAs(dialect, kind, row[attribute]);
      if (value !== null) record[`c${index}`] = value;
    });
    return record;
  });
  return jsonOf(records);
}

/**
 * Inserts rows of a collection without timestamps. All have the same attributes; hooks, defaults and validation are not theirs.
 * @param conflict what to do with rows whose key is there already; without it they are an error
 */
export async function insertRows(
  mail: MailContext,
  collection: MailCollection,
  rows: readonly Values[],
  transaction: Transaction,
  conflict?: OnConflict,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, collection);
  const columns = Object.keys(first).map((attribute) => columnOf(model, attribute));
  const names = columns.map(({ name }) => quoted(dialect, name)).join(', ');
  const { verb, clause } = upsertClause(
    dialect,
    conflict === undefined || conflict === 'ignore'
      ? conflict
      : conflict.update.map((attribute) => columnOf(model, attribute).name),
  );
  const sql = `${verb} INTO ${tableName(mail, model)} (${names}) SELECT ${columns.map((_column, index) => `r.c${index}`).join(', ')} FROM ${recordsFrom(dialect, columns)} AS r WHERE 1 = 1${clause}`;
  await sequelize.query(sql, { bind: [recordsOf(mail, columns, rows)], transaction });
}

/**
 * Inserts rows of few and long values, one parameter each: as JSON they would be copied many times. Rows whose key is there
 * already stay as they are.
 * @param rows a Buffer is text in UTF-8, without NUL
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
    const columns = Object.keys(some[0]!).map((attribute) => columnOf(model, attribute));
    const names = columns.map(({ name }) => quoted(dialect, name)).join(', ');
    const bind: unknown[] = [];
    const values = some.map((row) => {
      const marks = columns.map(({ attribute, kind }) => {
        const value = storedAs(dialect, kind, row[attribute]);
        if (Buffer.isBuffer(value)) return bytesAsText(dialect, (bytes) => `$${bind.push(bytes)}`, value);
        return `$${bind.push(typeof value === 'string' ? storable(value) : value)}`;
      });
      return `(${marks.join(', ')})`;
    });
    const sql = `${verb} INTO ${tableName(mail, model)} (${names}) VALUES ${values.join(', ')}${clause}`;
    await sequelize.query(sql, { bind, transaction });
  }
}

/** Writes other values into rows found by their id; those that are not there any more are left out. */
export async function updateRows(
  mail: MailContext,
  collection: MailCollection,
  rows: readonly (Values & { id: string })[],
  transaction: Transaction,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, collection);
  const { id: _id, ...changes } = first;
  const columns = ['id', ...Object.keys(changes)].map((attribute) => columnOf(model, attribute));
  const from = `${recordsFrom(dialect, columns)} AS r`;
  const target = tableName(mail, model);
  const mine = (name: string) => (dialect === 'sqlite' || dialect === 'postgres' ? name : `${target}.${name}`);
  const sets = columns.slice(1).map(({ name }, index) => `${mine(quoted(dialect, name))} = r.c${index + 1}`);
  const found = `${target}.${quoted(dialect, 'id')} = r.c0`;
  const sql =
    dialect === 'sqlite' || dialect === 'postgres'
      ? `UPDATE ${target} SET ${sets.join(', ')} FROM ${from} WHERE ${found}`
      : `UPDATE ${target} JOIN ${from} ON ${found} SET ${sets.join(', ')}`;
  await sequelize.query(sql, { bind: [recordsOf(mail, columns, rows)], transaction });
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
