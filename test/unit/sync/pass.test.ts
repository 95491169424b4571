import { expect, test } from 'vitest';
import { untilItEnds } from '../../../src/server/sync/pass';

test('an account that was paused stays paused for the pass, though an earlier look answers later', async () => {
  const answers: ((active: boolean) => void)[] = [];
  const { goesOn, look } = untilItEnds(() => new Promise((answer) => answers.push(answer)));
  const [earlier, later] = [look(), look()];
  answers[1]!(false);
  expect(await later).toBe(false);
  answers[0]!(true);
  expect(await earlier).toBe(false);
  expect(goesOn()).toBe(false);
});

test('a look that fails says nothing', async () => {
  let works = false;
  const { goesOn, look } = untilItEnds(async () => {
    if (!works) throw new Error('no database');
    return true;
  });
  await expect(look()).rejects.toThrow('no database');
  expect(goesOn()).toBe(true);
  works = true;
  expect(await look()).toBe(true);
});
