import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { SHARED_PREFIX } from './database';
import type { MailApp } from './mailApp';

export interface AppProcess {
  pid: number;
  /** SIGSTOP and SIGCONT: as if the machine stood still. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** What it has logged so far. */
  logs(): Promise<string>;
}

/** Starts another process of the app on the same tables; it syncs and watches by itself. */
export async function startAppProcess({ test, box, mail }: MailApp): Promise<AppProcess> {
  const key = Reflect.get(test.app.aesEncryptor as object, 'key') as Buffer;
  const child = fork(path.join(import.meta.dirname, 'appProcess.ts'), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      [SHARED_PREFIX]: mail.db.options.tablePrefix,
      APP_AES_SECRET_KEY: key.toString('hex'),
      MAIL_ALLOWED_HOSTS: box.settings.allowedHosts,
    },
  });
  const started = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (started[0] !== 'ready') throw new Error('The second process of the app did not start.');
  return {
    pid: child.pid!,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async logs() {
      const answered = once(child, 'message');
      child.send('logs');
      const [{ logs }] = (await answered) as [{ logs: string }];
      return logs;
    },
  };
}
