/** Keeps back the end of a message until it may leave: from then on its loss is uncertain. Knows neither server nor database. */
import { Readable } from 'node:stream';

export interface HeldBack {
  stream: Readable;
  /** The end of the message may have left. */
  released: boolean;
  /** Settles with the hook, at once when it was not called. */
  settled: Promise<unknown>;
  /** What the hook or the message itself threw. */
  failure?: unknown;
}

/**
 * Passes a message on except for its last piece, which waits for the hook. It reads only on demand, that is after the server asked
 * for the message: a short one would otherwise be at its end before the envelope was accepted.
 */
export function holdBackEnd(message: Readable, hook: () => Promise<void>, short: boolean): HeldBack {
  const announce = () => {
    const announced = hook();
    held.settled = announced.catch(() => undefined);
    return announced;
  };
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      const early = short ? announce() : null;
      let last: Buffer | undefined;
      for await (const piece of message as AsyncIterable<Buffer>) {
        if (last) yield last;
        last = piece;
      }
      await (early ?? announce());
      if (held.stream.destroyed) return;
      held.released = true;
      if (last) yield last;
    } catch (error) {
      if (!held.released) held.failure ??= error;
      throw error;
    }
  }
  const held: HeldBack = { stream: Readable.from(pieces()), released: false, settled: Promise.resolve() };
  // It may fail before anybody reads it.
  message.on('error', (error) => {
    if (!held.released) held.failure ??= error;
  });
  return held;
}
