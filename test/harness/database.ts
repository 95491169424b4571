import { randomBytes } from 'node:crypto';
import type { Database } from '@nocobase/database';
import type { Options, Sequelize } from 'sequelize';
import { hostRequire } from './env';

export type Dialect = 'sqlite' | 'postgres' | 'mariadb' | 'mysql';

/** The database under test: SQLite unless DB_DIALECT says otherwise. */
export const dialect = (process.env.DB_DIALECT ?? 'sqlite') as Dialect;

/** Names the table prefix of an app of another process, to run on the same tables. */
export const SHARED_PREFIX = 'TEST_TABLE_PREFIX';

/** Options of a database no other app shares: a file, or on a server under a random table prefix, unless DB_TABLE_PREFIX names one. */
export function databaseOptions(storage: string): Record<string, unknown> {
  if (dialect === 'sqlite') return { dialect, storage, logging: false };
  return {
    dialect,
    host: process.env.DB_HOST ?? '127.0.0.1',
    port: Number(process.env.DB_PORT ?? (dialect === 'postgres' ? 5432 : 3306)),
    username: process.env.DB_USER ?? (dialect === 'postgres' ? 'postgres' : 'root'),
    password: process.env.DB_PASSWORD ?? '',
    database: process.env.DB_DATABASE ?? 'test',
    tablePrefix: process.env[SHARED_PREFIX] ?? process.env.DB_TABLE_PREFIX ?? `t${randomBytes(4).toString('hex')}_`,
    underscored: process.env.DB_UNDERSCORED === 'true',
    logging: false,
    pool: { max: 10 },
  };
}

/** Drops the tables of a stopped app on a database server, unless DB_KEEP_TABLES says that another one will use them. */
export async function dropTables({ options }: Database): Promise<void> {
  const prefix = options.tablePrefix;
  if (dialect === 'sqlite' || !prefix || process.env.DB_KEEP_TABLES) return;
  const library = hostRequire('sequelize') as { Sequelize: new (options: Options) => Sequelize };
  const { host, port, username, password, database } = options;
  const sequelize = new library.Sequelize({ dialect, host, port, username, password, database, logging: false });
  const quote = (name: string) => (dialect === 'postgres' ? `"${name}"` : `\`${name}\``);
  const schema = dialect === 'postgres' ? "'public'" : 'DATABASE()';
  try {
    const [rows] = await sequelize.query(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema} AND table_name LIKE '${prefix.replace('_', '\\_')}%'`,
    );
    const tables = (rows as { name: string }[]).map((row) => quote(row.name));
    if (tables.length === 0) return;
    await sequelize.transaction(async (transaction) => {
      if (dialect !== 'postgres') await sequelize.query('SET FOREIGN_KEY_CHECKS = 0', { transaction });
      await sequelize.query(`DROP TABLE IF EXISTS ${tables.join(', ')} CASCADE`, { transaction });
      if (dialect !== 'postgres') await sequelize.query('SET FOREIGN_KEY_CHECKS = 1', { transaction });
    });
  } finally {
    await sequelize.close();
  }
}
