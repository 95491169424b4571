/** Ports: random by default, the same ones again for a folder that lasts. */
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

export async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
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
