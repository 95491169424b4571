import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { hostRoot } from '../../scripts/lib/repo';
import { captureLogs, type CapturedLogs, type Winston } from './logs';

const installed = createRequire(path.join(hostRoot, 'package.json'));

let ready: { storage: string; logs: CapturedLogs } | undefined;

/** Loads packages of the host the way the host does: by Node, once, as CommonJS. */
export function hostRequire(name: string): unknown {
  setUpHost();
  return installed(name);
}

/** The administrator every app starts with. */
export const rootUser = {
  email: 'admin@nocobase.com',
  password: 'admin123',
  nickname: 'Super Admin',
  username: 'nocobase',
};

/** Makes this process a host of its own, with a storage folder of its own, before any host package is loaded. */
export function setUpHost(env: Record<string, string> = {}): { storage: string; logs: CapturedLogs } {
  if (!ready) {
    const storage = path.join(os.tmpdir(), `email-manager-test-${randomBytes(6).toString('hex')}`);
    setEnvironment(storage);
    ready = { storage, logs: captureLogs(installed('winston') as Winston) };
  }
  Object.assign(process.env, env);
  return ready;
}

function setEnvironment(storage: string): void {
  // The host changes how it loads plugins and logs when it sees these.
  delete process.env.VITEST;
  delete process.env.GITHUB_ACTIONS;
  Object.assign(process.env, {
    APP_ENV: 'test',
    APP_KEY: 'test-key',
    APP_PUBLIC_PATH: '/',
    API_BASE_PATH: '/api/',
    CDN_BASE_URL: '',
    DB_UNDERSCORED: process.env.DB_UNDERSCORED ?? 'false',
    ENCRYPTION_FIELD_KEY: 'test-key-32-characters-long-xxxxx',
    INIT_APP_LANG: 'en-US',
    INIT_ROOT_EMAIL: rootUser.email,
    INIT_ROOT_NICKNAME: rootUser.nickname,
    INIT_ROOT_PASSWORD: rootUser.password,
    INIT_ROOT_USERNAME: rootUser.username,
    LOCAL_STORAGE_DEST: path.join(storage, 'uploads'),
    LOGGER_FORMAT: 'json',
    LOGGER_LEVEL: 'debug',
    LOGGER_TRANSPORT: 'console',
    NODE_MODULES_PATH: path.join(hostRoot, 'node_modules'),
    PLUGIN_STATICS_PATH: '/static/plugins/',
    PLUGIN_STORAGE_PATH: path.join(storage, 'plugins'),
    STORAGE_PATH: storage,
    TZ: 'UTC',
    WS_PATH: '/ws',
  });
}
