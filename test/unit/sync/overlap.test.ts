import { expect, test } from 'vitest';
import { overlap } from '../../../src/server/sync/overlap';

test('pieces are stored in their order, while the next ones are on their way', async () => {
  const pieces = [1, 2, 3, 4];
  const stored: number[] = [];
  let ahead = 0;
  await overlap(
    () => (pieces.length > 0 ? Promise.resolve(pieces.shift()!) : null),
    async (piece) => {
      ahead = Math.max(ahead, 4 - pieces.length - piece);
      stored.push(piece);
    },
  );
  expect(stored).toEqual([1, 2, 3, 4]);
  expect(ahead).toBeGreaterThan(0);
});

test('nothing is taken any more once there was nothing: it would not be stored', async () => {
  const answers = [null, Promise.resolve(1)];
  const stored: number[] = [];
  await overlap(
    () => answers.shift() ?? null,
    async (piece) => {
      stored.push(piece);
    },
  );
  expect([stored, answers.length]).toEqual([[], 1]);
});
