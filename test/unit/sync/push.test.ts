import { describe, expect, test } from 'vitest';
import { isHeld } from '../../../src/server/accounts/lease';
import { divideArrivals } from '../../../src/server/sync/push/arrivals';
import { gate } from '../../../src/server/gate';
import type { FetchedMessage } from '../../../src/server/sync/store';

const day = (number: number) => new Date(Date.UTC(2026, 0, number));
const message = (uid: number, internalDate = day(10)) =>
  ({ uid, internalDate, envelope: { messageIdHash: `m${uid}`, headerHash: `h${uid}` } }) as FetchedMessage;
const uids = (messages: readonly FetchedMessage[]) => messages.map(({ uid }) => uid);

describe('arrivals', () => {
  test('are stored at once', () => {
    const { store, passWanted } = divideArrivals([message(2), message(1)], new Set(), null);
    expect(uids(store)).toEqual([2, 1]);
    expect(passWanted).toBe(false);
  });

  test('that lie elsewhere too may have been moved, and wait for a pass', () => {
    const placed = new Set([`m2 ${day(10).getTime()} h2`, `m1 ${day(9).getTime()} h1`]);
    const { store, passWanted } = divideArrivals([message(2), message(1)], placed, null);
    expect(uids(store)).toEqual([1]);
    expect(passWanted).toBe(true);
  });

  test('from before the start date are not wanted', () => {
    const { store, passWanted } = divideArrivals(
      [message(3), message(2, day(8)), message(1, day(9))],
      new Set(),
      day(10),
    );
    expect(uids(store)).toEqual([3, 1]);
    expect(passWanted).toBe(false);
  });
});

test('only so many connections are opened at a time, in the order they were wanted, whatever becomes of them', async () => {
  const queued = gate(2);
  const begun: number[] = [];
  const end: ((failed: boolean) => void)[] = [];
  const done = [0, 1, 2, 3].map((number) =>
    queued(() => {
      begun.push(number);
      return new Promise<void>((resolve, reject) => {
        end[number] = (failed) => (failed ? reject(new Error('no')) : resolve());
      });
    }).catch(() => undefined),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(begun).toEqual([0, 1]);
  end[1]?.(true);
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  end[0]?.(false);
  end[2]?.(false);
  await turn();
  end[3]?.(false);
  await Promise.all(done);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test.each([
  [null, false],
  [-1, false],
  [0, false],
  [59, true],
  // Written by a clock that went wrong for a while: waiting for it would take for ever.
  [3600, false],
] as const)('a lease that ends in %j seconds is held: %j', (seconds, held) => {
  const now = day(1);
  expect(isHeld(seconds === null ? null : new Date(now.getTime() + seconds * 1000), now)).toBe(held);
});
