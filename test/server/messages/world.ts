/** A host with our plugin and the sandbox, a mailbox connected by the real sign-in, and mail synced by the real engine. */
import { alice, bob, ensureCertificates, startSandbox, type Sandbox, type SandboxUser } from '../../../sandbox/outlook';
import type { NewMessage } from '../../../sandbox/outlook/imap/wire';
import { withLease } from '../../../src/server/accounts/lease';
import type { MailContext } from '../../../src/server/context';
import { indexAnew, indexStored } from '../../../src/server/messages/search';
import { syncAccount } from '../../../src/server/sync/syncAccount';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';

/** The address of the app that is registered in the sandbox. */
const ORIGIN = 'http://localhost:13000';

export interface World {
  host: TestApp;
  box: Sandbox;
  mail: MailContext;
  /** Connected as Alice of the sandbox. */
  ann: TestUser;
  accountId: string;
  /** Connected as Bob, with one message of his own. */
  ben: TestUser;
  benAccountId: string;
  /** One pass over an account. */
  sync(accountId: string): Promise<void>;
  get(user: TestUser, action: string, query?: Record<string, unknown>): Promise<Answer>;
  post(user: TestUser, action: string, values?: object, query?: Record<string, unknown>): Promise<Answer>;
  /** The id of a message by its subject. */
  idOf(user: TestUser, subject: string): Promise<string>;
  stop(): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of the API are looked at, not typed
type Answer = { status: number; body: any; headers: Record<string, string>; text: string };

/** @param seed messages of Alice by mailbox; `bobs` are Bob's, in his inbox */
export async function startWorld(seed: Record<string, NewMessage[]>, bobs: NewMessage[]): Promise<World> {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  const box = await startSandbox();
  for (const [mailbox, messages] of Object.entries(seed)) await box.mail.seed(alice.upn, mailbox, messages);
  await box.mail.seed(bob.upn, 'INBOX', bobs);
  const host = await createTestApp({ env: { MAIL_ALLOWED_HOSTS: box.settings.allowedHosts } });
  // The tests sync themselves: nothing happens between their steps.
  const mail = await quietMail(host);
  const { agent } = await host.root();
  const { clientId, clientSecret, authorityHost, imap, smtp } = box.settings;
  const advanced = { authorityHost, imap, smtp };
  const registration = { name: 'microsoft', clientId, clientSecret, accountTypes: 'common', advanced };
  const saved = await agent.post('/api/mailProviders:save').set('Origin', ORIGIN).send(registration);
  if (saved.status !== 200) throw new Error(`The provider was not saved: ${saved.text}`);
  const connect = async (user: TestUser, { upn }: SandboxUser): Promise<string> => {
    const values = { provider: 'microsoft', returnPath: '/admin/mail', startDate: '2020-01-01' };
    const start = await user.agent.post('/api/mailAccounts:connect').set('Origin', ORIGIN).send(values);
    const answer = new URL(await box.signIn(start.body.data.authorizeUrl, upn)).searchParams;
    const finish = await user.agent
      .post('/api/mailAccounts:finish')
      .set('Origin', ORIGIN)
      .send({ code: answer.get('code'), state: answer.get('state') });
    if (!finish.body.data?.accountId) throw new Error(`Connecting failed: ${finish.text}`);
    return String(finish.body.data.accountId);
  };
  const sync = async (accountId: string) => {
    const counts = { added: 0, changed: 0, vanished: 0, texts: 0, ops: 0 } as unknown as Parameters<
      typeof syncAccount
    >[3];
    const control = { signal: new AbortController().signal, yields: () => false };
    await withLease(mail, accountId, 'sync', (lease) => syncAccount(mail, lease, control, counts));
    await indexAnew(mail);
    while (await indexStored(mail));
  };
  const ann = await host.createUser({ username: 'ann' });
  const ben = await host.createUser({ username: 'ben' });
  const accountId = await connect(ann, alice);
  const benAccountId = await connect(ben, bob);
  await sync(accountId);
  await sync(benAccountId);
  const world: World = {
    host,
    box,
    mail,
    ann,
    accountId,
    ben,
    benAccountId,
    sync,
    get: (user, action, query = {}) => user.agent.get(`/api/${action}`).query(query),
    post: (user, action, values = {}, query = {}) => user.agent.post(`/api/${action}`).query(query).send(values),
    async idOf(user, subject) {
      const filter = JSON.stringify({ subject: { $eq: subject } });
      const { body, text } = await world.get(user, 'mailMessages:list', { filter });
      if (!body.data?.[0]) throw new Error(`No message "${subject}": ${text}`);
      return body.data[0].id;
    },
    async stop() {
      await host.stop();
      await box.stop();
    },
  };
  return world;
}
