/** The adapter of the app's database. */
import type { MailContext } from '../../../context';
import { mysqlSearch } from './mysql';
import { postgresSearch } from './postgres';
import { sqliteSearch } from './sqlite';
import type { SearchAdapter } from './types';

export type { Found, Hit, SearchAdapter, Stretch, WordQuery } from './types';

const ADAPTERS: Readonly<Record<string, (mail: MailContext) => SearchAdapter>> = {
  sqlite: sqliteSearch,
  postgres: postgresSearch,
  mariadb: mysqlSearch,
  mysql: mysqlSearch,
};

/** @throws Error on a database that NocoBase does not run on with this plugin */
export function searchAdapter(mail: MailContext): SearchAdapter {
  const dialect = mail.db.sequelize.getDialect();
  const adapter = ADAPTERS[dialect];
  if (!adapter) throw new Error(`No full-text search on ${dialect}`);
  return adapter(mail);
}
