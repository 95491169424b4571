/** Writing a million messages: indexes are made when everything is there, and SQLite is not asked to survive a power cut. */
import type { MailContext } from '../../src/server/context';
import { searchAdapter } from '../../src/server/messages/search/adapters';
import { bareTable, pieces, quotedTable, run, select } from '../../src/server/messages/search/adapters/sql';
import { inTransaction } from '../../src/server/transaction';
import { preferredRowid } from '../../src/server/messages/search/adapters/sqlite';
import type { SearchDocument } from '../../src/server/messages/search/document';
import { spell } from '../../src/server/messages/search/spelling';

/** A database that is being filled. */
export interface Bulk {
  words(documents: readonly SearchDocument[]): Promise<void>;
  /** Makes the indexes that the app has. */
  end(): Promise<void>;
}

const COLLECTIONS = ['mailMessages', 'mailThreads', 'mailThreadMailboxes'];

/** Bare names of the tables whose indexes can wait. */
const tableNames = (mail: MailContext): string[] =>
  COLLECTIONS.map((name) =>
    String(
      (mail.db.getCollection(name).model.getTableName() as { tableName?: string }).tableName ??
        mail.db.getCollection(name).model.getTableName(),
    ),
  );

export async function bulk(mail: MailContext): Promise<Bulk> {
  const dialect = mail.db.sequelize.getDialect();
  if (dialect === 'sqlite') return bulkOnSqlite(mail);
  return dialect === 'postgres' ? bulkOnPostgres(mail) : bulkOnMysql(mail);
}

interface Raw {
  exec(sql: string, done: (error: Error | null) => void): void;
}

async function bulkOnSqlite(mail: MailContext): Promise<Bulk> {
  const { connectionManager } = mail.db.sequelize as unknown as {
    connectionManager: { getConnection(options: object): Promise<Raw> };
  };
  const raw = await connectionManager.getConnection({ uuid: 'default', type: 'write' });
  const exec = (sql: string) =>
    new Promise<void>((resolve, reject) => raw.exec(sql, (error) => (error ? reject(error) : resolve())));
  const [mode] = await select<{ journal_mode: string }>(mail, 'PRAGMA journal_mode');
  const words = quotedTable(mail, 'mailSearch');
  const rows = quotedTable(mail, 'mailSearchRows');
  await exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -400000');
  const indexes = await select<{ name: string; sql: string }>(
    mail,
    `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
     AND tbl_name IN (${tableNames(mail)
       .map((name) => `'${name}'`)
       .join(', ')})`,
  );
  for (const { name } of indexes) await exec(`DROP INDEX "${name}"`);
  const flushAt = (bytes: number) => exec(`INSERT INTO ${words} (${words}, rank) VALUES ('hashsize', ${bytes})`);
  await flushAt(64 * 1024 * 1024);
  // A commit makes FTS5 write what it has gathered, too.
  await exec('BEGIN');
  return {
    async words(documents) {
      for (const some of pieces(documents, 1000)) {
        // Statements of one row each: those of many make FTS5 write what it has gathered.
        const lines = some.flatMap(({ id, internalDate, rows: lists }) => {
          const rowid = preferredRowid(id, internalDate);
          const text = lists.map(({ key, words }) => key + words.join(` ${key}`)).join(' ');
          return [
            `INSERT INTO ${rows} (number, id, date) VALUES (${rowid}, ${id}, ${internalDate.getTime()})`,
            `INSERT INTO ${words} (rowid, words) VALUES (${rowid}, '${text}')`,
          ];
        });
        await exec(lines.join('; '));
      }
    },
    async end() {
      await exec('COMMIT');
      await flushAt(1024 * 1024);
      for (const { sql } of indexes) await exec(sql);
      await exec(`PRAGMA journal_mode = ${mode?.journal_mode ?? 'DELETE'}; PRAGMA synchronous = FULL`);
      await exec('PRAGMA cache_size = -2000');
    },
  };
}

async function bulkOnPostgres(mail: MailContext): Promise<Bulk> {
  const tables = [...tableNames(mail), bareTable(mail, 'mailSearch')].map((name) => `'${name}'`).join(', ');
  const indexes = await select<{ name: string; sql: string }>(
    mail,
    `SELECT i.indexname AS name, i.indexdef AS sql FROM pg_indexes i
     WHERE i.schemaname = current_schema() AND i.tablename IN (${tables})
     AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)`,
  );
  for (const { name } of indexes) await run(mail, `DROP INDEX "${name}"`);
  return {
    words: (documents) =>
      inTransaction(mail, (transaction) => searchAdapter(mail).write(spelled(mail, documents), transaction)),
    async end() {
      for (const { sql } of indexes) {
        await inTransaction(mail, async (transaction) => {
          await run(mail, "SET LOCAL maintenance_work_mem = '1GB'", [], transaction);
          await run(mail, sql, [], transaction);
        });
      }
      await run(mail, 'ANALYZE');
    },
  };
}

const spelled = (mail: MailContext, documents: readonly SearchDocument[]) =>
  documents.map((document) => ({ ...document, text: spell(mail.db.sequelize.getDialect(), document) }));

async function bulkOnMysql(mail: MailContext): Promise<Bulk> {
  const table = quotedTable(mail, 'mailSearch');
  await run(mail, `ALTER TABLE ${table} DROP INDEX words`);
  return {
    words: (documents) =>
      inTransaction(mail, (transaction) => searchAdapter(mail).write(spelled(mail, documents), transaction)),
    end: () => run(mail, `ALTER TABLE ${table} ADD FULLTEXT KEY words (words)`),
  };
}
