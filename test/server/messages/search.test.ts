import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailContext } from '../../../src/server/context';
import { storeBody } from '../../../src/server/messages/bodies';
import { packHtml } from '../../../src/server/messages/packedHtml';
import {
  forgetMessages,
  indexAnew,
  indexMessages,
  indexStored,
  searchThreads,
  type SearchEntry,
  type ThreadSearchInput,
} from '../../../src/server/messages/search';
import { createTestApp, quietMail, type TestApp } from '../../harness';

let host: TestApp;
let mail: MailContext;
const ann = { userId: '41' };
const ben = { userId: '42' };
const START = Date.UTC(2026, 2, 1, 10);
const at = (minute: number) => new Date(START + minute * 60_000);
/** As long as the host's snowflakes. */
const id = (n: number) => String(9_007_199_253_000_000 + n);

interface Mail {
  n: number;
  minute?: number;
  userId?: string;
  subject?: string;
  from?: string;
  text?: string | null;
  /** Columns of the row. */
  row?: object;
}

const entryOf = ({
  n,
  minute = n,
  userId = '41',
  subject = '',
  from = 'ann@x.example',
  text = null,
}: Mail): SearchEntry => ({
  id: id(n),
  userId,
  internalDate: at(minute),
  subject,
  from: { name: from.replace(/\s*<.*/, ''), address: /<(.*)>/.exec(from)?.[1] ?? from },
  recipients: [],
  attachmentNames: [],
  text,
});

/** Rows of messages and threads (one each) and their index. */
async function store(mails: Mail[]): Promise<void> {
  const insert = (collection: string, rows: object[]) =>
    mail.db.getCollection(collection).model.bulkCreate(rows as never[], { hooks: false });
  const entries = mails.map(entryOf);
  const owner = (userId: string) => ({ userId, accountId: id(userId === '41' ? 1 : 2) });
  await insert(
    'mailMessages',
    entries.map((entry, at) => ({
      id: entry.id,
      ...owner(entry.userId),
      mailboxId: id(entry.userId === '41' ? 1 : 3),
      uidValidity: 1,
      uid: mails[at]!.n,
      threadId: entry.id,
      subject: entry.subject,
      internalDate: entry.internalDate,
      seen: true,
      ...mails[at]!.row,
    })),
  );
  await insert(
    'mailThreads',
    entries.map((entry) => ({ id: entry.id, ...owner(entry.userId), subject: entry.subject, messageCount: 1 })),
  );
  await mail.db.sequelize.transaction((transaction) => indexMessages(mail, entries, transaction));
}

const numbers = (page: { threads: { id: string }[] }) =>
  page.threads.map((thread) => Number(BigInt(thread.id) - BigInt(id(0))));
const found = async (input: ThreadSearchInput | string, viewer = ann) =>
  numbers(await searchThreads(mail, viewer, typeof input === 'string' ? { query: input } : input));

async function allPages(input: ThreadSearchInput): Promise<{ ids: number[]; pages: number }> {
  const ids: number[] = [];
  let before: string | null = null;
  let pages = 0;
  do {
    const page = await searchThreads(mail, ann, { ...input, before });
    ids.push(...numbers(page));
    before = page.next;
    pages += 1;
  } while (before && pages < 200);
  return { ids, pages };
}

