import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice } from '../../../sandbox/outlook';
import { base64, HOSTILE, html, largeFile, multipart, plain, PNG } from './mails';
import { startWorld, type World } from './world';

let world: World;
const LARGE = largeFile(10 * 1024 * 1024);

beforeAll(async () => {
  const offer = '<offer@partner.example>';
  const twins = Array.from({ length: 7 }, (_, i) =>
    plain({ subject: `Twin ${i}`, from: `t${i}@partner.example` }, 'same minute', 5),
  );
  const file = (name: string, type: string, bytes: Buffer) => ({
    type,
    headers: ['Content-Transfer-Encoding: base64', `Content-Disposition: attachment; ${name}`],
    body: base64(bytes),
  });
  const picture = (cid: string, bytes: Buffer) => ({
    type: 'image/png',
    headers: [
      'Content-Transfer-Encoding: base64',
      `Content-ID: <${cid}>`,
      'Content-Disposition: inline; filename=i.png',
    ],
    body: base64(bytes),
  });
  world = await startWorld(
    {
      INBOX: [
        plain({ subject: 'Offer', id: offer }, 'The 100% offer_price is in the file.\nРахунок додано.', 1, ['\\Seen']),
        plain(
          {
            subject: 'Re: Offer',
            inReplyTo: offer,
            from: 'Alice Kovalenko <alice@contoso.onmicrosoft.com>',
            id: '<re@contoso>',
          },
          'To myself too',
          2,
        ),
        ...twins,
        multipart(
          { subject: 'Hostile' },
          'related',
          [
            { type: 'text/html; charset=utf-8', body: HOSTILE },
            picture('logo@partner', PNG),
            picture('fake@partner', Buffer.from('<svg onload=alert(1)>')),
          ],
          10,
        ),
        multipart(
          { subject: 'Files' },
          'mixed',
          [
            { type: 'text/plain; charset=utf-8', body: 'See the files.' },
            file(
              `filename*=UTF-8''%D0%B7%D0%B2%D1%96%D1%82.html`,
              'text/html',
              Buffer.from('<script>alert(1)</script>'),
            ),
            file('filename="big.bin"', 'application/octet-stream', LARGE),
          ],
          11,
        ),
        html({ subject: 'Only html' }, '<h1>News</h1><p>Nothing <i>but</i> html</p>', 12),
        {
          raw: 'Subject: Broken\r\nContent-Type: multipart/mixed\r\n\r\nno boundary here\r\n',
          internalDate: new Date('2026-03-01T10:13:00Z'),
        },
      ],
      'Sent Items': [
        plain(
          {
            subject: 'Re: Offer',
            inReplyTo: offer,
            from: 'Alice Kovalenko <alice@contoso.onmicrosoft.com>',
            id: '<re@contoso>',
          },
          'To myself too',
          2,
          ['\\Seen'],
        ),
      ],
    },
    [plain({ subject: 'For Bob only', from: 'secret@bob.example' }, 'private words of Bob', 3)],
  );
});

afterAll(() => world?.stop());

const subjects = (body: { data: { subject: string }[] }) => body.data.map(({ subject }) => subject);

