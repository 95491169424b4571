import { describe, expect, test } from 'vitest';
import { countReaders } from '../../src/server/readers';

/** A clock that moves when told, and by itself while somebody waits. */
function clock(step = 0.1) {
  let time = 0;
  return { now: () => (time += step), pass: (ms: number) => void (time += ms) };
}

/** A request that is answered when told. */
function request(readers: ReturnType<typeof countReaders>) {
  let answer: () => void = () => undefined;
  const done = readers.serve(() => new Promise<void>((resolve) => (answer = resolve)));
  return async () => {
    answer();
    await done;
  };
}

describe('background work', () => {
  test('goes on while nobody asks, with a turn for others now and then', async () => {
    const { now, pass } = clock();
    const readers = countReaders(now);
    expect(readers.first()).toBeUndefined();
    pass(10);
    const turn = readers.first();
    expect(turn).toBeInstanceOf(Promise);
    await turn;
    expect(readers.first()).toBeUndefined();
  });

  test('waits until a request is answered', async () => {
    const readers = countReaders();
    const answer = request(readers);
    let waited = false;
    const wait = readers.first()?.then(() => {
      waited = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(waited).toBe(false);
    await answer();
    await wait;
    expect(waited).toBe(true);
    expect(readers.first()).toBeUndefined();
  });

  test('never starves, however many ask: it goes on for as long as it waited', async () => {
    const { now, pass } = clock(2);
    const readers = countReaders(now);
    request(readers);
    await readers.first();
    pass(1);
    expect(readers.first()).toBeUndefined();
    pass(150);
    expect(readers.first()).toBeInstanceOf(Promise);
  });

  test('does not wait for what streams', async () => {
    const { now, pass } = clock();
    const readers = countReaders(now);
    request(readers);
    pass(600);
    await readers.first();
    expect(readers.first()).toBeUndefined();
  });

  test('a request that fails is not waited for', async () => {
    const readers = countReaders(clock().now);
    await expect(readers.serve(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readers.first()).toBeUndefined();
  });
});

test('who asked a moment ago is expected to ask again, and later is not', async () => {
  const { now, pass } = clock(0);
  const readers = countReaders(now);
  expect(readers.lately()).toBe(false);
  const answer = request(readers);
  pass(10_000);
  expect(readers.lately()).toBe(true);
  await answer();
  pass(1000);
  expect(readers.lately()).toBe(true);
  pass(2000);
  expect(readers.lately()).toBe(false);
});
