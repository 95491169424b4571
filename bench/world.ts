/** Where a measurement happens: a sandbox with mailboxes placed in it, databases, apps. Everything ends with the work. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { withDatabase } from '../scripts/test/databases';
import type { SandboxUser } from '../sandbox/outlook';
import { apiClient, configure, type ApiClient } from './client';
import { placeMailbox, type MailboxName } from './mailbox/snapshot';
import type { Settings } from './measure';
import { startAnchor, startApp, startSandboxProcess } from './parts';
import type { AppProcess, DatabaseEnvironment, SandboxProcess } from './parts';
import type { AnchorHandlers } from './processes/anchor';
import type { Running } from './processes/rpc';
import { withFolder } from './temporary';

export type Dialect = 'sqlite' | 'postgres' | 'mariadb';
export type NetworkName = 'loopback' | 'honest';

/** A user of the sandbox and the generated mailbox he finds there; null for an empty one. */
export interface Resident {
  user: SandboxUser;
  mailbox: MailboxName | null;
}

/** Starts a sandbox in a temporary folder with copies of generated mailboxes. */
export async function withSandbox<T>(
  settings: Settings,
  residents: readonly Resident[],
  work: (box: SandboxProcess) => Promise<T>,
): Promise<T> {
  return withFolder('bench-', async (dir) => {
    for (const { user, mailbox } of residents) {
      if (mailbox) await placeMailbox(mailbox, dir, user.upn, settings.say);
    }
    // Else the system writes what was copied while something else is measured, and commits wait for the disk.
    execFileSync('sync');
    const box = await startSandboxProcess(
      dir,
      residents.map(({ user }) => user),
    );
    try {
      return await work(box);
    } finally {
      await box.stop();
    }
  });
}

export function setNetwork(box: SandboxProcess, network: NetworkName): Promise<void> {
  return box.call('setNetwork', network === 'honest' ? 'honest' : 'instant');
}

/** An app that was just installed, and a user who is signed in. */
export interface World {
  app: AppProcess;
  client: ApiClient;
}

/** Starts an app with an empty database, knowing the sandbox, for one run. */
export async function withApp<T>(
  box: SandboxProcess,
  database: DatabaseEnvironment,
  work: (world: World) => Promise<T>,
): Promise<T> {
  return withFolder('bench-app-', async (dir) => {
    const app = await startApp(box, { databaseFile: path.join(dir, 'app.sqlite'), database });
    try {
      await configure(app, box);
      return await work({ app, client: apiClient(app.origin, await app.call('user')) });
    } finally {
      await app.stop();
    }
  });
}

/** Gives the environment of a database server, or nothing for SQLite. */
export function withDialect<T>(dialect: Dialect, work: (database: DatabaseEnvironment) => Promise<T>): Promise<T> {
  return dialect === 'sqlite' ? work({}) : withDatabase(dialect, work);
}

/** Bare imapflow in a fresh process, logged in. */
export async function withAnchor<T>(
  box: SandboxProcess,
  user: string,
  work: (anchor: Running<AnchorHandlers>) => Promise<T>,
): Promise<T> {
  const anchor = await startAnchor(box, user);
  try {
    return await work(anchor);
  } finally {
    await anchor.stop();
  }
}