describe('conversations', () => {
  test('are listed newest first, over pages that neither repeat nor lose equal dates', async () => {
    const seen: string[] = [];
    let before: string | undefined;
    for (let page = 0; page < 20; page++) {
      const { body } = await world.get(world.ann, 'mailThreads:list', { limit: 3, ...(before && { before }) });
      seen.push(...body.data.threads.map((thread: { subject: string }) => thread.subject));
      before = body.data.next;
      if (!before) break;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 4)).toEqual(['Broken', 'Only html', 'Files', 'Hostile']);
    expect(seen).toHaveLength(12);
    expect(seen.at(-1)).toBe('Offer');
  });

  test('can be asked for by mailbox, by role and by what is unread', async () => {
    const mailboxes = await world.get(world.ann, 'mailMessages:list', {
      filter: JSON.stringify({ mailboxRole: 'sent' }),
    });
    const { mailboxId } = mailboxes.body.data[0];
    const sent = await world.get(world.ann, 'mailThreads:list', { mailboxId });
    expect(sent.body.data.threads).toHaveLength(1);
    expect((await world.get(world.ann, 'mailThreads:list', { role: 'sent' })).body).toEqual(sent.body);
    expect((await world.get(world.ann, 'mailThreads:list', { role: 'sent', unread: 1 })).body.data.threads).toEqual([]);
    expect((await world.get(world.ann, 'mailThreads:list', { role: 'everything' })).status).toBe(400);
  });

  test('show a mail to oneself once', async () => {
    const list = await world.get(world.ann, 'mailThreads:list', { limit: 100 });
    const thread = list.body.data.threads.find(({ subject }: { subject: string }) => subject === 'Offer');
    const { body } = await world.get(world.ann, 'mailThreads:get', { filterByTk: thread.id });
    expect(body.data.messages.map((m: { subject: string; mailboxRole: string }) => [m.subject, m.mailboxRole])).toEqual(
      [
        ['Offer', 'inbox'],
        ['Re: Offer', 'inbox'],
      ],
    );
  });

  test.each([
    ['offer', ['Offer']],
    ['100% offer_price', ['Offer']],
    ['100_ offer', []],
    ['РАХУНОК', ['Offer']],
    ['olena files', ['Files']],
    ['Bob', []],
    ['', []],
  ])('are found by %j', async (query, expected) => {
    const { body } = await world.post(world.ann, 'mailThreads:search', { query });
    expect(body.data.threads.map(({ subject }: { subject: string }) => subject)).toEqual(expected);
  });

  test('are found page by page', async () => {
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const { body } = await world.post(world.ann, 'mailThreads:search', { query: 'same minute', limit: 2, before });
      seen.push(...body.data.threads.map((thread: { subject: string }) => thread.subject));
      before = body.data.next;
    } while (before);
    expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, i) => `Twin ${i}`));
  });

  test('words of a search are in no log', async () => {
    await world.post(world.ann, 'mailThreads:search', { query: 'Zypresse' });
    expect(world.host.logs.text()).not.toContain('Zypresse');
  });
});

describe('bodies', () => {
  test('of hostile html are harmless, with the images that came along and none from elsewhere', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    const { status, body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ id, blockedImages: 1, remoteImages: false, notice: null });
    expect(body.data.html).toBe(
      `<div><p style="color:#333">Hello <b>Alice</b></p><img src="data:image/png;base64,${PNG.toString('base64')}" />` +
        '<img alt="Banner" /><img /><a>one</a> <a href="https://partner.example/offer" target="_blank" rel="noopener noreferrer">two</a></div>',
    );
    expect(body.data.attachments.map((a: { inline: boolean }) => a.inline)).toEqual([true, true]);
    const wanted = await world.get(world.ann, 'mailMessages:body', { filterByTk: id, remoteImages: 1 });
    expect(wanted.body.data).toMatchObject({ blockedImages: 0, remoteImages: true });
    expect(wanted.body.data.html).toContain('<img alt="Banner" src="https://tracker.example/pixel.gif" />');
  });

  test('are stored raw apart, and no answer holds them so', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    for (const action of ['mailMessages:get', 'mailMessages:body', 'mailMessages:list']) {
      expect((await world.get(world.ann, action, { filterByTk: id })).text).not.toContain('alert');
    }
    expect((await world.get(world.ann, 'mailBodies:get', { filterByTk: id })).status).toBe(403);
  });

  test('of a trusted sender come with their images, until the trust ends', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    await world.post(world.ann, 'mailMessages:trustSender', {}, { filterByTk: id });
    await world.post(world.ann, 'mailMessages:trustSender', {}, { filterByTk: id });
    expect((await world.get(world.ann, 'mailMessages:body', { filterByTk: id })).body.data.remoteImages).toBe(true);
    await world.post(world.ann, 'mailMessages:trustSender', { trusted: false }, { filterByTk: id });
    expect((await world.get(world.ann, 'mailMessages:body', { filterByTk: id })).body.data.remoteImages).toBe(false);
  });

  test.each([
    ['Offer', null, 'The 100% offer_price is in the file.'],
    ['Only html', '<h1>News</h1><p>Nothing <i>but</i> html</p>', 'Nothing but html'],
    ['Broken', null, ''],
  ])('of "%s" are text or html as they came', async (subject, expectedHtml, words) => {
    const { body } = await world.get(world.ann, 'mailMessages:body', {
      filterByTk: await world.idOf(world.ann, subject),
    });
    expect(body.data.html?.trim() ?? null).toBe(expectedHtml);
    expect(body.data.text).toContain(words);
  });

  test('are fetched again when nothing is stored, and said to be gone when they are', async () => {
    const id = await world.idOf(world.ann, 'Twin 0');
    const bodies = world.mail.db.getCollection('mailBodies').model;
    await bodies.destroy({ where: { id }, hooks: false });
    const first = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(first.body.data.text.trim()).toBe('same minute');
    expect(await bodies.count({ where: { id } })).toBe(1);
    await bodies.destroy({ where: { id }, hooks: false });
    const row = await world.mail.db.getCollection('mailMessages').model.findByPk(id);
    await world.box.mail.expunge(alice.upn, 'INBOX', [Number(row?.get('uid'))]);
    const gone = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(gone.body.errors[0].code).toBe('messageGone');
  });
});

