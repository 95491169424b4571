import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const stopWithin = 20_000;

export { freePort } from '../../sandbox/outlook/net/ports';

/** Starts the server process of an instance. It ends with this process, however that ends. */
export function startServer(app: string, log: string, env: Record<string, string>): ChildProcess {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const links = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const server = spawn(
    process.execPath,
    [...links, path.join(import.meta.dirname, 'boot.cjs'), 'start', '--quickstart'],
    {
      cwd: app,
      // As the host's command line sets it: plugins outside the app folder find the host's packages by it.
      env: { ...inherited(), NODE_PATH: path.join(app, 'node_modules'), ...env },
      stdio: ['pipe', output, output],
    },
  );
  closeSync(output);
  server.stdin?.on('error', () => undefined);
  return server;
}

/** Ends a server process and waits until it is gone. */
export async function stopServer(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill(signal);
  const ended = await Promise.race([gone.then(() => true), sleep(stopWithin, false, { ref: false })]);
  if (!ended) {
    server.kill('SIGKILL');
    await gone;
  }
}

/** Asks until the answer is true; fails when the server ends or the time is over, with the end of its log. */
export async function waitUntil(
  what: string,
  ask: () => Promise<boolean>,
  { server, log, seconds }: { server: ChildProcess; log: string; seconds: number },
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await ask().catch(() => false)) return;
    const ended = server.exitCode !== null || server.signalCode !== null;
    if (ended || Date.now() > deadline) {
      const reason = ended ? `the server ended (${server.signalCode ?? server.exitCode})` : `${seconds} s went by`;
      throw new Error(`${what} did not happen: ${reason}. The log ${log} ends with:\n${lastLines(log)}`);
    }
    await sleep(500);
  }
}

/** The end of the log without the host's chatter. */
function lastLines(log: string): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  const telling = lines.filter(
    (line) => !/"level":"(debug|info|warn)"|"code":"APP_COMMANDING"|^ *Removing intrinsics/.test(line),
  );
  return telling
    .slice(-15)
    .map((line) => line.slice(0, 1500))
    .join('\n');
}

/** The environment without what belongs to our own tools. */
function inherited(): NodeJS.ProcessEnv {
  const own =
    /^(npm_|VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_PATH$|APP_|DB_|STORAGE_PATH$|PLUGIN_|LOGGER_|TEST$|MODE$|DEV$|PROD$|SSR$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
