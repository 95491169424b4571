import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from '../lib/install.mjs';
import { hostRoot, storageRoot } from '../lib/repo';
import { copyPlugin, linkHostPackages } from './files';
import { freePort, startServer, stopServer, waitUntil } from './process';

export { freePort };

export interface HostSettings {
  /** Folder of the instance under storage/. Default: a random one. */
  name?: string;
  /** Default: a free port. */
  port?: number;
  /** Environment of the server: DB_* selects a database server, MAIL_ALLOWED_HOSTS and NODE_EXTRA_CA_CERTS a sandbox. */
  env?: Record<string, string>;
  /** Whether the built plugin is copied in and enabled. Default: true. */
  plugin?: boolean;
  /** Whether files and database stay after `stop`. Default: false. */
  keep?: boolean;
  /** Told about every step that takes a while. */
  say?: (line: string) => void;
}

export interface ApiAnswer<T = unknown> {
  status: number;
  data: T;
}

/** A running NocoBase with a storage folder, a port and a server process of its own. */
export interface Host {
  readonly origin: string;
  readonly port: number;
  /** The instance: app/ (the code), data/ (database, uploads, plugins), server.log. */
  readonly folder: string;
  readonly log: string;
  readonly pid: number;
  readonly administrator: { email: string; password: string };
  /** Signs in and returns the token. Default: as the administrator. */
  signIn(account?: string, password?: string): Promise<string>;
  /** Calls /api/<action>; a string or a FormData is sent as it is, anything else as JSON. */
  api<T = unknown>(
    action: string,
    options?: { token?: string; body?: unknown; query?: Record<string, string> },
  ): Promise<ApiAnswer<T>>;
  /** Enables a plugin of the host or an uploaded one, and waits until the host lists it. */
  enable(plugin: string): Promise<void>;
  /** Ends the server, softly or by kill -9, and starts it again on the same data. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends the server for good and removes the instance unless it is to be kept. */
  stop(): Promise<void>;
}

export const pluginName = 'email-manager';

const administrator = { email: 'admin@nocobase.com', password: 'admin123' };
const startWithin = 300;
const enableWithin = 300;

/** Installs the host's packages if they are missing. */
export async function ensureHost(): Promise<void> {
  await ensureInstalled(hostRoot, {
    label: 'the NocoBase host',
    estimate: 'about 1100 packages, 3 to 6 minutes, once',
  });
}

/** Starts an instance, waits until it serves requests and, unless told otherwise, until our plugin is enabled. */
export async function startHost(settings: HostSettings = {}): Promise<Host> {
  await ensureHost();
  const host = new Instance(settings, settings.port ?? (await freePort()));
  try {
    await host.start();
    if (settings.plugin !== false) {
      settings.say?.('Enabling the plugin');
      await host.enable(pluginName);
    }
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

class Instance implements Host {
  readonly administrator = administrator;
  readonly folder: string;
  readonly log: string;
  readonly origin: string;
  private server!: ChildProcess;

  constructor(
    private readonly settings: HostSettings,
    readonly port: number,
  ) {
    this.folder = path.join(storageRoot, settings.name ?? `host-${randomBytes(4).toString('hex')}`);
    this.log = path.join(this.folder, 'server.log');
    this.origin = `http://localhost:${port}`;
  }

  get pid(): number {
    return this.server.pid ?? 0;
  }

  async start(): Promise<void> {
    const app = path.join(this.folder, 'app');
    const data = path.join(this.folder, 'data');
    linkHostPackages(app);
    mkdirSync(path.join(data, 'db'), { recursive: true });
    if (this.settings.plugin !== false) copyPlugin(app, path.join(data, 'plugins'));
    this.settings.say?.('Starting NocoBase');
    this.server = startServer(app, this.log, { ...this.environment(data), ...this.settings.env });
    await this.until('Starting the host', () => this.isReady(), startWithin);
  }

  async signIn(account = administrator.email, password = administrator.password): Promise<string> {
    const answer = await this.api<{ token: string }>('auth:signIn', { body: { account, password } });
    if (answer.status !== 200) throw new Error(`Sign-in as ${account} was answered with ${answer.status}`);
    return answer.data.token;
  }

  async api<T = unknown>(
    action: string,
    { token, body, query }: { token?: string; body?: unknown; query?: Record<string, string> } = {},
  ): Promise<ApiAnswer<T>> {
    // Like the host's own client, whose browser says where it stands.
    const headers: Record<string, string> = { 'X-Authenticator': 'basic', Origin: this.origin };
    if (token) headers.Authorization = `Bearer ${token}`;
    const asIs = typeof body === 'string' || body instanceof FormData;
    if (body !== undefined && !asIs) headers['Content-Type'] = 'application/json';
    const response = await fetch(`${this.origin}/api/${action}${query ? `?${new URLSearchParams(query)}` : ''}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: asIs || body === undefined ? (body as string | FormData | undefined) : JSON.stringify(body),
    });
    const text = await response.text();
    const parsed = (response.headers.get('content-type') ?? '').includes('json')
      ? (JSON.parse(text) as { data?: T })
      : undefined;
    return { status: response.status, data: (parsed?.data ?? parsed ?? text) as T };
  }

  async enable(plugin: string): Promise<void> {
    const token = await this.signIn();
    if (await this.isEnabled(plugin, token)) return;
    const query = { filterByTk: plugin, awaitResponse: 'true' };
    const answer = await this.api('pm:enable', { token, body: {}, query });
    if (answer.status >= 400 && answer.status < 500) {
      throw new Error(`Enabling ${plugin} was answered with ${answer.status}: ${JSON.stringify(answer.data)}`);
    }
    // The command may answer 200 although it failed: only the list tells.
    await this.until(`Enabling ${plugin}`, () => this.isEnabled(plugin, token), enableWithin);
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await stopServer(this.server, signal);
    await this.start();
  }

  async stop(): Promise<void> {
    if (this.server) await stopServer(this.server);
    if (!this.settings.keep) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async isReady(): Promise<boolean> {
    return (await fetch(`${this.origin}/api/__health_check`)).ok;
  }

  private async isEnabled(plugin: string, token: string): Promise<boolean> {
    if (!(await this.isReady())) return false;
    const listed = await this.api<{ name: string }[]>('pm:listEnabled', { token });
    return listed.status === 200 && listed.data.some(({ name }) => name === plugin);
  }

  private until(what: string, ask: () => Promise<boolean>, seconds: number): Promise<void> {
    return waitUntil(what, ask, { server: this.server, log: this.log, seconds });
  }

  private environment(data: string): Record<string, string> {
    return {
      APP_ENV: 'production',
      APP_KEY: 'sandbox-key-of-no-value',
      APP_PORT: String(this.port),
      APP_HOST: '127.0.0.1',
      DB_DIALECT: 'sqlite',
      DB_STORAGE: path.join(data, 'db/nocobase.sqlite'),
      INIT_APP_LANG: 'en-US',
      INIT_ROOT_EMAIL: administrator.email,
      INIT_ROOT_NICKNAME: 'Super Admin',
      INIT_ROOT_PASSWORD: administrator.password,
      INIT_ROOT_USERNAME: 'nocobase',
      LOGGER_LEVEL: 'info',
      LOGGER_TRANSPORT: 'console',
      PLUGIN_STORAGE_PATH: path.join(data, 'plugins'),
      STORAGE_PATH: data,
      TZ: 'UTC',
    };
  }
}
