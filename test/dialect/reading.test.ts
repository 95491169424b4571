import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailContext } from '../../src/server/context';
import { storeBody, storedBody, storeSanitised } from '../../src/server/messages/bodies';
import { listRows, type ListQuery } from '../../src/server/messages/rows';
import { indexAnew, indexStored, searchThreads } from '../../src/server/messages/search';
import { getThread, listThreads } from '../../src/server/messages/threads';
import { isTrusted, setTrusted } from '../../src/server/messages/trustedSenders';
import { createTestApp, quietMail, type TestApp } from '../harness';

let host: TestApp;
let mail: MailContext;
const viewer = { userId: '41' };
const stranger = { userId: '42' };
const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 10, minute, 0, 123));

/** As long as the host's snowflakes: they stay below 2^53, because SQLite's driver reads numbers. */
const id = (n: number) => String(9_007_199_254_740_000 + n);

beforeAll(async () => {
  host = await createTestApp();
  // Nothing but this test indexes what is stored.
  mail = await quietMail(host);
  const insert = (collection: string, rows: object[]) =>
    mail.db.getCollection(collection).model.bulkCreate(rows as never[], { hooks: false });
  await insert('mailAccounts', [{ id: id(1), userId: 41, address: 'ann@example.com', provider: 'microsoft' }]);
  await insert('mailboxes', [
    { id: id(1), accountId: id(1), userId: 41, path: 'INBOX', delimiter: '/', role: 'inbox' },
    { id: id(2), accountId: id(1), userId: 41, path: 'Projects/Вхід', delimiter: '/', role: 'none' },
    { id: id(3), accountId: id(2), userId: 42, path: 'INBOX', delimiter: '/', role: 'inbox' },
  ]);
  const message = (n: number, values: object) => ({
    id: id(n),
    userId: 41,
    accountId: id(1),
    mailboxId: id(1),
    uidValidity: 4_294_967_295,
    uid: n,
    threadId: id(n),
    subject: `Message ${n}`,
    fromName: 'Олена Коваль',
    fromAddress: `Sender${n}@Example.com`,
    to: [{ name: 'Ann', address: 'ann@example.com' }],
    internalDate: at(5),
    seen: false,
    preview: 'plain words',
    ...values,
  });
  await insert('mailMessages', [
    ...Array.from({ length: 9 }, (_, n) => message(n + 1, {})),
    message(10, { subject: 'Рахунок 100%_x', seen: true, internalDate: at(9), mailboxId: id(2) }),
    message(11, {
      subject: `it's "quoted" \\ back`,
      fromName: null,
      fromAddress: null,
      internalDate: at(1),
      seenWanted: true,
    }),
    message(12, { vanishedAt: at(9), mailboxId: null, uid: null, uidValidity: null }),
    message(13, { userId: 42, accountId: id(2), mailboxId: id(3), subject: 'Private', preview: 'plain words' }),
  ]);
  await indexAnew(mail);
  while (await indexStored(mail));
  const threads = Array.from({ length: 13 }, (_, n) => n + 1);
  await insert(
    'mailThreads',
    threads.map((n) => ({
      id: id(n),
      userId: n === 13 ? 42 : 41,
      accountId: id(n === 13 ? 2 : 1),
      subject: `T${n}`,
      messageCount: 1,
    })),
  );
  await insert(
    'mailThreadMailboxes',
    threads
      .filter((n) => n !== 12)
      .map((n) => ({
        id: id(100 + n),
        threadId: id(n),
        mailboxId: id(n === 13 ? 3 : n === 10 ? 2 : 1),
        accountId: id(1),
        userId: n === 13 ? 42 : 41,
        role: n === 10 ? 'none' : 'inbox',
        lastDate: n === 11 ? at(1) : at(5),
        messageCount: 1,
        unreadCount: n % 2,
        unread: n % 2 === 1,
      })),
  );
});

afterAll(() => host?.stop());

const list = (query: ListQuery) => listRows(mail, viewer, query);

test('rows of blocks are paged without repeating or losing one of equal date', async () => {
  const seen: unknown[] = [];
  for (let page = 1; page <= 4; page++) {
    const found = await list({ page, pageSize: 3, sort: '-date', fields: 'subject' });
    expect(found).toMatchObject({ count: 11, totalPage: 4 });
    seen.push(...found.rows.map((row) => row.id));
  }
  expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11].map(id));
});

