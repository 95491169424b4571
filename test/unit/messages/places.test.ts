import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Places } from '../../../src/server/messages/places';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('beyond the limit of an account nobody gets a place, and another account does', async () => {
  const places = new Places(2, 0);
  const giveBack = await places.take('1');
  await places.take('1');
  await expect(places.take('1')).rejects.toMatchObject({ kind: 'throttled', code: 'tooManyOpened' });
  await places.take('2');
  giveBack();
  await places.take('1');
});

test('a place given back twice is one place', async () => {
  const places = new Places(2, 0);
  const giveBack = await places.take('1');
  await places.take('1');
  giveBack();
  giveBack();
  await places.take('1');
  await expect(places.take('1')).rejects.toThrow('tooManyOpened');
});

test('who waits gets the next place in turn, and is refused when none comes free in time', async () => {
  const places = new Places(1, 1000);
  const giveBack = await places.take('1');
  const notes: string[] = [];
  const note = (name: string, turn: Promise<unknown>) => {
    turn.then(
      () => notes.push(name),
      (error: Error) => notes.push(`${name} ${error.message}`),
    );
  };
  const second = places.take('1');
  note('second', second);
  note('third', places.take('1'));
  await vi.advanceTimersByTimeAsync(999);
  expect(notes).toEqual([]);
  giveBack();
  await vi.advanceTimersByTimeAsync(1);
  expect(notes).toEqual(['second', 'third tooManyOpened']);
  // What gave up does not take the place with it.
  (await second)();
  await places.take('1');
});
