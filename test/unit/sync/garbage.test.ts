import { expect, test } from 'vitest';
import { leaveGarbage } from '../../../src/server/sync/garbage';

test('the engine is told of garbage once some thousand rows were written, by memory that is never touched', () => {
  const taken = () => process.memoryUsage().arrayBuffers / 1024 / 1024;
  const before = taken();
  for (let batch = 0; batch < 15; batch++) leaveGarbage(500);
  expect(taken() - before).toBeLessThan(32);
  const resident = process.memoryUsage().rss;
  leaveGarbage(500);
  expect(taken() - before).toBeGreaterThan(60);
  expect(process.memoryUsage().rss - resident).toBeLessThan(32 * 1024 * 1024);
});
