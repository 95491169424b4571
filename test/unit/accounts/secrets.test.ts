import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { open, seal, sealingKey } from '../../../src/server/accounts/secrets';

const key = sealingKey(randomBytes(32));
const refused = expect.objectContaining({ code: 'secretUnreadable', who: 'administrator' }) as Error;

describe('a sealed secret', () => {
  test.each(['', 'x', 'секрет 🔑', 'a'.repeat(100_000)])('opens again as it was (%#)', (plain) => {
    expect(open(key, seal(key, plain, 'row:1'), 'row:1')).toBe(plain);
  });

  test('looks different every time and tells nothing', () => {
    const [one, two] = [seal(key, 'secret', 'row:1'), seal(key, 'secret', 'row:1')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('secret');
  });

  test('does not open in another row', () => {
    expect(() => open(key, seal(key, 'secret', 'row:1'), 'row:2')).toThrow(refused);
  });

  test('does not open with another key', () => {
    expect(() => open(sealingKey(randomBytes(32)), seal(key, 'secret', 'row:1'), 'row:1')).toThrow(refused);
  });

  test('does not open once any of it was changed', () => {
    const bytes = Buffer.from(seal(key, 'secret', 'row:1').slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => open(key, `v1.${changed.toString('base64url')}`, 'row:1')).toThrow(refused);
    }
  });

  test.each(['', 'v1', 'v1.', 'v1.AAAA', 'v2.AAAA', 'secret', '{}'])('%j is none', (text) => {
    expect(() => open(key, text, 'row:1')).toThrow(refused);
  });
});

test('the key is not the host’s own, and needs one', () => {
  const host = randomBytes(32);
  expect(sealingKey(host).equals(host)).toBe(false);
  expect(sealingKey(host).equals(sealingKey(host))).toBe(true);
  for (const missing of [undefined, 'text', Buffer.alloc(16)]) expect(() => sealingKey(missing)).toThrow('no key');
});
