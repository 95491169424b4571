import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice } from '../../sandbox/outlook';
import type { NewMessage, Sandbox } from '../../sandbox/outlook';
import { demoMailbox, seedDemo } from '../../sandbox/outlook/demo';
import { imapClient, sandbox } from './clients';

const NOW = new Date('2026-11-20T15:00:00Z');

const parse = ({ raw }: NewMessage) => PostalMime.parse(Buffer.from(raw));

describe('the demo mailbox', () => {
  const places = demoMailbox(alice, NOW);
  const all = [...places.values()].flat();

  test('holds a few hundred messages of the last sixty days, the same ones every time', () => {
    expect(all.length).toBeGreaterThan(250);
    expect(all.length).toBeLessThan(500);
    const ages = all.map(({ internalDate }) => NOW.getTime() - (internalDate?.getTime() ?? 0));
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThan(66 * 86_400_000);
    expect(demoMailbox(alice, NOW)).toEqual(places);
  });

  test('replies refer to messages that are there', async () => {
    const parsed = await Promise.all(all.map(parse));
    const ids = new Set(parsed.map(({ messageId }) => messageId));
    expect(ids.size).toBe(all.length);
    const replies = parsed.filter(({ inReplyTo }) => inReplyTo);
    expect(replies.length).toBeGreaterThan(100);
    for (const { inReplyTo, references } of replies) {
      expect(ids.has(inReplyTo)).toBe(true);
      expect(references).toContain(inReplyTo);
    }
  });

  test('has attachments that open, inline images, invitations and ten languages', async () => {
    const parsed = await Promise.all(all.map(parse));
    const files = parsed.flatMap(({ attachments }) => attachments);
    const starts = (type: string) =>
      files
        .filter(({ mimeType }) => mimeType === type)
        .map(({ content }) =>
          Buffer.from(content as ArrayBuffer)
            .subarray(0, 4)
            .toString('latin1'),
        );
    expect(new Set(starts('application/pdf'))).toEqual(new Set(['%PDF']));
    expect(new Set(starts('image/png'))).toEqual(new Set(['\x89PNG']));
    const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    expect(new Set(starts(word))).toEqual(new Set(['PK\x03\x04']));
    expect(files.some(({ contentId }) => contentId)).toBe(true);
    expect(all.some(({ raw }) => /text\/calendar/.test(raw.toString()))).toBe(true);
    const languages = new Set(parsed.map(({ html }) => /<body lang="(\w+)"/.exec(html ?? '')?.[1]).filter(Boolean));
    expect([...languages].sort()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'he', 'ja', 'pl', 'uk', 'zh']);
    expect(parsed.some(({ html }) => /dir="rtl"/.test(html ?? ''))).toBe(true);
  });
});

describe('seeded into a sandbox', () => {
  let box: Sandbox;
  beforeAll(async () => void (box = await sandbox()));
  afterAll(() => box?.stop());

  test('inbox and sent items are filled, read and unread', async () => {
    const count = await seedDemo(box, alice.upn, NOW);
    const imap = await imapClient(box, alice.upn);
    const inbox = await imap.status('INBOX', { messages: true, unseen: true });
    const sent = await imap.status('Sent Items', { messages: true, unseen: true });
    expect(inbox).toMatchObject({ messages: expect.any(Number) });
    expect(sent).toMatchObject({ unseen: 0 });
    expect(inbox && inbox.messages).toBeGreaterThan(150);
    expect(inbox && inbox.unseen).toBeGreaterThan(5);
    expect(count).toBeGreaterThan(250);
    await imap.logout();
  });
});
