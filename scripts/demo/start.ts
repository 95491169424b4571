import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { alice, ensureDebianPackages, type Sandbox, startSandbox } from '../../sandbox/outlook';
import { seedDemo } from '../../sandbox/outlook/demo';
import { buildPlugin } from '../build';
import { ensureHost, type Host, startHost } from '../host';
import { freePort } from '../host/process';
import { storageRoot } from '../lib/repo';
import { claimFolder } from './claim';
import { configureProvider, prepareProvider } from './provider';
import type { Steps } from './steps';

export interface DemoSettings {
  /** Folder of the demo under storage/. */
  name: string;
  port?: number;
  /** Save the Client ID and secret, as an administrator would. */
  configured?: boolean;
  /** Forget what an earlier demo of this name kept. */
  reset?: boolean;
  /** Whether mail and database stay for the next start. Default: true. */
  keep?: boolean;
  steps: Steps;
  /** Ends the start early. */
  signal?: AbortSignal;
}

export interface Demo {
  url: string;
  host: Host;
  sandbox: Sandbox;
  /** What people need to know to use it. */
  description: string;
  stop(): Promise<void>;
}

const usualPort = 13000;

/** Starts the local Microsoft 365 with a seeded mailbox and a NocoBase with the plugin, everything set up. */
export async function startDemo(settings: DemoSettings): Promise<Demo> {
  const { name, steps, keep = true } = settings;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
    if (!keep) forget(name);
  };
  const goOn = () => {
    if (settings.signal?.aborted) throw new Error('Ended before it was ready');
  };
  const folder = path.join(storageRoot, name);
  let release = claimFolder(folder);
  stops.push(async () => release());
  try {
    if (settings.reset) {
      forget(name);
      release = claimFolder(folder);
    }
    await steps.run('Packages: NocoBase host, Debian', async (say) => {
      ensureDebianPackages(undefined, say);
      await ensureHost();
    });
    goOn();
    await steps.run('Building the plugin', () => buildPlugin());
    const sandbox = await steps.run('Local Microsoft 365 with mail', async (say) => {
      const started = await startSandbox({ dir: sandboxFolder(name) });
      stops.push(() => started.stop());
      if ((await started.mail.list(alice.upn, 'INBOX')).messages.length === 0) {
        say('filling the mailbox, once');
        say(`${await seedDemo(started, alice.upn, new Date())} messages for ${alice.upn}`);
      }
      return started;
    });
    goOn();
    const port = settings.port ?? ((await isFree(usualPort)) ? usualPort : await freePort());
    const host = await steps.run('NocoBase with the plugin (the first start takes half a minute)', async (say) => {
      const env = { NODE_EXTRA_CA_CERTS: sandbox.settings.ca, MAIL_ALLOWED_HOSTS: sandbox.settings.allowedHosts };
      const started = await startHost({ name: path.join(name, 'nocobase'), port, keep: true, env, say });
      stops.push(() => started.stop());
      return started;
    });
    goOn();
    await steps.run('Email settings', () =>
      settings.configured ? configureProvider(host, sandbox) : prepareProvider(host, sandbox),
    );
    const url = `${host.origin}/admin/mail`;
    return { url, host, sandbox, stop, description: describe(host, sandbox, settings.configured ?? false) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function forget(name: string): void {
  rmSync(path.join(storageRoot, name), { recursive: true, force: true });
  rmSync(sandboxFolder(name), { recursive: true, force: true });
}

/** Mail is kept beside the database; but the names of Unix sockets are limited to about a hundred characters. */
function sandboxFolder(name: string): string {
  const folder = path.join(storageRoot, name, 'outlook');
  if (folder.length <= 60) return folder;
  return path.join(os.tmpdir(), `outlook-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

function describe(host: Host, { settings, users }: Sandbox, configured: boolean): string {
  const rows: [string, string][] = [
    ['NocoBase', `${host.origin}/ and ${host.origin}/v/`],
    ['Administrator', `${host.administrator.email}  ${host.administrator.password}`],
    ['Email settings', `${host.origin}/admin/settings/mail${configured ? '  (already saved)' : ''}`],
    ['Client ID', settings.clientId],
    ['Client secret', settings.clientSecret],
    ...users.map(({ upn, password }): [string, string] => ['Mailbox', `${upn}  ${password}`]),
    ['Server log', host.log],
  ];
  return `\n${rows.map(([label, value]) => `${label.padEnd(16)}${value}`).join('\n')}\n`;
}
