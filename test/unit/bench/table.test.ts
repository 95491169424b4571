import { expect, test } from 'vitest';
import { absolute, ratio } from '../../../bench/statistics';
import { tableOf } from '../../../bench/table';

test('a table has a line for each figure, with what it was compared to and whether it passed', () => {
  const lines = tableOf([
    ratio('sync', 2, [{ value: 30, anchor: 10 }]),
    absolute('push', 'ms', 100, [1, 2, 3, 4, 5]),
  ]).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^sync +3 x +10 +<= 2 +30\/10 +FAIL$/);
  expect(lines[2]).toMatch(/^push +3 ms +<= 100 +5 runs +pass$/);
});
