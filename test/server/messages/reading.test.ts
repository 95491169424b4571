import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice } from '../../../sandbox/outlook';
import { seed } from './mails';
import { startWorld, type World } from './world';

let world: World;

beforeAll(async () => {
  const { alices, bobs } = seed();
  world = await startWorld(alices, bobs);
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

  test('show of a mail to oneself the copy where the reader stands: what he does there is done to it', async () => {
    const list = await world.get(world.ann, 'mailThreads:list', { role: 'sent' });
    const [thread] = list.body.data.threads;
    const rolesAt = async (place: object) => {
      const { body } = await world.get(world.ann, 'mailThreads:get', { filterByTk: thread.id, ...place });
      return body.data?.messages.map(({ mailboxRole }: { mailboxRole: string }) => mailboxRole) ?? body.errors[0].code;
    };
    const { body } = await world.get(world.ann, 'mailThreads:get', { filterByTk: thread.id, role: 'sent' });
    const { mailboxId } = body.data.messages.at(-1);
    expect(await rolesAt({ role: 'sent' })).toEqual(['inbox', 'sent']);
    expect(await rolesAt({ mailboxId })).toEqual(['inbox', 'sent']);
    expect(await rolesAt({ mailboxId: '1' })).toEqual(['inbox', 'inbox']);
    expect(await rolesAt({ role: 'nowhere' })).toBe('invalidInput');
  });

  test('hide no message behind a forged one with its Message-ID, sender, subject and date', async () => {
    const { mail, ann, idOf } = world;
    const table = (name: string) => mail.db.getCollection(name).model;
    const copy = async (name: string, id: string, changes: object) => {
      const row = await table(name).findByPk(id);
      await table(name).create({ ...row?.get({ plain: true }), ...changes }, { hooks: false });
    };
    const original = await idOf(ann, 'Offer');
    const junk = await table('mailboxes').findOne({ where: { accountId: world.accountId, role: 'junk' } });
    const forged = mail.newId();
    await copy('mailMessages', original, { id: forged, mailboxId: junk?.get('id'), uid: 900 });
    await copy('mailBodies', original, { id: forged, text: 'The account has changed.' });
    const threadId = (await table('mailMessages').findByPk(original))?.get('threadId') as string;
    const shown = async () => {
      const { body } = await world.get(ann, 'mailThreads:get', { filterByTk: threadId });
      return body.data.messages.map(({ subject }: { subject: string }) => subject).sort();
    };
    expect(await shown()).toEqual(['Offer', 'Offer', 'Re: Offer']);
    const { text } = (await table('mailBodies').findByPk(original))?.get({ plain: true }) as { text: string };
    await table('mailBodies').update({ text }, { where: { id: forged } });
    expect(await shown(), 'a true copy').toEqual(['Offer', 'Re: Offer']);
    for (const name of ['mailMessages', 'mailBodies']) await table(name).destroy({ where: { id: forged } });
  });

  test.each([
    ['offer', ['Offer']],
    ['100% offer_price', ['Offer']],
    ['100_ offer', ['Offer']],
    ['РАХУНОК', ['Offer']],
    ['"рахунок дод"', []],
    ['"рахунок додано"', ['Offer']],
    ['рах* дод*', ['Offer']],
    ['olena files', ['Files']],
    ['Bob', []],
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

  test('come when the host asks for permissions beside them, as its tables do', async () => {
    for (const user of [world.ann, await world.host.root()]) {
      const { status, body } = await user.agent.get('/api/mailMessages:list').set('X-With-ACL-Meta', 'true');
      expect(status).toBe(200);
      expect(body.data).toHaveLength(user === world.ann ? 14 : 0);
    }
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
