/** Tables of mail under whatever name they are asked for: a collection or a view of another name can lie over the same table. */
import type { Database } from '@nocobase/database';
import { MAIL_COLLECTIONS, MAIL_TABLES } from '../../shared/mailCollections';

/** SQLite keeps a full-text table in further ones (https://www.sqlite.org/fts5.html#fts5_data_structures). */
const PARTS = ['data', 'idx', 'content', 'docsize', 'config'];
const ALL = [...MAIL_COLLECTIONS, ...MAIL_TABLES, ...PARTS.map((part) => `mailSearch_${part}`)];

/** How tables are named in a database. */
export interface TableNaming {
  underscored: boolean;
  prefix: string;
}

export function namingOf(db: Database): TableNaming {
  const { underscored, tablePrefix } = db.options as { underscored?: boolean; tablePrefix?: string };
  return { underscored: Boolean(underscored), prefix: tablePrefix ?? '' };
}

/** Names as databases compare them: quotes are left out when they quote, and not all of them know upper case. */
function plain(name: string, { underscored }: TableNaming): string {
  const bare = name.replace(/[^\p{L}\p{N}_]/gu, '').toLowerCase();
  return underscored ? bare.replaceAll('_', '') : bare;
}

/**
 * Whether a table or view name that came with a request or a definition is that of a mail table; pure.
 * @param name a text (`mail_messages`, `public."mailMessages"`), or a list of such
 */
export function isMailTable(name: unknown, naming: TableNaming): boolean {
  if (Array.isArray(name)) return name.some((part) => isMailTable(part, naming));
  if (typeof name !== 'string') return false;
  const tables = ALL.flatMap((table) => [table, `${naming.prefix}${table}`]);
  const mail = new Set(tables.map((table) => plain(table, naming)));
  return name.split('.').some((part) => mail.has(plain(part, naming)));
}
