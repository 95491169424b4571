/** Our own tables, as an earlier version of the plugin left them. */
import type { Database } from '@nocobase/database';
import { MAIL_COLLECTIONS } from '../../shared/mailCollections';

/**
 * What a table lacks; pure.
 * @param wanted columns of the collection
 * @param there columns of the table; null where there is none
 */
export function missingColumns(wanted: readonly string[], there: readonly string[] | null): string[] {
  if (!there) return [...wanted];
  return wanted.filter((column) => !there.includes(column));
}

/**
 * Adds the tables and columns that were made after this installation. The host does so when it upgrades an app, but a plain start
 * (`nocobase start` without `--quickstart`) on replaced files does not upgrade. Nothing is ever removed.
 * @returns what was added, `table.column`
 */
export async function addMissingColumns(db: Database): Promise<string[]> {
  const added: string[] = [];
  for (const name of MAIL_COLLECTIONS) {
    const collection = db.getCollection(name);
    const missing = async () => {
      const wanted = Object.entries(collection.model.getAttributes()).map(([key, { field }]) => field ?? key);
      return missingColumns(wanted, await columnsOf(db, collection.model.getTableName()));
    };
    const lacks = await missing();
    if (lacks.length === 0) continue;
    try {
      await collection.sync();
    } catch (error) {
      // Another process, started at the same moment, was quicker.
      if ((await missing()).length > 0) throw error;
    }
    added.push(...lacks.map((column) => `${name}.${column}`));
  }
  return added;
}

type Table = Parameters<ReturnType<Database['sequelize']['getQueryInterface']>['describeTable']>[0];

async function columnsOf(db: Database, table: Table): Promise<string[] | null> {
  const queries = db.sequelize.getQueryInterface();
  return (await queries.tableExists(table)) ? Object.keys(await queries.describeTable(table)) : null;
}
