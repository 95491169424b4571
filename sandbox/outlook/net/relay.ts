/** A TCP relay in front of a server that cannot fake a network itself: latency, cuts, silence. */
import net from 'node:net';
import { takeFault } from '../faultQueue';
import { DelayLine } from './network';
import type { Network } from './network';
import { listen } from './ports';

/** What can go wrong below the protocol. */
export interface RelayFault {
  /** refuse: closes new connections at once; the others strike after `afterBytes` from the server. */
  kind: 'refuse' | 'close' | 'reset' | 'blackhole';
  afterBytes?: number;
  times?: number;
}

export class Relay {
  readonly faults: RelayFault[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;

  constructor(
    private readonly upstreamPort: number,
    private readonly network: Network,
  ) {
    this.server = net.createServer((client) => this.accept(client));
  }

  listen(port: number): Promise<number> {
    return listen(this.server, port);
  }

  reset(): void {
    this.faults.length = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: net.Socket): void {
    client.on('error', () => undefined);
    if (takeFault(this.faults, ({ kind }) => kind === 'refuse')) return void client.destroy();
    const upstream = net.connect(this.upstreamPort, '127.0.0.1');
    const down = new DelayLine(this.network, (data) => client.writable && client.write(data));
    const up = new DelayLine(this.network, (data) => upstream.writable && upstream.write(data));
    if (this.network.roundTripMs) down.hold(this.network.roundTripMs);
    let sent = 0;
    let silent = false;
    const end = () => {
      down.drain(() => client.destroy());
      up.drain(() => upstream.destroy());
      this.sockets.delete(client);
      this.sockets.delete(upstream);
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (data) => !silent && up.push(data));
    upstream.on('data', (data) => {
      if (silent) return;
      const limit = (fault: RelayFault) => (fault.afterBytes ?? 0) - sent;
      let keep = data.length;
      const fault = takeFault(this.faults, (one) => {
        if (one.kind === 'refuse' || limit(one) > data.length) return false;
        keep = Math.max(0, limit(one));
        return true;
      });
      sent += keep;
      if (keep) down.push(data.subarray(0, keep));
      if (!fault) return;
      silent = true;
      if (fault.kind === 'blackhole') return;
      down.drain(() => {
        if (fault.kind === 'reset') client.resetAndDestroy();
        end();
      });
    });
  }
}
