import { expect, test } from 'vitest';
import { torture } from './run';

test('whatever is cut, killed, throttled or renumbered, what is stored ends as what the server has', async () => {
  const lines: string[] = [];
  const counts = await torture({ seed: 1, cuts: 10, kills: 2, sends: 12, messages: 120 }, (line) => lines.push(line));
  expect(counts).toMatchObject({ cuts: 10, 'told waits': 1, sends: 12 });
  expect(counts.messages).toBeGreaterThan(150);
});
