/** Rows written as fast as a database takes them: long statements of literals, past models. */
import type { MailContext } from '../../src/server/context';

type Value = string | number | boolean | Date | null;

const THEN = new Date(0);

/** @param rows all with the same attributes */
export async function insertRows(
  mail: MailContext,
  collection: string,
  rows: readonly Record<string, Value>[],
): Promise<void> {
  const { sequelize } = mail.db;
  const { model } = mail.db.getCollection(collection);
  const queries = sequelize.getQueryInterface();
  const known = Object.keys(rows[0] ?? {});
  // The host may give every collection its times.
  const times = ['createdAt', 'updatedAt'].filter((name) => model.rawAttributes[name] && !known.includes(name));
  const names = [...known, ...times];
  const columns = names.map((name) => queries.quoteIdentifier(model.rawAttributes[name]?.field ?? name)).join(', ');
  const dialect = sequelize.getDialect();
  const table = queries.quoteIdentifiers(model.tableName);
  const written = (value: Value): string => {
    if (value === null) return 'NULL';
    if (typeof value === 'boolean') return dialect === 'postgres' ? String(value) : value ? '1' : '0';
    if (typeof value === 'number') return String(value);
    if (value instanceof Date) {
      const text = value.toISOString().replace('T', ' ').replace('Z', '');
      return `'${text}${dialect === 'sqlite' || dialect === 'postgres' ? ' +00:00' : ''}'`;
    }
    return `'${value}'`;
  };
  for (let from = 0; from < rows.length; from += 1000) {
    const tuples = rows
      .slice(from, from + 1000)
      .map((row) => `(${names.map((name) => written(row[name] ?? (times.includes(name) ? THEN : null))).join(', ')})`);
    await sequelize.query(`INSERT INTO ${table} (${columns}) VALUES ${tuples.join(', ')}`, { raw: true });
  }
}
