/** The honest network: latency as a delay line, and a cost for every item the server has to convert. */

export interface Network {
  /** Milliseconds there and back; half of it is applied in each direction. */
  roundTripMs: number;
  /** Milliseconds Exchange would need to convert one message for FETCH. */
  perItemMs: number;
}

export const INSTANT: Network = { roundTripMs: 0, perItemMs: 0 };
export const HONEST: Network = { roundTripMs: 40, perItemMs: 1 };

/** Hands chunks on in order, each one latency later than it came. */
export class DelayLine {
  private readonly queue: { at: number; data: Buffer }[] = [];
  private busyUntil = 0;
  private timer: NodeJS.Timeout | undefined;
  private ended: (() => void) | undefined;

  constructor(
    private readonly network: Network,
    private readonly write: (data: Buffer) => void,
  ) {}

  push(data: Buffer, costMs = 0): void {
    const now = performance.now();
    if (costMs) this.busyUntil = Math.max(this.busyUntil, now) + costMs;
    const at = Math.max(this.busyUntil, now) + this.network.roundTripMs / 2;
    if (at <= now && !this.queue.length) return this.write(data);
    this.queue.push({ at, data });
    this.schedule();
  }

  /** Holds everything that follows back for a while. */
  hold(ms: number): void {
    this.busyUntil = Math.max(this.busyUntil, performance.now()) + ms;
  }

  /** Calls back once everything pushed so far has been written. */
  drain(done: () => void): void {
    if (this.queue.length) this.ended = done;
    else done();
  }

  drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue.length = 0;
  }

  private schedule(): void {
    const first = this.queue[0];
    if (this.timer || !first) return;
    this.timer = setTimeout(() => this.release(), Math.max(0, first.at - performance.now()));
  }

  private release(): void {
    this.timer = undefined;
    const due = performance.now() + 0.5;
    for (let next = this.queue[0]; next && next.at <= due; next = this.queue[0]) {
      this.queue.shift();
      this.write(next.data);
    }
    if (this.queue.length) return this.schedule();
    const ended = this.ended;
    this.ended = undefined;
    ended?.();
  }
}
