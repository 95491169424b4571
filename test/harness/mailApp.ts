/** An app with a connected mailbox of the sandbox, and passes over it at the test's word. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureCertificates, startSandbox, type Sandbox } from '../../sandbox/outlook';
import { withLease, type Lease } from '../../src/server/accounts/lease';
import type { MailContext } from '../../src/server/context';
import { runOnce } from '../../src/server/sync/runOnce';
import { createTestApp, type TestApp, type TestUser } from './app';
import { pluginOf } from './plugin';

export interface MailApp {
  test: TestApp;
  box: Sandbox;
  mail: MailContext;
  user: TestUser;
  accountId: string;
  /** UPN of the mailbox that is connected. */
  owner: string;
  /** One complete pass: waits for whoever is syncing, then syncs. @returns the account row afterwards */
  sync(): Promise<Row>;
  /** In the order of their ids. */
  rows(collection: string, where?: Record<string, unknown>): Promise<Row[]>;
  account(): Promise<Row>;
  mailbox(role: string): Promise<Row>;
  /** File of the app's database. */
  databaseFile: string;
  /** From now on the app does not sync by itself. */
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
}

export type Row = Record<string, unknown> & { id: string };

/** Starts sandbox and app, signs a user in at Microsoft's stand-in and connects the mailbox. */
export async function startMailApp({
  owner = 'alice@contoso.onmicrosoft.com',
  worker = false,
}: {
  owner?: string;
  /** Whether the app syncs and sends by itself; without it nothing happens between the steps of a test. */
  worker?: boolean;
} = {}): Promise<MailApp> {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  const box = await startSandbox();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'email-manager-sync-'));
  const databaseFile = path.join(folder, 'app.sqlite');
  const test = await createTestApp({
    databaseFile,
    env: { MAIL_ALLOWED_HOSTS: box.settings.allowedHosts },
  });
  const plugin = pluginOf(test);
  const { mail } = plugin;
  // Before there is an account, so that no pass over it is cut.
  if (!worker) await plugin.stopWorkers();
  const user = await connect(test, box, owner);
  const rows = async (collection: string, where: Record<string, unknown> = {}): Promise<Row[]> => {
    const found = await mail.db.getCollection(collection).model.findAll({ where, order: [['id', 'ASC']] });
    return found.map((row) => {
      const values = row.get({ plain: true }) as Record<string, unknown>;
      return { ...values, id: String(values.id) };
    });
  };
  const [account] = await rows('mailAccounts');
  if (!account) throw new Error('No account was saved.');
  const accountId = account.id;
  const readAccount = async () => (await rows('mailAccounts', { id: accountId }))[0]!;
  return {
    test,
    box,
    mail,
    user,
    accountId,
    owner,
    rows,
    account: readAccount,
    mailbox: async (role) => (await rows('mailboxes', { accountId, role }))[0]!,
    async sync() {
      const control = { signal: new AbortController().signal, yields: () => false };
      await held(mail, accountId, async (lease) => {
        // A test does not wait for a back-off.
        while (await runOnce(mail, lease, control));
      });
      return readAccount();
    },
    databaseFile,
    stopWorker: async () => plugin.workers.sync?.stop(),
    async stop() {
      await test.stop();
      await box.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs under the sync lease as soon as it is free. */
export async function held<T>(mail: MailContext, accountId: string, work: (lease: Lease) => Promise<T>): Promise<T> {
  for (;;) {
    let done: { result: T } | undefined;
    await withLease(mail, accountId, 'sync', async (lease) => {
      done = { result: await work(lease) };
    });
    if (done) return done.result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Signs a user of his own in at Microsoft's stand-in and connects the mailbox. */
export async function connect(test: TestApp, box: Sandbox, owner: string): Promise<TestUser> {
  const { settings } = box;
  const root = await test.root();
  const origin = { Origin: 'http://localhost:13000' };
  const saved = await root.agent
    .post('/api/mailProviders:save')
    .set(origin)
    .send({
      name: 'microsoft',
      clientId: settings.clientId,
      clientSecret: settings.clientSecret,
      accountTypes: 'common',
      advanced: { authorityHost: settings.authorityHost, imap: settings.imap, smtp: settings.smtp },
    });
  if (saved.status !== 200) throw new Error(`Provider not saved: ${saved.text}`);
  const user = await test.createUser();
  const started = await user.agent
    .post('/api/mailAccounts:connect')
    .set(origin)
    .send({ provider: 'microsoft', returnPath: '/admin/mail', startDate: '2020-01-01T00:00:00.000Z' });
  if (started.status !== 200) throw new Error(`Sign-in not started: ${started.text}`);
  const back = new URL(await box.signIn(started.body.data.authorizeUrl, owner));
  const finished = await user.agent
    .post('/api/mailAccounts:finish')
    .set(origin)
    .send({ state: back.searchParams.get('state'), code: back.searchParams.get('code') });
  if (finished.body?.data?.state !== 'done') throw new Error(`Not connected: ${finished.text}`);
  return user;
}

let made = 0;

/** A plain message; headers that are null are left out. */
export function message(headers: Record<string, string | null> = {}, body = 'Hello from the sandbox.'): string {
  const number = ++made;
  const all: Record<string, string | null> = {
    Date: new Date(Date.UTC(2026, 0, 1, 0, number)).toUTCString().replace('GMT', '+0000'),
    From: '"Bob Lindqvist" <bob@contoso.onmicrosoft.com>',
    To: 'alice@contoso.onmicrosoft.com',
    Subject: `Message ${number}`,
    'Message-ID': `<m${number}.${process.pid}@sandbox.example>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : `${name}: ${value}`));
  return [...lines, '', body, ''].join('\r\n');
}
