import { expect, test, vi } from 'vitest';
import { overlap } from '../../../src/server/sync/overlap';

test('pieces are stored in their order, while the next ones are on their way', async () => {
  const pieces = [1, 2, 3, 4];
  const stored: number[] = [];
  let ahead = 0;
  await overlap(
    () => {
      const piece = pieces.shift();
      return piece === undefined ? null : async () => piece;
    },
    async (piece) => {
      ahead = Math.max(ahead, 4 - pieces.length - piece);
      stored.push(piece);
    },
  );
  expect(stored).toEqual([1, 2, 3, 4]);
  expect(ahead).toBeGreaterThan(0);
});

test('a piece is asked for while the one before is still decoded, and no third one', async () => {
  const asked: number[] = [];
  const come: (() => void)[] = [];
  let number = 0;
  const done = overlap(
    () => {
      const piece = ++number;
      if (piece > 4) return null;
      return () =>
        new Promise<number>((resolve) => {
          asked.push(piece);
          come[piece] = () => resolve(piece);
        });
    },
    async () => undefined,
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  expect(asked).toEqual([1, 2]);
  come[2]!();
  await settled();
  expect(asked).toEqual([1, 2, 3]);
  for (const piece of [1, 3, 4]) {
    come[piece]!();
    await settled();
  }
  await done;
});

test('nothing is taken any more once there was nothing: it would not be stored', async () => {
  const answers = [null, async () => 1];
  const stored: number[] = [];
  await overlap(
    () => answers.shift() ?? null,
    async (piece) => {
      stored.push(piece);
    },
  );
  expect([stored, answers.length]).toEqual([[], 1]);
});

test('what cannot be fetched or found ends it, after what was on its way has come', async () => {
  let underWay = 0;
  const slow = async () => {
    underWay++;
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return 1;
  };
  const refused = async () => {
    throw new Error('refused');
  };
  for (const next of [
    [slow, refused, slow],
    [slow, 'thrown' as const, slow],
  ]) {
    const left = [...next];
    const taken = () => {
      const one = left.shift() ?? null;
      if (one === 'thrown') throw new Error('refused');
      return one;
    };
    await expect(overlap(taken, async () => undefined)).rejects.toThrow('refused');
    expect(underWay).toBe(0);
  }
});

test('what cannot be found out while all places are taken is thrown in its turn, and by nobody else', async () => {
  const unheard = vi.fn();
  process.on('unhandledRejection', unheard);
  const come: (() => void)[] = [];
  let number = 0;
  const done = overlap(
    async () => {
      if (++number === 3) throw new Error('the database is busy');
      return () => new Promise<number>((resolve) => void come.push(() => resolve(1)));
    },
    async () => undefined,
  );
  done.catch(() => undefined);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  come.forEach((arrive) => arrive());
  await expect(done).rejects.toThrow('the database is busy');
  process.off('unhandledRejection', unheard);
  expect(unheard).not.toHaveBeenCalled();
});
