import { expect, test, vi } from 'vitest';
import { remembering } from '../../../../src/server/messages/search/memo';

test('a result is made once, and again only after so many others were', () => {
  const make = vi.fn((key: string) => [key]);
  const remembered = remembering(2, make);
  const first = remembered('a');
  expect(remembered('a')).toBe(first);
  remembered('b');
  expect(make.mock.calls).toEqual([['a'], ['b']]);
  // The third does not fit: what was known is forgotten, the third is known.
  remembered('c');
  remembered('c');
  expect(remembered('a')).toEqual(first);
  expect(make.mock.calls).toEqual([['a'], ['b'], ['c'], ['a']]);
});
