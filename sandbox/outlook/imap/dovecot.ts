/** A private, unprivileged Dovecot 2.3 that ends with this process, whatever ends it. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../net/ports';
import type { SandboxUser } from '../fixtures';
import { dovecotConf, oauthConf } from './dovecotConf';
import type { MailFormat } from './dovecotConf';

/** For what hangs: on a busy machine everything takes several times as long. */
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
/** A unix socket's address holds 108 bytes, and Dovecot's longest socket name needs about 30 of them. */
const LONGEST_DIR = 70;
const SYSTEM_PATH = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

export interface Dovecot {
  /** Plain IMAP on loopback, for the shim and the sandbox's own hands. */
  port: number;
  lmtpSocket: string;
  doveadm(...args: string[]): Promise<string>;
  log(): string;
  /** `quick` ends it within milliseconds, for mail that nobody will open again. */
  stop(quick?: boolean): Promise<void>;
}

export interface DovecotOptions {
  dir: string;
  introspectionUrl: string;
  users: SandboxUser[];
  format: MailFormat;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
  group: string;
}

export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const { dir, users } = options;
  if (dir.length > LONGEST_DIR) throw new Error(`The sandbox folder is too deep for unix sockets: ${dir}`);
  const asRoot = process.getuid?.() === 0;
  // Dovecot refuses to keep mail as uid 0, so as root the whole tree drops to nobody.
  const account = systemAccount(asRoot ? 'nobody' : os.userInfo().username);
  const own = (file: string) => {
    if (asRoot) chownSync(file, account.uid, account.gid);
  };
  const put = (name: string, text: string) => {
    const file = path.join(dir, name);
    writeFileSync(file, text, { mode: 0o600 });
    own(file);
    return file;
  };
  for (const name of ['', 'run', 'state', 'mail']) {
    mkdirSync(path.join(dir, name), { recursive: true });
    chmodSync(path.join(dir, name), 0o700);
    own(path.join(dir, name));
  }
  await previousGone(path.join(dir, 'run', 'master.pid'));
  const port = await freePort();
  const { name: user, uid, gid, group } = account;
  const confOf = { dir, user, uid, group, port, introspectionUrl: options.introspectionUrl, format: options.format };
  put('users', users.map(({ upn }) => `${upn.toLowerCase()}::${uid}:${gid}::${dir}/mail/${upn}::\n`).join(''));
  put('oauth2.conf.ext', oauthConf(confOf));
  const conf = put('dovecot.conf', dovecotConf(confOf));
  const drop = asRoot ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];

  const boot = path.join(dir, 'boot.log');
  const output = openSync(boot, 'w');
  // To a file, never a pipe: an inherited stdout would keep a CI step waiting for Dovecot.
  const child = spawn('setpriv', [...drop, '--pdeathsig', 'TERM', '/usr/sbin/dovecot', '-F', '-c', conf], {
    stdio: ['ignore', output, output],
    env: SYSTEM_PATH,
    cwd: dir,
  });
  closeSync(output);
  let ended: string | undefined;
  child.once('error', (error) => void (ended = error.message));
  child.once('exit', (code, signal) => void (ended = `dovecot ended with ${code ?? signal}`));
  const logFile = path.join(dir, 'dovecot.log');
  const tail = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : '');

  const stop = async (quick = false) => {
    if (ended || !child.pid) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const workers = quick ? childrenOf(child.pid) : [];
    child.kill(quick ? 'SIGKILL' : 'SIGTERM');
    for (const pid of workers) end(pid);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(timer);
  };

  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(port))) {
    if (!ended && Date.now() > deadline) {
      await stop();
      ended = `dovecot gave no greeting within ${START_LIMIT_MS} ms`;
    }
    if (ended) throw new Error(`${ended}\n${tail(boot)}${tail(logFile)}`);
    await sleep(10);
  }

  return {
    port,
    lmtpSocket: path.join(dir, 'run', 'lmtp'),
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    async doveadm(...args) {
      const ids = asRoot ? { uid, gid } : {};
      const { stdout } = await promisify(execFile)('/usr/bin/doveadm', ['-c', conf, ...args], {
        ...ids,
        env: SYSTEM_PATH,
        cwd: dir,
      });
      return stdout;
    },
    stop,
  };
}

/** Dovecot's processes are all children of its master. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function systemAccount(name: string): Account {
  const rows = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  const row = rows('/etc/passwd').find(([user]) => user === name);
  if (!row) throw new Error(`Dovecot needs a passwd entry for ${name}`);
  const group = rows('/etc/group').find(([, , gid]) => gid === row[3]);
  return { name, uid: Number(row[2]), gid: Number(row[3]), group: group?.[0] ?? name };
}

/** Dovecot of a killed sandbox in the same folder needs a moment to end; a living one is somebody else's. */
async function previousGone(pidFile: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const name = existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : '';
    if (name !== 'dovecot') return;
    if (Date.now() > deadline) throw new Error(`Another sandbox uses this folder (dovecot ${pid})`);
    await sleep(50);
  }
}

/** Whether the greeting comes; imap-login accepts connections long before the rest works. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const done = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once('data', (data) => done(data.toString('latin1').startsWith('* OK')));
    socket.once('error', () => done(false));
    socket.setTimeout(1000, () => done(false));
  });
}
