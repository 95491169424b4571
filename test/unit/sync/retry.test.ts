import { describe, expect, test } from 'vitest';
import { firstTry, triedInVain, TEXT_DONE } from '../../../src/server/sync/texts/retry';

const now = new Date('2026-01-01T00:00:00Z');

describe('a text that cannot be fetched', () => {
  test('is asked for again, later and later, and one day not any more', () => {
    const waits: number[] = [];
    let tries: number | null = 0;
    for (let count = 0; count < 20 && tries !== null; count++) {
      const { textTries, textRetryAt } = triedInVain(tries, now);
      if (textRetryAt) waits.push((textRetryAt.getTime() - now.getTime()) / 60_000);
      tries = textTries;
    }
    expect(tries).toBeNull();
    expect(waits).toEqual([5, 20, 60, 240, 720, 1440, 2880, 5760]);
    expect(triedInVain(8, now)).toEqual(TEXT_DONE);
  });

  test('is not asked for at once where not even the header came', () => {
    expect(firstTry(false, now)).toEqual({ textTries: 0, textRetryAt: null });
    expect(firstTry(true, now)).toMatchObject({ textTries: 1 });
  });
});
