/**
 * Everything of this app runs in one thread: background work lets those pass who wait for an answer.
 * It asks between two short pieces of work, waits while requests are being answered, and takes no more than its share either way.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest piece of work between two turns of the event loop, in milliseconds: timers, sockets and new requests get theirs. */
const SLICE = 8;
/** Longest wait for readers, in milliseconds; afterwards the work goes on for at least as long as it waited. */
const LONGEST_WAIT = 120;
const LOOK_AGAIN = 3;
/** A request that takes longer streams a file or waits for somebody else: nobody waits for its end. */
const PATIENCE_WITH_ONE = 500;

/** Who asked within so long reads on, in milliseconds. */
const LATELY = 2000;

export interface Readers {
  /** Counts a request until its answer is ready. */
  serve<T>(answer: () => Promise<T>): Promise<T>;
  /**
   * To be awaited by background work between two short pieces.
   * @returns undefined when it may go on at once
   */
  first(): Promise<void> | undefined;
  /** Whether anybody was served a moment ago, and is likely to ask again. */
  lately(): boolean;
}

/** @param now a clock in milliseconds that never goes back */
export function countReaders(now: () => number = () => performance.now()): Readers {
  const served = new Set<{ since: number }>();
  let lastTurn = now();
  /** Until then the work need not wait again. */
  let granted = 0;
  let waiting: Promise<void> | undefined;
  let lastServed = -Infinity;

  const anybody = () => {
    const recent = now() - PATIENCE_WITH_ONE;
    for (const { since } of served) if (since > recent) return true;
    return false;
  };
  const wait = async () => {
    const began = now();
    do {
      await (now() - began < LOOK_AGAIN ? nextTurn() : new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN)));
    } while (anybody() && now() - began < LONGEST_WAIT);
    lastTurn = now();
    granted = lastTurn + Math.min(LONGEST_WAIT, lastTurn - began);
    waiting = undefined;
  };
  const turn = async () => {
    await nextTurn();
    lastTurn = now();
  };
  return {
    async serve(answer) {
      const request = { since: now() };
      served.add(request);
      try {
        return await answer();
      } finally {
        served.delete(request);
        lastServed = now();
      }
    },
    lately: () => served.size > 0 || now() - lastServed < LATELY,
    first() {
      if (waiting) return waiting;
      if (served.size > 0 && now() >= granted && anybody()) return (waiting = wait());
      return now() - lastTurn >= SLICE ? turn() : undefined;
    },
  };
}
