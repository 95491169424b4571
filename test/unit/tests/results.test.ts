import { describe, expect, test } from 'vitest';
import { countOf, joined, toRepeat, withRepeated, type FileResult, type Results } from '../../../scripts/test/results';

const file = (name: string | null, passed: number, ...failed: string[]): FileResult => ({
  file: name,
  passed,
  failures: failed.map((test) => ({ name: `${name} > ${test}`, reason: 'it is late' })),
});
const results = (...files: FileResult[]): Results => ({ files, unsteady: [] });

test('tests of all files and commands are counted', () => {
  const both = joined(results(file('a', 3), file('b', 1, 'x', 'y')), results(file('c', 2)));
  expect(countOf(both)).toEqual({ passed: 6, failed: 2 });
});

describe('what is run once more', () => {
  const failing = (count: number) => results(...Array.from({ length: count }, (_, at) => file(`f${at}`, 1, 'x')));

  test.each([
    { what: 'nothing, where everything passed', first: results(file('a', 3)), again: [] },
    { what: 'a file that failed', first: results(file('a', 3), file('b', 1, 'x')), again: ['b'] },
    { what: 'three files', first: failing(3), again: ['f0', 'f1', 'f2'] },
    { what: 'none of many: that is no accident', first: failing(4), again: [] },
    { what: 'none, where no file is to blame', first: results(file('a', 1, 'x'), file(null, 0, 'crash')), again: [] },
  ])('$what', ({ first, again }) => {
    expect(toRepeat(first)).toEqual(again);
  });
});

describe('the second run of a file', () => {
  const first = results(file('a', 3), file('b', 1, 'x', 'y'));

  test('counts, and what it passed is told as unsteady', () => {
    const ended = withRepeated(first, results(file('b', 3)));
    expect(countOf(ended)).toEqual({ passed: 6, failed: 0 });
    expect(ended.unsteady.map(({ name }) => name)).toEqual(['b > x', 'b > y']);
  });

  test('fails what fails twice, and what did not fail before', () => {
    const ended = withRepeated(first, results(file('b', 1, 'y', 'z')));
    expect(countOf(ended)).toEqual({ passed: 4, failed: 2 });
    expect(ended.unsteady.map(({ name }) => name)).toEqual(['b > x']);
  });

  test('that does not even run fails', () => {
    const ended = withRepeated(first, results(file(null, 0, 'crash')));
    expect(countOf(ended)).toEqual({ passed: 4, failed: 3 });
    expect(ended.unsteady).toEqual([]);
  });
});
