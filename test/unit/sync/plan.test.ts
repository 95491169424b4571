import { describe, expect, test } from 'vitest';
import {
  confirmVanished,
  comparedStatus,
  fetchedFlagChanges,
  firstNewUid,
  flagsOf,
  fullCompareDue,
  isMassVanish,
  nextBatch,
  onlyArrivals,
  planMailbox,
  isAnotherMessage,
  repairDue,
  sameStatus,
  searchedFlagChanges,
  sortMissing,
} from '../../../src/server/sync/plan';

const day = (number: number) => new Date(Date.UTC(2026, 0, number, 12));
const known = (uid: number, date = day(20)) => ({ id: `row${uid}`, uid, internalDate: date });
const flags = { seen: false, flagged: false, answered: false, draft: false };

describe('a plan', () => {
  test.each<[number[], number[], { fresh: number[]; missing: number[] }]>([
    [[], [], { fresh: [], missing: [] }],
    [[1, 3], [3, 4, 9], { fresh: [9, 4], missing: [1] }],
    [[], [9, 10, 100], { fresh: [100, 10, 9], missing: [] }],
    [[1, 2], [], { fresh: [], missing: [1, 2] }],
    [[5], [5], { fresh: [], missing: [] }],
    [[1, 5, 9], [2, 5, 8], { fresh: [8, 2], missing: [1, 9] }],
  ])('of %j stored and %j on the server is the difference, newest first', (stored, onServer, plan) => {
    expect(planMailbox(stored, onServer)).toEqual(plan);
  });

  test('does not miss what was too old for the question', () => {
    const rows = [known(1, day(1)), known(2, day(10)), known(3, day(20))];
    const { vanished, doubtful } = sortMissing(rows, day(10));
    expect(doubtful.map(({ uid }) => uid)).toEqual([1, 2]);
    expect(vanished.map(({ uid }) => uid)).toEqual([3]);
    expect(sortMissing(rows, null)).toEqual({ vanished: rows, doubtful: [] });
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
    const fresh = Array.from({ length: 600 }, (_x, index) => 600 - index);
    expect(nextBatch(fresh, true)).toHaveLength(50);
    expect(nextBatch(fresh, false)).toHaveLength(500);
    expect(nextBatch(fresh, false)).toHaveLength(50);
    expect(fresh).toEqual([]);
  });
});

describe('the gate', () => {
  const status = { messages: 3, uidNext: 4, uidValidity: 14, unseen: 1 };
  const last = comparedStatus(status, null);

  test('opens for any change, another start date, and without UIDNEXT', () => {
    expect(sameStatus(last, status, null)).toBe(true);
    for (const name of ['messages', 'uidNext', 'uidValidity', 'unseen'] as const) {
      expect(sameStatus({ ...last, [name]: 99 }, status, null)).toBe(false);
    }
    expect(sameStatus(last, status, day(1))).toBe(false);
    expect(sameStatus(comparedStatus(status, day(1)), status, day(1))).toBe(true);
    expect(sameStatus(comparedStatus(status, day(1)), status, day(2))).toBe(false);
    expect(sameStatus({ ...last, uidNext: 0 }, { ...status, uidNext: 0 }, null)).toBe(false);
    for (const nothing of [null, undefined, 'x', {}]) expect(sameStatus(nothing, status, null)).toBe(false);
  });

  test('lets those that arrived be enough where they explain the count', () => {
    const now = { ...status, messages: 5, uidNext: 6 };
    expect(firstNewUid(last, now, null)).toBe(4);
    expect(onlyArrivals(last, now, 2)).toBe(true);
    // One came more and one went, or one came after STATUS.
    for (const arrived of [1, 3]) expect(onlyArrivals(last, now, arrived)).toBe(false);
    expect(firstNewUid(last, { ...now, uidNext: 0 }, null)).toBeNull();
    expect(firstNewUid(last, { ...now, uidNext: 3 }, null)).toBeNull();
    expect(firstNewUid(last, { ...now, uidValidity: 15 }, null)).toBeNull();
    expect(firstNewUid(last, now, day(1))).toBeNull();
    expect(firstNewUid(null, now, null)).toBeNull();
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
    { uid: 1, ...flags },
    { uid: 2, ...flags, seen: true },
    { uid: 3, ...flags, flagged: true },
  ];

  test('are read in any case', () => {
    expect(flagsOf(['\\SEEN', '\\flagged', '$Forwarded'])).toEqual({ ...flags, seen: true, flagged: true });
  });

  test('change where FETCH says so, and where it says nothing they stay', () => {
    const fetched = new Map([
      [1, { ...flags, seen: true }],
      [2, { ...flags, seen: true }],
    ]);
    expect(fetchedFlagChanges(stored, fetched)).toEqual([{ uid: 1, set: { seen: true } }]);
  });

  const sets = (all: number[], unseen: number[] = [], flagged: number[] = [], answered: number[] = []) => ({
    ...{ all, unseen, flagged, answered },
  });

  test('change by the sets SEARCH found', () => {
    const changes = searchedFlagChanges(sets([1, 2, 3], [1, 3], [3]), sets([1, 2, 3], [1, 2], [], [1]));
    expect(new Map(changes.map(({ uid, set }) => [uid, set]))).toEqual(
      new Map([
        [1, { answered: true }],
        [2, { seen: false }],
        [3, { seen: true, flagged: false }],
      ]),
    );
  });

  test('of messages the search did not look at, or that are not stored, do not change', () => {
    expect(searchedFlagChanges(sets([1, 2], [1, 2]), sets([2, 9], [2, 9]))).toEqual([]);
    expect(searchedFlagChanges(sets([1], [1], [1], [1]), sets([]))).toEqual([]);
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

test.each([
  ['the same size and date', {}, { size: 10, internalDate: new Date(1000) }, false],
  ['another size', {}, { size: 11, internalDate: new Date(1000) }, true],
  ['another date', {}, { size: 10, internalDate: new Date(2000) }, true],
  ['a size that was never told', { size: 0 }, { size: 11, internalDate: new Date(1000) }, false],
  ['another date of what had no header', { headless: true }, { size: 10, internalDate: new Date(2000) }, false],
  ['another size of what had no header', { headless: true }, { size: 11 }, true],
  ['an answer without either', {}, {}, false],
  ['an answer without a date', {}, { size: 10, internalDate: undefined }, false],
  ['a row without a date', { internalDate: null }, { size: 10, internalDate: new Date(1000) }, true],
])('a place with %s: whether another message lies in it', (_what, stored, found, another) => {
  const row = { size: 10, internalDate: new Date(1000), headless: false, ...stored };
  expect(isAnotherMessage(row, found)).toBe(another);
});
