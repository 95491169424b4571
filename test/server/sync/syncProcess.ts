/**
 * The sync worker, or that of delivery, alone in a process of its own, on the database file of an app, so that a test may kill it at any moment:
 * `node --import tsx test/server/sync/syncProcess.ts`, told by the environment what `spawnSync` of syncChild.ts sets.
 * A message `wake` means: look at the account now.
 */
import { open, seal, sealingKey } from '../../../src/server/accounts/secrets';
import type { MailContext } from '../../../src/server/context';
import { startDelivery } from '../../../src/server/submission/deliver';
import { startSync } from '../../../src/server/sync/scheduler';
import { databaseOptions } from '../../harness/database';
import { hostRequire } from '../../harness/env';
import { collectionsFromSource } from '../../harness/plugin';

const { Database } = hostRequire('@nocobase/database') as typeof import('@nocobase/database');
const wanted = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

const silent = () => undefined;

async function main(): Promise<void> {
  const db = new Database({
    ...databaseOptions(wanted('SYNC_DATABASE')),
    logger: Object.fromEntries(['log', 'trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, silent])),
  } as unknown as ConstructorParameters<typeof Database>[0]);
  for (const options of await collectionsFromSource()) db.collection(options);

  const key = sealingKey(Buffer.from(wanted('SYNC_KEY'), 'hex'));
  let ids = 0;
  const mail: MailContext = {
    appName: 'main',
    instanceId: `sync:${process.pid}`,
    db,
    log: {
      debug: silent,
      info: silent,
      warn: silent,
      error: (text, meta) => process.stderr.write(`${text} ${JSON.stringify(meta)}\n`),
    },
    now: () => new Date(),
    newId: () => String(Date.now() * 1000 + (ids++ % 1000)),
    encrypt: async (plain, bind) => seal(key, plain, bind),
    decrypt: async (sealed, bind) => open(key, sealed, bind),
    renderEnvironment: (template) => template,
    push: silent,
    wake: silent,
    readersFirst: silent,
    readersLately: () => false,
    storagePath: process.env.SYNC_STORAGE ?? '/nonexistent',
    allowedHosts: wanted('MAIL_ALLOWED_HOSTS').split(','),
  };

  const accountId = wanted('SYNC_ACCOUNT');
  const worker = process.env.SYNC_WORKER === 'deliver' ? startDelivery(mail) : startSync(mail);
  worker.wake(accountId);
  process.on('message', (word) => word === 'wake' && worker.wake(accountId));
  // Whoever started it is gone: so is the reason to go on.
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void main();
