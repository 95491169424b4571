/** A host with our plugin, configured for a sandbox, and the steps a browser takes to connect a mailbox. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { ensureCertificates, startSandbox, type Sandbox } from '../../../sandbox/outlook';
import type { AccountView, ConnectStart, ConnectStatus, ErrorView } from '../../../src/shared/types';
import { createTestApp, quietMail, type Agent, type TestApp, type TestAppSettings, type TestUser } from '../../harness';

/** The address under which these tests see the app: registered in the sandbox. */
export const ORIGIN = 'http://localhost:13000';

export interface World {
  app: TestApp;
  sandbox: Sandbox;
  /** Saves the sandbox's app registration, changed as told. */
  configure(changes?: Record<string, unknown>): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

/** One world, set up by its administrator, for all tests of a file, with a new user for each. @param take is given both */
export function worldForAll(take: (world: World, user: TestUser) => void): void {
  let world: World | undefined;
  beforeAll(async () => {
    world = await startWorld();
    await world.configure();
  });
  afterAll(() => world?.stop());
  beforeEach(async () => take(world!, await world!.app.createUser()));
}

export async function startWorld(settings: TestAppSettings = {}): Promise<World> {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  const sandbox = await startSandbox();
  const { clientId, clientSecret, authorityHost, imap, smtp, allowedHosts } = sandbox.settings;
  // On one connection in memory, transactions of requests at the same moment would run into each other.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'email-manager-world-'));
  const databaseFile = path.join(folder, 'host.sqlite');
  const app = await createTestApp({
    databaseFile,
    ...settings,
    env: { MAIL_ALLOWED_HOSTS: allowedHosts, ...settings.env },
  });
  // What these tests look at must not change behind their back: nothing is synced or delivered here.
  await quietMail(app);
  const registration = {
    name: 'microsoft',
    clientId,
    clientSecret,
    accountTypes: 'common',
    advanced: { authorityHost, imap, smtp },
  };
  return {
    app,
    sandbox,
    configure: async (changes = {}) => {
      const { agent } = await app.root();
      const { status, body } = await post(agent, 'mailProviders:save', { ...registration, ...changes });
      return { status, body };
    },
    stop: async () => {
      await app.stop();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Posts as a browser at {@link ORIGIN} does. */
export const post = (agent: Agent, action: string, values: object = {}) =>
  agent.post(`/api/${action}`).set('Origin', ORIGIN).send(values);

/** The data of a good answer. */
export async function data<T>(
  request: PromiseLike<{ status: number; body: { data?: T; errors?: unknown } }>,
): Promise<T> {
  const { status, body } = await request;
  if (status !== 200) expect.fail(`answered ${status}: ${JSON.stringify(body)}`);
  return body.data as T;
}

/** The error view of a refusal. */
export async function refusal(request: PromiseLike<{ status: number; body: unknown }>): Promise<ErrorView> {
  const { status, body } = await request;
  const [error] = (body as { errors?: ErrorView[] }).errors ?? [];
  if (status === 200 || !error) expect.fail(`answered ${status}: ${JSON.stringify(body)}`);
  return error;
}

export const start = (user: TestUser, values: object = {}): Promise<ConnectStart> =>
  data<ConnectStart>(
    post(user.agent, 'mailAccounts:connect', { provider: 'microsoft', returnPath: '/admin/mail', ...values }),
  );

/** What the callback page posts for the address Microsoft returned to. */
export function answerOf(callback: string): Record<string, string> {
  const query = new URL(callback).searchParams;
  const answer: Record<string, string> = { state: query.get('state') ?? '' };
  if (query.has('code')) answer.code = query.get('code') ?? '';
  if (query.has('error')) answer.error = query.get('error') ?? '';
  if (query.has('error_description')) answer.errorDescription = query.get('error_description') ?? '';
  return answer;
}

export const finish = (user: TestUser, answer: object): Promise<ConnectStatus> =>
  data<ConnectStatus>(post(user.agent, 'mailAccounts:finish', answer));

/** The whole way: connect, sign in at Microsoft, come back. */
export async function connect(
  world: World,
  user: TestUser,
  upn: string,
  options: { consent?: boolean; values?: object } = {},
): Promise<ConnectStatus> {
  const { authorizeUrl } = await start(user, options.values);
  return finish(user, answerOf(await world.sandbox.signIn(authorizeUrl, upn, { consent: options.consent })));
}

export async function accounts(user: TestUser): Promise<AccountView[]> {
  const list = await data<{ accounts: AccountView[] }>(user.agent.get('/api/mailAccounts:list'));
  return list.accounts;
}
