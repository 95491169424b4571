/** How long a submission server waits before it greets: it watches for clients that talk too early, and nobody can be quicker. */
import { once } from 'node:events';
import net from 'node:net';
import { median } from '../statistics';

const PROBES = 5;

/** Milliseconds from the connection to the first octet of the greeting. */
export async function greetingDelay({ host, port }: { host: string; port: number }): Promise<number> {
  const delays: number[] = [];
  for (let probe = 0; probe < PROBES; probe++) {
    const started = performance.now();
    const socket = net.connect(port, host);
    try {
      await once(socket, 'data');
      delays.push(performance.now() - started);
    } finally {
      socket.destroy();
    }
  }
  return median(delays);
}