describe('attachments', () => {
  const fileOf = async (subject: string, index: number) => {
    const id = await world.idOf(world.ann, subject);
    const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    return { filterByTk: id, part: body.data.attachments[index].part as string };
  };

  test('come with headers that keep them from being a page of ours', async () => {
    const { status, headers, text } = await world.get(world.ann, 'mailMessages:attachment', await fileOf('Files', 0));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="____.html"; filename*=UTF-8''%D0%B7%D0%B2%D1%96%D1%82.html`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'private, no-store',
    });
    expect(text ?? '').not.toContain('"data"');
  });

  test('of ten megabytes are streamed whole and exact, by a link without a session', async () => {
    const { body } = await world.post(world.ann, 'mailMessages:attachment', { ticket: 1 }, await fileOf('Files', 1));
    const origin = await world.host.listen();
    const response = await fetch(`${origin}${body.data.url}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('big.bin');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const pieces: Buffer[] = [];
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      pieces.push(Buffer.from(piece));
      most = Math.max(most, piece.length);
    }
    expect(Buffer.concat(pieces).equals(LARGE)).toBe(true);
    expect(most).toBeLessThan(1024 * 1024);
    expect(before).toBeGreaterThan(0);
  });

  test('tickets open one part only, for a minute, and for as long as the mail is the viewer’s', async () => {
    const asked = await fileOf('Files', 0);
    const { body } = await world.post(world.ann, 'mailMessages:attachment', { ticket: 1 }, asked);
    const { url } = body.data as { url: string };
    expect(url).toMatch(/^\/api\/mailMessages:download\?ticket=/);
    const guest = world.host.guest();
    expect((await guest.get(url)).status).toBe(200);
    expect((await guest.get(`${url}x`)).body.errors[0].code).toBe('linkExpired');
    expect((await guest.get('/api/mailMessages:download')).body.errors[0].code).toBe('linkExpired');
    // The query of the request adds nothing to what was signed.
    expect(
      (await guest.get(`${url}&part=3&filterByTk=1&userId=${world.ben.id}`)).headers['content-disposition'],
    ).toContain('.html');
    const now = world.mail.now;
    world.mail.now = () => new Date(Date.now() + 61_000);
    try {
      expect((await guest.get(url)).body.errors[0].code).toBe('linkExpired');
    } finally {
      world.mail.now = now;
    }
    expect((await guest.get('/api/mailMessages:attachment').query(asked)).status).toBe(401);
  });

  test('that do not exist are refused', async () => {
    const id = await world.idOf(world.ann, 'Files');
    for (const part of ['9', '1', '', '0', 'TEXT', 'HEADER', '2.MIME', '../1', '1:9', 'whole.0']) {
      const { status, body } = await world.get(world.ann, 'mailMessages:attachment', { filterByTk: id, part });
      expect([part, status, body.errors?.[0]?.code]).toEqual([part, 400, 'attachmentMissing']);
    }
  });

  test('the source of a message is given as it lies there', async () => {
    const id = await world.idOf(world.ann, 'Offer');
    const { body } = await world.post(world.ann, 'mailMessages:source', { ticket: 1 }, { filterByTk: id });
    const response = await world.host.guest().get(body.data.url).buffer(true);
    expect(response.headers['content-type']).toMatch(/^message\/rfc822/);
    expect(response.headers['content-disposition']).toContain('Offer.eml');
    expect(String(response.text || response.body)).toContain('Message-ID: <offer@partner.example>');
  });
});

