/** Another email plugin uses some of our table names: its tables are recognised and never altered. */
import type { Database } from '@nocobase/database';

/** Columns that our tables have had from the first version on. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  mailAccounts: ['homeAccountId', 'credentialsEpoch'],
  mailMessages: ['uidValidity', 'messageIdHash'],
};

const plain = (name: string) => name.replaceAll('_', '').toLowerCase();

/**
 * Tables that bear a name of ours and are not ours; pure.
 * @param tables existing table → its columns, in whatever spelling the database has them
 */
export function foreignTables(tables: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(OURS).filter((name) => {
    const columns = tables[name]?.map(plain);
    return columns && !OURS[name]?.every((column) => columns.includes(plain(column)));
  });
}

/**
 * To be called before the host brings tables into line with our collections.
 * @throws Error with a sentence for the administrator
 */
export async function refuseForeignTables(db: Database): Promise<void> {
  const queries = db.sequelize.getQueryInterface();
  const tables: Record<string, string[]> = {};
  for (const name of Object.keys(OURS)) {
    const table = db.getCollection(name).model.getTableName();
    if (await queries.tableExists(table)) tables[name] = Object.keys(await queries.describeTable(table));
  }
  const foreign = foreignTables(tables);
  if (foreign.length === 0) return;
  throw new Error(
    `The tables of another email plugin are in this database (${foreign.join(', ')}). ` +
      'Remove or rename them before this plugin is enabled: it never changes them.',
  );
}
