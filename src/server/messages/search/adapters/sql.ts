/** Raw SQL for tables that are no collections: their names follow the app's naming of tables. */
import { QueryTypes, type Transaction } from 'sequelize';
import type { MailTable } from '../../../../shared/mailCollections';
import type { MailContext } from '../../../context';

interface Naming {
  underscored?: boolean;
  tablePrefix?: string;
  schema?: string;
}

const naming = (mail: MailContext): Naming => mail.db.options as Naming;

/** The bare name of a table in the database, without schema. */
export function bareTable(mail: MailContext, name: MailTable): string {
  const { underscored, tablePrefix = '' } = naming(mail);
  return tablePrefix + (underscored ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name);
}

/** A table by its full name, quoted. */
export function quotedTable(mail: MailContext, name: MailTable): string {
  const dialect = mail.db.sequelize.getDialect();
  // With a backtick Sequelize asks SQLite for the types of all columns before every SELECT.
  const mark = dialect === 'sqlite' || dialect === 'postgres' ? '"' : '`';
  const { schema } = naming(mail);
  const table = `${mark}${bareTable(mail, name)}${mark}`;
  return schema && dialect === 'postgres' ? `"${schema}".${table}` : table;
}

/** A statement without result. @param bind values of $1, $2, … */
export async function run(
  mail: MailContext,
  sql: string,
  bind: readonly unknown[] = [],
  transaction?: Transaction,
): Promise<void> {
  await mail.db.sequelize.query(sql, { bind: [...bind], transaction, type: QueryTypes.RAW });
}

/** Rows of a SELECT. @param bind values of $1, $2, … */
export async function select<T extends object>(
  mail: MailContext,
  sql: string,
  bind: readonly unknown[] = [],
  transaction?: Transaction,
): Promise<T[]> {
  return mail.db.sequelize.query<T>(sql, { bind: [...bind], transaction, type: QueryTypes.SELECT });
}

/** `$3, $4, $5`. @param from number of the first */
export const marks = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, at) => `$${from + at}`).join(', ');

/** Pieces of a list: a statement takes only so many values. */
export function* pieces<T>(list: Iterable<T>, size: number): Generator<T[]> {
  let piece: T[] = [];
  for (const one of list) {
    if (piece.push(one) < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Every item as something else, when it is its turn. */
export function* mapped<T, R>(list: Iterable<T>, map: (item: T) => R): Generator<R> {
  for (const one of list) yield map(one);
}
