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

test('octets come back as they were, between texts', () => {
  const octets = Buffer.from([0, 0xff, 0xc3, 10]);
  const kept = ['before', octets, 'after', new Uint8Array(700_000).fill(7)].map(utf8Buffers(1000));
  expect(kept.map((one) => asBuffer(one))).toEqual([
    Buffer.from('before'),
    octets,
    Buffer.from('after'),
    Buffer.alloc(700_000, 7),
  ]);
  // They are copied: what they lay in is not handed over.
  expect(kept[1]!.buffer).not.toBe(octets.buffer);
});

test('memory is filled again once nothing lies in it any more', () => {
  const [text, other] = ['a', 'b'].map(utf8Buffers(512 * 1024)) as [Uint8Array, Uint8Array];
  expect(memoryFreed([text], [other])).toEqual([]);
  const freed = memoryFreed([text, other]);
  expect(freed).toEqual([text.buffer]);
  keepMemory(freed);
  expect(utf8Buffers(512 * 1024)('c').buffer).toBe(text.buffer);
});
