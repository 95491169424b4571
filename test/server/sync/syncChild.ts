/** A sync process beside an app whose own worker is stopped: started, woken and killed at a test's word. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { MailApp } from '../../harness/mailApp';

export interface SyncChild {
  /** Makes it look at the account now. */
  wake(): void;
  /** SIGKILL, at whatever it is doing. */
  kill(): Promise<void>;
}

/**
 * As if the times had passed that others may have to wait for: leases of whoever was killed, and the back-off of the account.
 * @param leases false leaves them to run out
 */
export async function passTime({ mail, accountId }: MailApp, { leases = true } = {}): Promise<void> {
  const { model } = mail.db.getCollection('mailAccounts');
  const free = { syncUntil: null, pushUntil: null, credentialsUntil: null };
  await model.update(
    { nextSyncAt: new Date(), backOffUntil: null, ...(leases && free) },
    { where: { id: accountId }, hooks: false, silent: true },
  );
}

/** Starts the sync process on the app's database; it syncs the account at once. @param worker `deliver`: the worker that sends instead */
export async function spawnSync(app: MailApp, worker: 'sync' | 'deliver' = 'sync'): Promise<SyncChild> {
  const key = Reflect.get(app.test.app.aesEncryptor as object, 'key') as Buffer;
  const child = fork(path.join(import.meta.dirname, 'syncProcess.ts'), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      SYNC_DATABASE: app.databaseFile,
      SYNC_KEY: key.toString('hex'),
      SYNC_ACCOUNT: app.accountId,
      SYNC_WORKER: worker,
      SYNC_STORAGE: app.mail.storagePath,
      MAIL_ALLOWED_HOSTS: app.box.settings.allowedHosts,
    },
  });
  const started = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (started[0] !== 'ready') throw new Error('The sync process did not start.');
  return {
    wake: () => void (child.connected && child.send('wake')),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