describe('rows for blocks', () => {
  test('have the shape of the host’s lists and flat values', async () => {
    const { body } = await world.get(world.ann, 'mailMessages:list', { pageSize: 2, page: 2, sort: ['-date'] });
    expect(body.meta).toEqual({ count: 14, page: 2, pageSize: 2, totalPage: 7 });
    expect(subjects(body)).toEqual(['Files', 'Hostile']);
    expect(body.data[1]).toMatchObject({
      from: 'Olena Koval <olena@partner.example>',
      mailboxRole: 'inbox',
      mailboxName: 'INBOX',
      accountAddress: alice.upn,
      seen: false,
      date: '2026-03-01T10:10:00.000Z',
    });
    for (const value of Object.values(body.data[0])) expect(value === null || typeof value !== 'object').toBe(true);
    expect((await world.get(world.ann, 'mailMessages:list', { pageSize: 5000 })).body.meta.pageSize).toBe(100);
  });

  test.each([
    [{ subject: { $includes: 'tWIN' } }, 7],
    [{ subject: { $includes: '%' } }, 0],
    [{ subject: { $notIncludes: 'Twin' } }, 7],
    [{ $and: [{ from: { $includes: 'Olena' } }, { date: { $dateOn: '2026-03-01' } }] }, 4],
    [{ date: { $gt: '2026-03-01T10:11:30.000Z' } }, 2],
    [{ hasAttachments: true }, 1],
    [{ mailboxName: { $includes: 'sent' } }, 1],
    [{ mailboxRole: { $ne: 'inbox' } }, 1],
    [{ accountAddress: { $eq: 'bob@contoso.onmicrosoft.com' } }, 0],
    [{ fromAddress: { $in: ['T1@partner.example', 't2@partner.example'] } }, 2],
    [{ seen: { $isTruly: true } }, 2],
    [{ $or: [{ subject: 'Offer' }, { subject: 'Files' }] }, 2],
    [{ fromName: { $empty: true } }, 8],
  ])('are filtered, case %#', async (filter, count) => {
    const { status, body } = await world.get(world.ann, 'mailMessages:list', { filter: JSON.stringify(filter) });
    expect([filter, status, body.meta?.count]).toEqual([filter, 200, count]);
  });

  test.each([
    { filter: { userId: 1 } },
    { filter: { 'mailbox.path': { $includes: 'a' } } },
    { filter: { account: { credentials: { $includes: 'a' } } } },
    { filter: { messageIdHash: { $includes: 'a' } } },
    { filter: { subject: { $like: '%' } } },
    { filter: { $not: { subject: 'x' } } },
    { sort: '-messageIdHash' },
    { sort: 'account.credentials' },
    { fields: ['subject', 'messageId'] },
    { fields: ['account.credentials'] },
    { appends: ['account'] },
    { appends: ['body'] },
  ])('tell nothing by what is not theirs, case %#', async (query) => {
    const { status, body } = await world.get(world.ann, 'mailMessages:list', {
      ...query,
      ...(query.filter && { filter: JSON.stringify(query.filter) }),
    });
    expect(status).toBe(400);
    expect(body.errors[0].code).toMatch(/^(?:field|operator)NotAllowed$/);
    expect(body.data).toBeUndefined();
  });

  test('show what the user wants at once', async () => {
    const id = await world.idOf(world.ann, 'Only html');
    expect(
      (await world.post(world.ann, 'mailMessages:setFlags', { ids: [id], seen: true, flagged: true })).status,
    ).toBe(200);
    const { body } = await world.get(world.ann, 'mailMessages:get', { filterByTk: id });
    expect(body.data).toMatchObject({ id, seen: true, flagged: true });
    const flagged = await world.get(world.ann, 'mailMessages:list', { filter: JSON.stringify({ flagged: true }) });
    expect(subjects(flagged.body)).toEqual(['Only html']);
    for (const values of [{ ids: [] }, { ids: [id] }, { ids: [id], seen: 'yes' }, { ids: id, seen: true }]) {
      expect((await world.post(world.ann, 'mailMessages:setFlags', values)).status).toBe(400);
    }
  });
});

