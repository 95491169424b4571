import { describe, expect, test } from 'vitest';
import {
  confirmVanished,
  fetchedFlagChanges,
  flagsOf,
  fullCompareDue,
  isMassVanish,
  nextBatch,
  planMailbox,
  repairDue,
  sameStatus,
  searchedFlagChanges,
} from '../../../src/server/sync/plan';

const day = (number: number) => new Date(Date.UTC(2026, 0, number, 12));
const known = (uid: number, date = day(20)) => ({ id: `row${uid}`, uid, internalDate: date });
const flags = { seen: false, flagged: false, answered: false, draft: false };

describe('a plan', () => {
  test('is the difference of two sets, newest first', () => {
    const plan = planMailbox([known(1), known(3)], [3, 4, 9], null);
    expect(plan).toMatchObject({ fresh: [9, 4], doubtful: [] });
    expect(plan.vanished.map(({ uid }) => uid)).toEqual([1]);
  });

  test('does not miss what was too old for the question', () => {
    const plan = planMailbox([known(1, day(1)), known(2, day(10)), known(3, day(20))], [], day(10));
    expect(plan.doubtful.map(({ uid }) => uid)).toEqual([1, 2]);
    expect(plan.vanished.map(({ uid }) => uid)).toEqual([3]);
  });

  test('orders UIDs as numbers', () => {
    expect(planMailbox([], [9, 10, 100], null).fresh).toEqual([100, 10, 9]);
  });

  test.each([
    [0, 0, false],
    [1, 10, false],
    [5, 10, false],
    [6, 10, true],
    [50, 1000, false],
    [51, 1000, true],
    [1, 1, true],
  ])('%i vanished of %i: to be confirmed is %s', (vanished, stored, mass) => {
    expect(isMassVanish(vanished, stored)).toBe(mass);
  });

  test('lets vanish only what both answers miss', () => {
    expect(confirmVanished([known(1), known(2)], [2, 3]).map(({ uid }) => uid)).toEqual([1]);
  });

  test('fetches few first, then more', () => {
    const fresh = Array.from({ length: 300 }, (_x, index) => 300 - index);
    expect(nextBatch(fresh, true)).toHaveLength(50);
    expect(nextBatch(fresh, false)).toHaveLength(200);
    expect(nextBatch(fresh, false)).toHaveLength(50);
    expect(fresh).toEqual([]);
  });
});

describe('the gate', () => {
  const status = { messages: 3, uidNext: 4, uidValidity: 14, unseen: 1 };
  test('opens for any change and without UIDNEXT', () => {
    expect(sameStatus({ ...status }, status)).toBe(true);
    for (const name of ['messages', 'uidNext', 'uidValidity', 'unseen'] as const) {
      expect(sameStatus({ ...status, [name]: 99 }, status)).toBe(false);
    }
    expect(sameStatus({ ...status, uidNext: 0 }, { ...status, uidNext: 0 })).toBe(false);
    for (const nothing of [null, undefined, 'x']) expect(sameStatus(nothing, status)).toBe(false);
  });

  test('opens every hour', () => {
    const now = day(2);
    expect(fullCompareDue(null, now)).toBe(true);
    expect(fullCompareDue(new Date(now.getTime() - 59 * 60_000), now)).toBe(false);
    expect(fullCompareDue(new Date(now.getTime() - 60 * 60_000), now)).toBe(true);
  });
});

describe('flags', () => {
  const stored = [
    { id: 'a', uid: 1, ...flags },
    { id: 'b', uid: 2, ...flags, seen: true },
    { id: 'c', uid: 3, ...flags, flagged: true },
  ];

  test('are read in any case', () => {
    expect(flagsOf(['\\SEEN', '\\flagged', '$Forwarded'])).toEqual({ ...flags, seen: true, flagged: true });
  });

  test('change where FETCH says so, and where it says nothing they stay', () => {
    const fetched = new Map([
      [1, { ...flags, seen: true }],
      [2, { ...flags, seen: true }],
    ]);
    expect(fetchedFlagChanges(stored, fetched)).toEqual([{ id: 'a', set: { seen: true } }]);
  });

  test('change by the sets SEARCH found', () => {
    expect(searchedFlagChanges(stored, { unseen: [1, 2], flagged: [], answered: [1] })).toEqual([
      { id: 'a', set: { answered: true } },
      { id: 'b', set: { seen: false } },
      { id: 'c', set: { seen: true, flagged: false } },
    ]);
  });
});

test.each([
  [null, null, false],
  [1, null, true],
  [2, 1, true],
  // It may have begun before it was asked for, within the same millisecond.
  [2, 2, true],
  [2, 3, false],
] as const)('a repair asked for at %j is due while the last comparison began at %j: %j', (asked, compared, due) => {
  const at = (second: number | null) => (second === null ? null : new Date(second * 1000));
  expect(repairDue(at(asked), at(compared))).toBe(due);
});