beforeAll(async () => {
  host = await createTestApp();
  mail = await quietMail(host);
  const mailboxes = [
    { id: id(1), accountId: id(1), userId: 41, path: 'INBOX', delimiter: '/', role: 'inbox' },
    { id: id(2), accountId: id(1), userId: 41, path: 'Archive', delimiter: '/', role: 'archive' },
    { id: id(3), accountId: id(2), userId: 42, path: 'INBOX', delimiter: '/', role: 'inbox' },
  ];
  await mail.db.getCollection('mailboxes').model.bulkCreate(mailboxes as never[], { hooks: false });
  const accounts = [41, 42].map((userId, at) => ({
    firstSyncDoneAt: userId === 41 ? new Date(START) : null,
    id: id(at + 1),
    userId,
    provider: 'microsoft',
    address: `u${userId}@x.example`,
  }));
  await mail.db.getCollection('mailAccounts').model.bulkCreate(accounts as never[], { hooks: false });
  await store([
    {
      n: 1,
      subject: 'Quarterly report',
      from: 'Olena Koval <olena.koval@partner.example>',
      text: 'The quick brown fox',
    },
    { n: 2, subject: 'Re: report', text: 'brown quick jumps, says <bob@y.example>' },
    { n: 3, subject: 'Рахунок за об’єкт', text: 'Її п\u2019ять гривень' },
    { n: 4, subject: '发票已付', text: '安녕 안녕하세요 हिन्दी में' },
    { n: 5, subject: 'The and of a', text: 'Żółć straße 𠮷野家 𝒜lpha' },
    { n: 6, subject: 'Newsletter', text: `it's "100%" a_b \\ back; DROP TABLE x' -- * ( ) ~ @ < >` },
    { n: 7, subject: 'Unread', row: { seen: false, hasAttachments: true }, from: 'Oleh <oleh@partner.example>' },
    {
      n: 8,
      subject: 'Flagged elsewhere',
      row: { flagged: false, flaggedWanted: true, mailboxId: id(1), mailboxWanted: id(2) },
    },
    { n: 9, subject: 'Removed report', row: { removeWanted: true } },
    { n: 10, subject: 'Vanished report', row: { vanishedAt: at(0), mailboxId: null, uid: null, uidValidity: null } },
    { n: 11, subject: 'Report of Ben', userId: '42', text: 'quick secret' },
  ]);
});

afterAll(() => host?.stop());

