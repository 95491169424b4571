/** Our tables in a database of their own, without an app around them. */
import type { Database } from '@nocobase/database';
import type { MailContext } from '../../src/server/context';
import { prepareSearchIndex } from '../../src/server/messages/search';
import { hostRequire } from '../../test/harness';
import { collectionsFromSource } from '../../test/harness/plugin';

/** Options of the host's Database: dialect, storage or host, database, … */
export type DatabaseOptions = ConstructorParameters<typeof Database>[0];

export interface OpenMail {
  mail: MailContext;
  close(): Promise<void>;
}

/** Opens a database and makes the tables it does not have. A second call is like a restart: nothing is in memory yet. */
export async function openMail(options: DatabaseOptions): Promise<OpenMail> {
  const host = hostRequire('@nocobase/database') as typeof import('@nocobase/database');
  const db = new host.Database({ logging: false, ...options } as DatabaseOptions);
  db.registerFieldTypes({ snowflakeId: host.SnowflakeIdField });
  for (const collection of await collectionsFromSource()) db.collection(collection);
  await db.sync();
  const mail = { db, now: () => new Date() } as MailContext;
  await prepareSearchIndex(mail);
  return { mail, close: () => db.close() };
}
