import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../host/process';
import { debianProgram } from './debian';

export interface Address {
  host: string;
  port: number;
  user: string;
  database: string;
}

/** A database server of our own; it keeps nothing. */
export interface Cluster {
  address: Address;
  stop(): Promise<void>;
}

/** The user a server runs as: database servers refuse to be root. */
interface Owner {
  uid?: number;
  gid?: number;
}

const readyWithin = 60_000;

/** Starts PostgreSQL in a temporary folder on a free port. */
export async function startPostgres(): Promise<Cluster> {
  const server = debianProgram('postgresql', newestPostgres);
  const { folder, owner } = temporaryFolder('postgres');
  const data = path.join(folder, 'data');
  const initdb = path.join(path.dirname(server), 'initdb');
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8'];
  execFileSync(initdb, ['-D', data, ...options], { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-c', 'fsync=off'];
  const address = { host: '127.0.0.1', port, user: 'postgres', database: 'test' };
  return serve(server, args, folder, owner, address, 'SIGINT');
}

/** Starts MariaDB in a temporary folder on a free port. */
export async function startMariadb(): Promise<Cluster> {
  const server = debianProgram('mariadb-server', () => '/usr/sbin/mariadbd');
  const { folder, owner } = temporaryFolder('mysql');
  const data = path.join(folder, 'data');
  const common = ['--no-defaults', `--datadir=${data}`];
  const setup = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  const options = [...common, ...setup];
  execFileSync('mariadb-install-db', options, { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const socket = `--socket=${path.join(folder, 'mariadb.sock')}`;
  const args = [...common, `--port=${port}`, '--bind-address=127.0.0.1', socket, '--skip-name-resolve'];
  const address = { host: '127.0.0.1', port, user: 'root', database: 'test' };
  return serve(server, args, folder, owner, address, 'SIGTERM');
}

/** Debian keeps a folder a version. */
function newestPostgres(): string | undefined {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  const newest = readdirSync(versions)
    .sort((a, b) => Number(a) - Number(b))
    .at(-1);
  return newest && path.join(versions, newest, 'bin/postgres');
}

function temporaryFolder(account: string): { folder: string; owner: Owner } {
  const folder = mkdtempSync(path.join(os.tmpdir(), `email-manager-${account}-`));
  if (process.getuid?.() !== 0) return { folder, owner: {} };
  const id = (flag: string) => Number(execFileSync('id', [flag, account], { encoding: 'utf8' }));
  const owner = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return { folder, owner };
}

async function serve(
  program: string,
  args: string[],
  folder: string,
  owner: Owner,
  address: Address,
  end: NodeJS.Signals,
): Promise<Cluster> {
  const server = spawn(program, args, { ...owner, cwd: folder, stdio: 'ignore' });
  const kill = () => server.kill(end);
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    if (isRunning(server)) {
      const gone = once(server, 'exit');
      server.kill(end);
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + readyWithin;
  while (!(await listens(address.port))) {
    if (!isRunning(server) || Date.now() > deadline) {
      await stop();
      throw new Error(`${path.basename(program)} did not start`);
    }
    await sleep(200);
  }
  return { address, stop };
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
