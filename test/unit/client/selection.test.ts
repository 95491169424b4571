import { describe, expect, test } from 'vitest';
import { allOrNone, NOTHING_TICKED, pruned, ranged, survivor, toggled } from '../../../src/client/mail/list/selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const ticked = (ids: string, anchor: string | null = null) => ({ ids: new Set(ids), anchor });
const read = ({ ids }: { ids: ReadonlySet<string> }) => order.filter((id) => ids.has(id)).join('');

describe('ticks of a list', () => {
  test('come and go one by one, and the last one is where a range begins', () => {
    const one = toggled(NOTHING_TICKED, 'b');
    expect([read(one), one.anchor]).toEqual(['b', 'b']);
    expect(read(toggled(one, 'b'))).toBe('');
  });

  test.each([
    ['b', 'd', 'bcd'],
    ['d', 'b', 'bcd'],
    ['c', 'c', 'c'],
    [null, 'c', 'c'],
    ['gone', 'c', 'c'],
    ['b', 'gone', ''],
  ])('from %j through %j are %j', (from, to, found) => expect(read(ranged(ticked('', from), order, to))).toBe(found));

  test('keep their beginning while a range grows in both directions, and what was ticked before', () => {
    const down = ranged(ticked('ac', 'c'), order, 'e');
    expect(read(down)).toBe('acde');
    expect(read(ranged(down, order, 'b'))).toBe('abcde');
  });

  test('are all, and then none', () => {
    expect(read(allOrNone(ticked('b'), order))).toBe('abcde');
    expect(read(allOrNone(ticked('abcde'), order))).toBe('');
    expect(read(allOrNone(NOTHING_TICKED, []))).toBe('');
  });

  test('go with the lines that go, and are the same object where nothing went', () => {
    const before = ticked('bd', 'd');
    expect(pruned(before, order)).toBe(before);
    const after = pruned(before, ['a', 'b']);
    expect([read(after), after.anchor]).toEqual(['b', null]);
  });
});

describe('after a change the reader comes to', () => {
  test.each([
    ['b', 'b', 'c'],
    ['b', 'bc', 'd'],
    ['e', 'e', 'd'],
    ['e', 'de', 'c'],
    ['c', 'abcde', null],
    ['gone', 'gone', 'a'],
  ])('from %s, when %s leave, to %s', (from, leaving, next) =>
    expect(survivor(order, new Set(leaving === 'gone' ? ['gone'] : leaving), from)).toBe(next),
  );
});