describe('a filter finds the same everywhere', () => {
  test.each<[string, object, number[]]>([
    ['words in any case', { subject: { $includes: 'рахунок' } }, [10]],
    ['capitals beyond ASCII', { fromName: { $includes: 'ОЛЕНА' }, subject: { $includes: 'Message 1' } }, [1]],
    ['percent and underscore as they stand', { subject: { $includes: '100%_' } }, [10]],
    ['no wildcards', { subject: { $includes: '%' }, seen: false }, []],
    ['quotes and backslashes', { subject: { $includes: `'s "quoted" \\ b` } }, [11]],
    ['addresses in any case', { fromAddress: { $in: ['sender2@example.com', 'SENDER3@EXAMPLE.COM'] } }, [2, 3]],
    ['what is not so, empty ones included', { fromName: { $notIncludes: 'Олена' } }, [11]],
    ['empty text', { fromName: { $empty: true } }, [11]],
    ['wishes before facts', { seen: true }, [10, 11]],
    ['moments', { date: { $lt: at(5).toISOString() } }, [11]],
    ['moments to the millisecond', { date: { $eq: at(9).toISOString() } }, [10]],
    ['days', { $and: [{ date: { $dateOn: '2026-03-01' } }, { seen: true }] }, [10, 11]],
    ['dates that are missing', { sentAt: { $notEmpty: true } }, []],
    ['folders', { mailboxName: { $eq: 'вхід' } }, [10]],
    ['other folders', { mailboxRole: { $ne: 'inbox' } }, [10]],
    ['large ids', { id: { $in: [id(1), id(2), '9223372036854775808'] } }, [1, 2]],
    ['ids of others', { id: { $in: [id(12), id(13)] } }, []],
    ['any of several', { $or: [{ subject: 'Message 1' }, { $and: [{ subject: 'Message 2' }] }] }, [1, 2]],
    ['nothing with everything', { $or: [{}, { subject: 'x' }], id: { $notIn: [id(1)] }, seen: true }, [10, 11]],
  ])('%s', async (_name, filter, expected) => {
    const { rows, count } = await list({ filter, sort: 'id' });
    expect(rows.map((row) => row.id)).toEqual(expected.map(id));
    expect(count).toBe(expected.length);
  });
});

test.each(['subject', '-from', 'fromAddress', '-hasAttachments', 'sentAt', '-id'])(
  'rows are sorted by %s',
  async (sort) => {
    expect((await list({ sort, pageSize: 100 })).rows).toHaveLength(11);
  },
);

test('rows that are equal in what they are sorted by follow their ids', async () => {
  const ids = (await list({ sort: '-hasAttachments' })).rows.map((row) => row.id);
  expect(ids).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(id));
});

test('conversations of a role are paged by date and id', async () => {
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page = await listThreads(mail, viewer, { role: 'inbox', limit: 4, before });
    seen.push(...page.threads.map((thread) => thread.id));
    before = page.next;
  } while (before && seen.length < 50);
  expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 11].map(id));
  const unread = await listThreads(mail, viewer, { mailboxId: id(1), unread: 1 });
  expect(unread.threads.map((thread) => thread.id)).toEqual([9, 7, 5, 3, 1, 11].map(id));
});

test('a search finds each conversation once over its pages, and none of others', async () => {
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page = await searchThreads(mail, viewer, { query: 'PLAIN send* коваль', limit: 4, before });
    seen.push(...page.threads.map((thread) => thread.id));
    before = page.next;
  } while (before && seen.length < 50);
  expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(id));
  expect((await searchThreads(mail, stranger, { query: 'plain' })).threads.map((thread) => thread.id)).toEqual([
    id(13),
  ]);
});

test('a conversation has its messages', async () => {
  const thread = await getThread(mail, viewer, id(10));
  expect(thread.messages).toEqual([
    expect.objectContaining({
      id: id(10),
      date: at(9).toISOString(),
      to: [{ name: 'Ann', address: 'ann@example.com' }],
    }),
  ]);
});

test('bodies hold what databases do not like, and remember what became of their html', async () => {
  const body = { structure: null, attachments: [], text: 'a\0b \ud800 🙂', html: '<p>\0🙂</p>' };
  await storeBody(mail, id(1), id(1), body);
  await storeBody(mail, id(1), id(1), body);
  expect(await storedBody(mail, id(1))).toMatchObject({
    text: 'ab \ufffd 🙂',
    html: '<p>🙂</p>',
    sanitised: undefined,
  });
  await storeSanitised(mail, id(1), { html: '', remoteImages: 2, text: null });
  expect(await storedBody(mail, id(1))).toMatchObject({ sanitised: '', blockedImages: 2, text: 'ab \ufffd 🙂' });
  await storeSanitised(mail, id(1), { html: null, remoteImages: 0, text: null });
  expect((await storedBody(mail, id(1)))?.sanitised).toBeNull();
});

test('a sender is trusted by one user, once, in any case', async () => {
  await setTrusted(mail, viewer, 'A@Example.com', true);
  await setTrusted(mail, viewer, 'a@example.com ', true);
  expect(await isTrusted(mail, viewer, 'a@EXAMPLE.com')).toBe(true);
  expect(await isTrusted(mail, stranger, 'a@example.com')).toBe(false);
  await setTrusted(mail, viewer, 'a@example.com', false);
  expect(await isTrusted(mail, viewer, 'a@example.com')).toBe(false);
});
