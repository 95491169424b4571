/** A host with our plugin, the sandbox, and people whose mailboxes are connected by the real sign-in. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type { Sandbox, SandboxUser } from '../../../sandbox/outlook';
import { alice, ensureCertificates, startSandbox } from '../../../sandbox/outlook';
import type { MailContext } from '../../../src/server/context';
import { deliverAccount } from '../../../src/server/submission/delivery';
import { readOutbox, outboxModel, type OutboxRow, type OutboxValues } from '../../../src/server/submission/outbox';
import { runOnce } from '../../../src/server/sync/runOnce';
import type { OutboxInput, OutboxView } from '../../../src/shared/types';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';
import { held } from '../../harness/mailApp';

export interface World {
  host: TestApp;
  box: Sandbox;
  mail: MailContext;
  /** Connected as Alice of the sandbox. */
  ann: TestUser;
  accountId: string;
  /** Connects a mailbox of the sandbox for a user. */
  connect(user: TestUser, mailbox: SandboxUser): Promise<string>;
  post(user: TestUser, action: string, id: string | null, values?: object): Promise<{ status: number; body: Answer }>;
  /** Writes a draft as Ann and queues it to leave at once. */
  queue(input?: Partial<OutboxInput>): Promise<OutboxView>;
  /** One pass of the worker over Ann's account. */
  deliver(): Promise<void>;
  /** One complete pass over an account, Ann's where none is named. */
  sync(accountId?: string): Promise<void>;
  row(id: string): Promise<OutboxRow>;
  /** Writes columns behind everybody's back: what a crash leaves. */
  arrange(id: string, values: OutboxValues): Promise<void>;
  /** What lies in a mailbox of the sandbox. */
  inbox(user: SandboxUser): Promise<string[]>;
  sent(user: SandboxUser): Promise<string[]>;
  stop(): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of the API are looked at, not typed
type Answer = any;

/** What a browser would see in its address bar; the registration of the sandbox knows it. */
const ORIGIN = 'http://localhost:13000';

export async function startWorld(): Promise<World> {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  const box = await startSandbox();
  // Accounts that sync at once need a file: in memory their transactions would share a connection.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'email-manager-world-'));
  const databaseFile = path.join(folder, 'app.sqlite');
  const host = await createTestApp({ databaseFile, env: { MAIL_ALLOWED_HOSTS: box.settings.allowedHosts } });
  // The tests call the worker themselves: nothing happens between their steps.
  const mail = await quietMail(host);
  const { agent } = await host.root();
  const saved = await agent
    .post('/api/mailProviders:save')
    .set('Origin', ORIGIN)
    .send({
      name: 'microsoft',
      clientId: box.settings.clientId,
      clientSecret: box.settings.clientSecret,
      accountTypes: 'common',
      advanced: { authorityHost: box.settings.authorityHost, imap: box.settings.imap, smtp: box.settings.smtp },
    });
  if (saved.status !== 200) throw new Error(`The provider was not saved: ${saved.text}`);
  const post: World['post'] = async (user, action, id, values = {}) => {
    const response = await user.agent.post(`/api/mailOutbox:${action}${id ? `?filterByTk=${id}` : ''}`).send(values);
    return { status: response.status, body: response.body };
  };
  const connect: World['connect'] = async (user, mailbox) => {
    const start = await user.agent
      .post('/api/mailAccounts:connect')
      .set('Origin', ORIGIN)
      .send({ provider: 'microsoft', returnPath: '/admin/mail' });
    if (start.status !== 200) throw new Error(`Connecting failed: ${start.text}`);
    const redirect = new URL(await box.signIn(start.body.data.authorizeUrl, mailbox.upn));
    const finish = await user.agent
      .post('/api/mailAccounts:finish')
      .set('Origin', ORIGIN)
      .send(Object.fromEntries(new URLSearchParams(redirect.search || redirect.hash.slice(1))));
    const accountId = finish.body.data?.accountId;
    if (!accountId) throw new Error(`Connecting failed: ${finish.text}`);
    return String(accountId);
  };
  const ann = await host.createUser({ username: 'ann' });
  const accountId = await connect(ann, alice);
  const subjects = async (user: SandboxUser, mailbox: string) =>
    (await box.mail.list(user.upn, mailbox)).messages.map(({ subject }) => subject ?? '');
  const world: World = {
    host,
    box,
    mail,
    ann,
    accountId,
    connect,
    post,
    async queue(input = {}) {
      const values: OutboxInput = { accountId, to: [], subject: 'hello', html: null, text: 'hi', ...input };
      const draft = await post(ann, 'save', null, values);
      if (draft.status !== 200) throw new Error(`The draft was not saved: ${JSON.stringify(draft.body)}`);
      const queued = await post(ann, 'send', draft.body.data.id);
      if (queued.status !== 200) throw new Error(`The draft was not queued: ${JSON.stringify(queued.body)}`);
      await world.arrange(draft.body.data.id, { sendAt: new Date() });
      return queued.body.data as OutboxView;
    },
    deliver: () => deliverAccount(mail, accountId, new AbortController().signal),
    sync: (id = accountId) =>
      held(mail, id, async (lease) => {
        const control = { signal: new AbortController().signal, yields: () => false };
        while (await runOnce(mail, lease, control));
      }),
    async row(id) {
      const row = await readOutbox(mail, id);
      if (!row) throw new Error('No such row');
      return row;
    },
    arrange: async (id, values) => void (await outboxModel(mail).update(values, { where: { id }, hooks: false })),
    inbox: (user) => subjects(user, 'INBOX'),
    sent: (user) => subjects(user, 'Sent Items'),
    async stop() {
      await host.stop();
      await box.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/**
 * Calls `before` with the values of every change of the outbox, just before the database has it; what it throws, the change throws.
 * Ends with `vi.restoreAllMocks()`.
 */
export function beforeOutboxChanges(mail: MailContext, before: (values: OutboxValues) => Promise<void> | void): void {
  const queries = mail.db.sequelize.getQueryInterface();
  const outbox = outboxModel(mail).getTableName();
  const { bulkUpdate } = queries;
  vi.spyOn(queries, 'bulkUpdate').mockImplementation(async (...args: Parameters<typeof bulkUpdate>) => {
    if (JSON.stringify(args[0]) === JSON.stringify(outbox)) await before(args[1] as OutboxValues);
    return bulkUpdate.apply(queries, args);
  });
}
