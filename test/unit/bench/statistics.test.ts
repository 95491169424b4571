import { describe, expect, test } from 'vitest';
import { absolute, median, quantile, ratio, rounded } from '../../../bench/statistics';

describe('a quantile', () => {
  test.each([
    [[5], 0.99, 5],
    [[1, 2, 3], 0.5, 2],
    [[3, 1, 2], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[10, 20], 0.95, 19.5],
    [[0, 100], 0, 0],
    [[0, 100], 1, 100],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(quantile(values, share)).toBeCloseTo(expected);
  });

  test('of nothing is an error and not a passing zero', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

test('values keep three digits', () => {
  expect([1234.5, 1.23456, 0.00012345].map(rounded)).toEqual([1230, 1.23, 0.000123]);
});

describe('a figure', () => {
  test.each([
    [2, 2, true],
    [2.001, 2, false],
    [99, null, true],
  ])('of %d with the target %d passes: %s', (value, target, pass) => {
    expect(absolute('one', 'ms', target, [value])).toMatchObject({ pass, anchor: null, target });
  });

  test('may be judged by another quantile than the median of its runs', () => {
    expect(absolute('p95', 'ms', 10, [1, 1, 1, 100], 50)).toMatchObject({ value: 50, pass: false });
  });

  test('with an anchor is the median of the ratios of neighbours, so that a slow minute does not count', () => {
    const figure = ratio('sync', 2.2, [
      { value: 20, anchor: 10 },
      { value: 200, anchor: 100 },
      { value: 30, anchor: 10 },
    ]);
    expect(figure).toMatchObject({ value: 2, unit: 'x', anchor: 10, pass: true });
    expect(figure.runs).toHaveLength(3);
  });
});