describe('mail of somebody else', () => {
  test.each(['ben', 'root'])('%s sees none of it, by any action, in any list', async (who) => {
    const user = who === 'root' ? await world.host.root() : world.ben;
    const filterByTk = await world.idOf(world.ann, 'Files');
    const row = (await world.get(world.ann, 'mailMessages:get', { filterByTk })).body.data;
    const answers = await Promise.all([
      world.get(user, 'mailMessages:get', { filterByTk }),
      world.get(user, 'mailMessages:body', { filterByTk }),
      world.get(user, 'mailMessages:attachment', { filterByTk, part: '2' }),
      world.post(user, 'mailMessages:attachment', { ticket: 1 }, { filterByTk, part: '2' }),
      world.get(user, 'mailMessages:source', { filterByTk }),
      world.post(user, 'mailMessages:trustSender', {}, { filterByTk }),
      world.post(user, 'mailMessages:setFlags', { ids: [filterByTk], seen: true }),
      world.get(user, 'mailThreads:get', { filterByTk: row.threadId }),
      world.get(user, 'mailThreads:list', { mailboxId: row.mailboxId }),
      world.post(user, 'mailThreads:search', { query: 'a', mailboxId: row.mailboxId }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.errors?.[0]?.code])).toEqual(
      answers.map(() => [404, 'notFound']),
    );
    const mine = who === 'root' ? [] : ['For Bob only'];
    const lists = await Promise.all([
      world.get(user, 'mailMessages:list', { pageSize: 100 }),
      world.get(user, 'mailMessages:list', { filter: JSON.stringify({ accountId: row.accountId }) }),
      world.get(user, 'mailMessages:list', { filter: JSON.stringify({ $or: [{}, { id: filterByTk }] }) }),
    ]);
    expect(lists.map(({ body }) => subjects(body))).toEqual([mine, [], mine]);
    const threads = await world.get(user, 'mailThreads:list', { role: 'inbox' });
    expect(threads.body.data.threads.map(({ subject }: { subject: string }) => subject)).toEqual(mine);
    const found = await world.post(user, 'mailThreads:search', { query: 'offer' });
    expect(found.body.data.threads).toEqual([]);
  });

  test.each(['0', '-1', '1e3', "1' OR '1'='1", '99999999999999999999', '', 'null', '1,2'])(
    'a forged id (%s) is not found',
    async (filterByTk) => {
      for (const action of ['mailMessages:get', 'mailMessages:body', 'mailThreads:get', 'mailMessages:source']) {
        expect((await world.get(world.ann, action, { filterByTk })).status).toBe(404);
      }
    },
  );

  test('a guest is refused', async () => {
    for (const action of ['mailMessages:list', 'mailMessages:body', 'mailThreads:list', 'mailMessages:source']) {
      expect((await world.host.guest().get(`/api/${action}`)).status).toBe(401);
    }
  });
});
