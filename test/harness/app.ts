import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Application } from '@nocobase/server';
import supertest from 'supertest';
import { databaseOptions, dropTables, SHARED_PREFIX } from './database';
import { hostRequire, rootUser, setUpHost } from './env';
import type { CapturedLogs } from './logs';
import { pluginFromSource, type PluginClass } from './plugin';

export type Agent = ReturnType<typeof supertest.agent>;

/** A push to the browsers of one user, as the plugin asked for it. */
export interface PushedEvent {
  userId: number;
  message: { type: string; payload?: unknown };
}

export interface TestUser {
  id: number;
  username: string;
  token: string;
  /** Signed in as this user; keeps cookies. */
  agent: Agent;
}

export interface TestAppSettings {
  /** Optional plugins of the host, for example `workflow`. */
  hostPlugins?: string[];
  /** Environment of the app, for example MAIL_ALLOWED_HOSTS. */
  env?: Record<string, string>;
  /** The plugin under test; null starts the host alone. Default: our plugin, from its TypeScript source. */
  plugin?: PluginClass | null;
  /** A database file of the caller's, so that an app can be stopped and started again (SQLite only); else one that `stop` removes. */
  databaseFile?: string;
  /** The database file holds an app that was installed before: it only starts. */
  installed?: boolean;
  /** What the app logs; tests look at everything by default. */
  logLevel?: 'debug' | 'error';
}

export interface TestApp {
  app: Application;
  /** The folder the app keeps its files in; removed by `stop`. */
  storage: string;
  logs: CapturedLogs;
  /** What was sent to browsers since the start, oldest first. */
  pushed: PushedEvent[];
  /** Signs the administrator in. */
  root(): Promise<TestUser>;
  /** Signs in with a name or an address and a password. */
  login(account: string, password: string): Promise<TestUser>;
  /** Creates a user and signs in as him. */
  createUser(user?: { username?: string; roles?: string[] }): Promise<TestUser>;
  /** Creates a role; `snippets` such as `pm.email-manager` or `!ui.*`. */
  createRole(role: { name: string; snippets?: string[]; strategy?: Record<string, unknown> }): Promise<void>;
  /** Nobody: no token. */
  guest(): Agent;
  /** Opens a real HTTP listener on a free port and returns its origin. */
  listen(): Promise<string>;
  /** Ends the app and its listeners, removes its files, and drops its tables on a database server. */
  stop(): Promise<void>;
}

/** What the host needs besides the plugin; the order matters to it. */
const hostPlugins = [
  'error-handler',
  'field-sort',
  'data-source-main',
  'data-source-manager',
  'ui-schema-storage',
  'file-manager',
  'system-settings',
  'environment-variables',
  'users',
  'auth',
  'acl',
];

/**
 * Starts a host with our plugin in this process: really installed, with real sign-in and a database of its own.
 * One app a test file, shared by its tests: host packages keep state per process.
 */
export async function createTestApp(settings: TestAppSettings = {}): Promise<TestApp> {
  const { storage, logs } = setUpHost({
    ...settings.env,
    ...(settings.logLevel && { LOGGER_LEVEL: settings.logLevel }),
  });
  await mkdir(storage, { recursive: true });
  const host = hostRequire('@nocobase/server') as typeof import('@nocobase/server');
  const level = settings.logLevel ?? 'debug';
  const plugin = settings.plugin === undefined ? await pluginFromSource() : settings.plugin;
  const app = new host.Application({
    name: 'main',
    skipSupervisor: true,
    // In memory all transactions would share one connection, and those at the same time would clash.
    database: databaseOptions(settings.databaseFile ?? path.join(storage, `${randomBytes(6).toString('hex')}.sqlite`)),
    acl: true,
    resourcer: { prefix: '/api' },
    plugins: [
      ...hostPlugins,
      ...(settings.hostPlugins ?? []),
      ...(plugin ? [[plugin, { name: 'email-manager' }] as [PluginClass, object]] : []),
    ],
    authManager: {
      authKey: 'X-Authenticator',
      default: 'basic',
      jwt: { secret: 'test-key', expiresIn: '1d' },
    },
    logger: { system: { level }, request: { level } },
    cacheManager: { defaultStore: 'memory', stores: { memory: { store: 'memory', max: 2000 } } },
  } as unknown as ConstructorParameters<typeof host.Application>[0]);
  const pushed: PushedEvent[] = [];
  app.on('ws:sendToUser', (event: PushedEvent) => pushed.push(event));
  try {
    if (!settings.installed && !process.env[SHARED_PREFIX]) await app.runCommandThrowError('install');
    await app.runCommandThrowError('start');
  } catch (error) {
    await discard(app, storage);
    throw error;
  }
  return new RunningApp(app, storage, logs, pushed);
}

class RunningApp implements TestApp {
  private readonly closers: (() => Promise<void>)[] = [];
  private administrator: TestUser | undefined;
  private users = 0;

  constructor(
    readonly app: Application,
    readonly storage: string,
    readonly logs: CapturedLogs,
    readonly pushed: PushedEvent[],
  ) {}

  async root(): Promise<TestUser> {
    this.administrator ??= await this.login(rootUser.email, rootUser.password);
    return this.administrator;
  }

  async login(account: string, password: string): Promise<TestUser> {
    const response = await this.guest()
      .post('/api/auth:signIn')
      .set('X-Authenticator', 'basic')
      .send({ account, password });
    if (response.status !== 200) throw new Error(`Sign-in as ${account} failed: ${response.status} ${response.text}`);
    const { token, user } = response.body.data as { token: string; user: { id: number; username: string } };
    const agent = this.guest();
    agent.auth(token, { type: 'bearer' }).set('X-Authenticator', 'basic');
    return { id: user.id, username: user.username, token, agent };
  }

  async createUser({ username = `user${++this.users}`, roles }: { username?: string; roles?: string[] } = {}) {
    const password = `${username}-password`;
    const { agent } = await this.root();
    const values = { username, nickname: username, email: `${username}@example.com`, password };
    accepted(await agent.post('/api/users:create').send(roles ? { ...values, roles } : values));
    return this.login(username, password);
  }

  async createRole(role: { name: string; snippets?: string[]; strategy?: Record<string, unknown> }): Promise<void> {
    const { agent } = await this.root();
    accepted(await agent.post('/api/roles:create').send({ title: role.name, ...role }));
  }

  guest(): Agent {
    return supertest.agent(this.app.callback());
  }

  async listen(): Promise<string> {
    const server = createServer(this.app.callback());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.closers.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.closers.splice(0).map((close) => close()));
    await discard(this.app, this.storage);
  }
}

async function discard(app: Application, storage: string): Promise<void> {
  await app.runCommand('stop').catch(() => undefined);
  await app.destroy();
  await dropTables(app.db);
  await rm(storage, { recursive: true, force: true });
}

function accepted(response: { status: number; text: string }): void {
  if (response.status !== 200) throw new Error(`The host answered ${response.status}: ${response.text}`);
}
