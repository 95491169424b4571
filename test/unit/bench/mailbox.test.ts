import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { generateMailbox, type MailboxSettings } from '../../../bench/mailbox/generate';

const settings: MailboxSettings = { seed: 3, count: 120, profile: 'realistic', owner: 'anna@example.test' };
const made = (changes: Partial<MailboxSettings> = {}) => [...generateMailbox({ ...settings, ...changes })];
const hash = (messages: { raw: Buffer }[]) =>
  messages.reduce((sum, { raw }) => sum.update(raw), createHash('sha256')).digest('hex');

test('the same seed gives the same mailbox, another seed another one', () => {
  expect(hash(made({ count: 20 }))).toBe(hash(made({ count: 20 })));
  expect(hash(made({ count: 20 }))).not.toBe(hash(made({ count: 20, seed: 4 })));
});

test('messages can be read by an independent parser, and many answer others', async () => {
  const mails = await Promise.all(made().map(({ raw }) => PostalMime.parse(raw)));
  expect(mails.every(({ from, text, html }) => from?.address && (text ?? html))).toBe(true);
  const ids = new Set(mails.map(({ messageId }) => messageId));
  expect(mails.filter(({ inReplyTo }) => inReplyTo && ids.has(inReplyTo)).length).toBeGreaterThan(40);
  expect(mails.filter(({ attachments }) => attachments.length > 0).length).toBeGreaterThan(10);
  // Four languages in their charsets.
  for (const script of [/\p{Script=Cyrillic}/u, /\p{Script=Hiragana}/u, /ü/]) {
    expect(mails.some(({ subject }) => script.test(subject ?? ''))).toBe(true);
  }
});

test('small ones are small', () => {
  const sizes = made({ profile: 'small' }).map(({ raw }) => raw.length);
  expect(Math.max(...sizes)).toBeLessThan(10_000);
});
