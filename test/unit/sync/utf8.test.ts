import { expect, test } from 'vitest';
import { asBuffer, keepMemory, memoryFreed, utf8Buffers } from '../../../src/server/sync/reader/utf8';

const TEXTS = ['plain', '', 'Grüße 你好 😀', 'x'.repeat(700_000), 'ü'.repeat(9000), 'the last one'];

test('texts of any length and script come back as they were, from memory that was used before as well', () => {
  for (const about of [0, 50_000, 5_000_000]) {
    for (let time = 0; time < 2; time++) {
      const utf8 = utf8Buffers(about);
      const all = TEXTS.map(utf8);
      expect(all.map((octets) => asBuffer(octets).toString())).toEqual(TEXTS);
      keepMemory(memoryFreed(all));
    }
  }
});

test('memory is filled again once nothing lies in it any more', () => {
  const [text, other] = ['a', 'b'].map(utf8Buffers(512 * 1024)) as [Uint8Array, Uint8Array];
  expect(memoryFreed([text], [other])).toEqual([]);
  const freed = memoryFreed([text, other]);
  expect(freed).toEqual([text.buffer]);
  keepMemory(freed);
  expect(utf8Buffers(512 * 1024)('c').buffer).toBe(text.buffer);
});
