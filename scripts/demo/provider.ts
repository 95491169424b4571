import { createRequire } from 'node:module';
import path from 'node:path';
import type { Sandbox } from '../../sandbox/outlook';
import type { ProviderHosts, ProviderInput } from '../../src/shared/types';
import type { Host } from '../host';
import { hostRoot } from '../lib/repo';

/** Saves the app registration as an administrator would who pastes the Client ID and secret. */
export async function configureProvider(host: Host, sandbox: Sandbox): Promise<void> {
  const { clientId, clientSecret } = sandbox.settings;
  const values: ProviderInput = {
    name: 'microsoft',
    clientId,
    clientSecret,
    accountTypes: 'common',
    advanced: hostsOf(sandbox),
  };
  const answer = await host.api('mailProviders:save', { token: await host.signIn(), body: values });
  if (answer.status !== 200) {
    throw new Error(`The email settings could not be saved: ${answer.status} ${JSON.stringify(answer.data)}`);
  }
}

interface Sqlite {
  Database: new (file: string) => {
    configure(option: 'busyTimeout', value: number): void;
    run(sql: string, params: unknown[], done: (error: Error | null) => void): void;
    close(done: () => void): void;
  };
}

/**
 * Leaves the Client ID and secret to be pasted, but fills in the hosts under "Advanced". The plugin saves only complete
 * settings, so this goes to the demo's own database; what somebody has saved stays.
 */
export async function prepareProvider(host: Host, sandbox: Sandbox): Promise<void> {
  const { Database } = createRequire(path.join(hostRoot, 'package.json'))('sqlite3') as Sqlite;
  const database = new Database(path.join(host.folder, 'data/db/nocobase.sqlite'));
  database.configure('busyTimeout', 10_000);
  const sql = `INSERT INTO mailProviders (id, name, accountTypes, hosts, createdAt, updatedAt)
    SELECT 1, 'microsoft', 'common', ?, datetime('now'), datetime('now')
    WHERE NOT EXISTS (SELECT 1 FROM mailProviders WHERE name = 'microsoft')`;
  try {
    await new Promise<void>((resolve, reject) =>
      database.run(sql, [JSON.stringify(hostsOf(sandbox))], (error) => (error ? reject(error) : resolve())),
    );
  } finally {
    await new Promise<void>((resolve) => database.close(resolve));
  }
}

function hostsOf({ settings }: Sandbox): ProviderHosts {
  const { authorityHost, imap, smtp } = settings;
  return { authorityHost, imap, smtp };
}
