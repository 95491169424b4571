/** What SQLite, PostgreSQL, MariaDB and MySQL write differently. Pure. */
import type { AbstractDataTypeConstructor } from 'sequelize';

/** A column as bulk statements see it. */
export interface Column {
  /** Name in the database. */
  name: string;
  attribute: string;
  kind: ColumnKind;
}
export type ColumnKind = 'id' | 'integer' | 'boolean' | 'date' | 'json' | 'text' | 'octets';

const KINDS: Readonly<Record<string, ColumnKind>> = {
  BIGINT: 'id',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  DATE: 'date',
  JSON: 'json',
  JSONB: 'json',
  BLOB: 'octets',
};

/** Kind of a sequelize type. */
export function kindOf(type: unknown): ColumnKind {
  return KINDS[(type as Partial<AbstractDataTypeConstructor>).key ?? ''] ?? 'text';
}

export function quoted(dialect: string, name: string): string {
  // SQLite takes both; double quotes keep sequelize from asking for the columns of the table before every read.
  return dialect === 'sqlite' || dialect === 'postgres' ? `"${name}"` : `\`${name}\``;
}

const POSTGRES: Readonly<Record<ColumnKind, string>> = {
  id: 'bigint',
  integer: 'integer',
  boolean: 'boolean',
  date: 'timestamptz',
  json: 'text',
  text: 'text',
  octets: 'bytea',
};
const MYSQL: Readonly<Record<ColumnKind, string>> = {
  id: 'BIGINT',
  integer: 'INT',
  boolean: 'TINYINT',
  date: 'DATETIME(3)',
  json: 'LONGTEXT',
  text: 'LONGTEXT',
  octets: 'LONGBLOB',
};

/** Whether a record is a list of its values instead of an object: there are no names to be found. */
export const recordsAreLists = (dialect: string): boolean => dialect === 'sqlite';

/**
 * `$1`, a JSON array of records with the members c0, c1, … or lists (see {@link recordsAreLists}), as a table with those
 * columns. JSON columns come as text.
 */
export function recordsFrom(dialect: string, columns: readonly Column[]): string {
  const named = columns.map(({ kind }, index) => ({ kind, name: `c${index}` }));
  if (dialect === 'sqlite') {
    // Compared with an id they must be numbers, or its index is of no use.
    const read = named.map(({ kind, name }, index) =>
      kind === 'id'
        ? `CAST(json_extract(value, '$[${index}]') AS INTEGER) AS ${name}`
        : `json_extract(value, '$[${index}]') AS ${name}`,
    );
    return `(SELECT ${read.join(', ')} FROM json_each($1))`;
  }
  if (dialect === 'postgres') {
    const read = named.map(({ kind, name }) => (kind === 'json' ? `CAST(${name} AS json) AS ${name}` : name));
    const types = named.map(({ kind, name }) => `${name} ${POSTGRES[kind]}`);
    return `(SELECT ${read.join(', ')} FROM json_to_recordset($1) AS j(${types.join(', ')}))`;
  }
  const read = named.map(({ kind, name }) => `${name} ${MYSQL[kind]} PATH '$.${name}'`);
  return `JSON_TABLE($1, '$[*]' COLUMNS(${read.join(', ')}))`;
}

/**
 * How an INSERT treats rows whose key is there already.
 * @param conflict leave them, or write these columns; undefined: an error
 */
export function upsertClause(
  dialect: string,
  conflict: 'ignore' | readonly string[] | undefined,
): { verb: string; clause: string } {
  if (conflict === undefined) return { verb: 'INSERT', clause: '' };
  const mysql = dialect !== 'sqlite' && dialect !== 'postgres';
  if (conflict === 'ignore') {
    return mysql ? { verb: 'INSERT IGNORE', clause: '' } : { verb: 'INSERT', clause: ' ON CONFLICT DO NOTHING' };
  }
  const sets = conflict.map((name) => {
    const column = quoted(dialect, name);
    return mysql ? `${column} = VALUES(${column})` : `${column} = excluded.${column}`;
  });
  const head = mysql ? ' ON DUPLICATE KEY UPDATE ' : ` ON CONFLICT (${quoted(dialect, 'id')}) DO UPDATE SET `;
  return { verb: 'INSERT', clause: head + sets.join(', ') };
}

/** UTF-8 as the value of a text column. @param bind gives the mark of a bound value */
export function bytesAsText(dialect: string, bind: (value: Buffer | string) => string, bytes: Buffer): string {
  // SQLite would keep a BLOB, and MySQL remembers that bytes have no charset. PostgreSQL takes text in this very form.
  if (dialect === 'sqlite') return `CAST(${bind(bytes)} AS TEXT)`;
  return bind(dialect === 'postgres' ? bytes : bytes.toString('utf8'));
}

/** The numbers of a column as one text: what an aggregate of the dialect makes of `expression`, null where that is null. */
export function joinedNumbers(dialect: string, expression: string): string {
  if (dialect === 'postgres') return `string_agg(CAST(${expression} AS text), ',')`;
  return `GROUP_CONCAT(${expression})`;
}
