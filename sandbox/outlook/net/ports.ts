/** Ports: random by default, the same ones again for a folder that lasts. */
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

export interface SandboxPorts {
  identity: number;
  imap: number;
  smtp: number;
  control: number;
}

/** Starts listening on loopback and says at which port. */
export function listen(server: net.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken: choose others or end what holds it`) : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

/** Linux gives ports from 32768 on to whoever asks for any. */
const [LOWEST, BELOW] = [20_000, 32_000];

/** A port for a server that is started later. It is none that somebody else could be given meanwhile without asking for it. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const server = net.createServer();
    const port = await listen(server, randomInt(LOWEST, BELOW)).catch(() => null);
    if (port === null) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`No port from ${LOWEST} to ${BELOW} is free`);
}

/** What the caller asks, else what this folder had before; 0 lets the system choose. */
export function choosePorts(dir: string, asked: Partial<SandboxPorts> = {}): SandboxPorts {
  const file = path.join(dir, 'ports.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<SandboxPorts>) : {};
  const pick = (name: keyof SandboxPorts) => asked[name] ?? before[name] ?? 0;
  return { identity: pick('identity'), imap: pick('imap'), smtp: pick('smtp'), control: pick('control') };
}

/** Accounts are keyed by the authority's port, so a lasting sandbox must come back at the same ones. */
export function rememberPorts(dir: string, ports: SandboxPorts): void {
  writeFileSync(path.join(dir, 'ports.json'), JSON.stringify(ports));
}