describe('words are found', () => {
  test.each<[string, string, number[]]>([
    ['newest first', 'report', [2, 1]],
    ['in any case', 'QUARTERLY', [1]],
    ['all of them, wherever they stand', 'quick report', [2, 1]],
    ['by their beginning', 'quart*', [1]],
    ['by the beginning of several', 'repo* br*', [2, 1]],
    ['not by their middle or their beginning alone', 'uarterly quart', []],
    ['in a row', '"quick brown"', [1]],
    ['in a row over punctuation', '"jumps says"', [2]],
    ['not in a row from part to part of a message', '"report olena"', []],
    ['in a row with a beginning', 'fox brown-fo*', [1]],
    ['by an address', 'olena.koval@partner.example', [1]],
    ['by an address within the text', 'BOB@y.example', [2]],
    ['by the beginning of an address', 'olena.koval@par*', [1]],
    ['by a domain', 'partner.example', [7, 1]],
    ['with apostrophes of any kind', "об'єкт п'ять", [3]],
    ['without marks', 'zolc STRASSE', [5]],
    ['in Ukrainian', 'рахун* ГРИВЕНЬ', [3]],
    ['in Chinese, by any part', '票已', [4]],
    ['in Chinese, by one letter', '已', [4]],
    ['in Chinese, in the order of the letters', '付发', []],
    ['in Korean', '녕하세', [4]],
    ['in Hindi', 'हिन्दी', [4]],
    ['with letters beyond the first 65,536', '𠮷野', [5]],
    ['that every text has', 'the', [5, 1]],
    ['of one letter', 'a', [6, 5]],
    ['of figures', '100', [6]],
    ['between signs that mean something to databases', `drop "table x" a_b`, [6]],
  ])('%s', async (_name, query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test.each([`'`, `"`, `\\`, '+ - < > ( ) ~ *', `" OR 1=1 --`, '%', '_', 'NEAR(', `'':*`, '\0', '\ud800'])(
    'and %j does no harm',
    async (query) => {
      expect(await found(query)).toEqual([]);
    },
  );
});

describe('filters', () => {
  const ALL = [8, 7, 6, 5, 4, 3, 2, 1];
  test.each<[string, ThreadSearchInput, number[]]>([
    ['unread', { unread: true }, [7]],
    ['flagged, as the user wants it', { flagged: true }, [8]],
    ['with attachments', { attachment: true }, [7]],
    ['by role, where the user wants them', { role: 'archive' }, [8]],
    ['by mailbox', { mailboxId: id(2) }, [8]],
    ['by the beginning of the sender’s name', { from: 'ole' }, [7, 1]],
    ['by the sender’s whole name', { from: 'Koval Olena' }, [1]],
    ['by the sender’s address', { from: 'olena.koval@partner.example' }, [1]],
    ['by the sender’s domain', { from: '@partner' }, [7, 1]],
    ['by date', { since: at(2).toISOString(), until: at(4).toISOString() }, [3, 2]],
    ['by account', { accountId: id(1), since: at(8).toISOString() }, [8]],
    ['words and sender', { query: 'report', from: 'olena' }, [1]],
    ['words and dates', { query: 'report', until: at(2).toISOString() }, [1]],
    ['words and a mailbox', { query: 'flagged', role: 'inbox' }, []],
    ['words and what is not so', { query: 'report', unread: true }, []],
    ['nothing, which narrows nothing', {}, ALL],
    ['empty values', { query: '', from: '', role: '', mailboxId: '', since: '', unread: false }, ALL],
    ['words that are none', { query: '!' }, []],
  ])('%s', async (_name, input, expected) => {
    expect(await found(input)).toEqual(expected);
  });

  test.each<[ThreadSearchInput, string]>([
    [{ since: 'soon' }, 'invalidInput'],
    [{ until: 5 }, 'invalidInput'],
    [{ role: 'everything' }, 'invalidInput'],
    [{ from: {} }, 'invalidInput'],
    [{ accountId: id(2) }, 'notFound'],
    [{ mailboxId: id(3) }, 'notFound'],
    [{ query: 'a', before: 'x' }, 'cursorInvalid'],
  ])('that cannot be: %j', async (input, code) => {
    await expect(searchThreads(mail, ann, input)).rejects.toMatchObject({ code });
  });
});

test('nobody finds mail of others', async () => {
  expect(await found('quick', ben)).toEqual([11]);
  expect(await found('secret')).toEqual([]);
  // The key of one user is no beginning of another's words.
  expect(await found('rep*', { userId: '4' })).toEqual([]);
});

test('it is said when mail may be missing: while the first sync runs, and while stored mail is being indexed', async () => {
  expect(await searchThreads(mail, ben, { query: 'quick' })).toMatchObject({ incomplete: true });
  expect(await searchThreads(mail, ann, { query: 'quick' })).not.toHaveProperty('incomplete');
  await indexAnew(mail);
  expect(await searchThreads(mail, ann, { query: 'quick' })).toMatchObject({ incomplete: true });
  while (await indexStored(mail));
  expect(await searchThreads(mail, ann, { query: 'report' })).not.toHaveProperty('incomplete');
});

test('a message is found by its new words only when it is indexed again, and by none when it is forgotten', async () => {
  const mails = { n: 20, subject: 'Draft', text: null };
  await store([mails]);
  expect(await found('draft')).toEqual([20]);
  const entry = entryOf({ ...mails, subject: 'Final', text: 'sunflower' });
  await mail.db.sequelize.transaction((transaction) => indexMessages(mail, [entry], transaction));
  expect(await found('sunflower final')).toEqual([20]);
  expect(await found('draft')).toEqual([]);
  await mail.db.sequelize.transaction((transaction) => forgetMessages(mail, [id(20)], transaction));
  expect(await found('sunflower')).toEqual([]);
});

test('what is stored is indexed anew, also what the index had lost', async () => {
  const body = {
    id: id(21),
    accountId: id(1),
    packedHtml: await packHtml('<p>Only <b>marigold</b></p>'),
    attachments: [{ filename: 'Petunia.pdf' }],
  };
  await store([{ n: 21, subject: 'Garden', row: { to: [{ name: 'Gärtner', address: 'g@x.example' }] } }]);
  await mail.db.getCollection('mailBodies').model.bulkCreate([body] as never[], { hooks: false });
  await mail.db.sequelize.transaction((transaction) => forgetMessages(mail, [id(21)], transaction));
  expect(await indexStored(mail)).toBe(false);
  expect(await found('garden')).toEqual([]);
  await indexAnew(mail);
  while (await indexStored(mail));
  expect(await found('garden gartner marigold petunia')).toEqual([21]);
  expect(await found('quarterly')).toEqual([1]);
});

test('a message that was opened is found by its text', async () => {
  await store([{ n: 22, subject: 'Opened' }]);
  await storeBody(mail, id(22), id(1), { structure: null, attachments: [], text: null, html: '<p>Hydrangea</p>' });
  expect(await found('hydrangea')).toEqual([22]);
});

describe('among thousands', () => {
  const MANY = 2600;

  beforeAll(async () => {
    const mails = Array.from({ length: MANY }, (_, at) => ({
      n: 1000 + at,
      // Many of one second: the order within it must be as steady as that of dates.
      minute: 100 + Math.floor(at / 50),
      subject: `common ${at % 2 ? 'odd' : 'even'} n${at}`,
      text: at % 400 === 7 ? 'seldom' : at < 300 ? 'early' : '',
      row: { flagged: at % 500 === 0, hasAttachments: at % 3 === 0 },
    }));
    for (let from = 0; from < MANY; from += 500) await store(mails.slice(from, from + 500));
  });

  test('pages of a common word have every match once, newest first', async () => {
    const { ids, pages } = await allPages({ query: 'common', limit: 100 });
    expect(pages).toBeGreaterThanOrEqual(26);
    expect(new Set(ids).size).toBe(MANY);
    expect(ids).toHaveLength(MANY);
    const minutes = ids.map((n) => Math.floor((n - 1000) / 50));
    expect(minutes).toEqual([...minutes].sort((a, b) => b - a));
  });

  test('a rare word is found however old', async () => {
    expect((await allPages({ query: 'seldom', limit: 3 })).ids).toEqual([3407, 3007, 2607, 2207, 1807, 1407, 1007]);
  });

  test('words that meet in old mail only', async () => {
    const { ids } = await allPages({ query: 'early odd', limit: 40 });
    expect(ids).toHaveLength(149);
    expect(ids[0]).toBe(1299);
  });

  test('a common word with what few messages are, and a seldom word with what many are', async () => {
    const flagged = await allPages({ query: 'common', flagged: true, limit: 2 });
    expect(flagged.ids).toEqual([3500, 3000, 2500, 2000, 1500, 1000]);
    const attached = await allPages({ query: 'seldom', attachment: true, limit: 1 });
    expect(attached.ids).toEqual([3007, 1807]);
    const even = await allPages({ query: 'even', attachment: true, limit: 50 });
    expect(even.ids).toHaveLength(Math.ceil(MANY / 6));
    expect(new Set(even.ids).size).toBe(even.ids.length);
  });

  test('messages of one second follow their ids, whenever they were stored', async () => {
    // The lowest twenty bits of the ids start anew among them.
    const ids = Array.from({ length: 30 }, (_, at) => 692_400 + at);
    await store(ids.map((n) => ({ n, minute: 90, subject: 'simultaneous' })));
    expect((await allPages({ query: 'simultaneous', limit: 4 })).ids).toEqual([...ids].reverse());
  });

  test('pages of filters without words have every match once', async () => {
    const input = { since: at(100).toISOString(), until: at(110).toISOString(), limit: 60 };
    const { ids } = await allPages(input);
    expect(new Set(ids).size).toBe(500);
    expect(ids).toHaveLength(500);
  });

  test('a conversation is shown once, with its newest match', async () => {
    const { model } = mail.db.getCollection('mailMessages');
    await model.update(
      { threadId: id(1000) },
      { where: { id: [id(1001), id(2599), id(3001), id(3599)] }, hooks: false },
    );
    const { ids } = await allPages({ query: 'common', limit: 100 });
    expect(ids.filter((n) => n === 1000)).toEqual([1000]);
    expect(ids).toHaveLength(MANY - 4);
    const [first] = (await searchThreads(mail, ann, { query: 'common n2599' })).threads;
    expect(first).toMatchObject({ id: id(1000), lastDate: at(100 + Math.floor(2599 / 50)).toISOString() });
  });
});
