import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import { sanitiseThreadOf } from '../../../src/server/messages/sanitiseThread';
import { startDelivery } from '../../../src/server/submission/deliver';
import type { OutboxInput, OutboxView } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { startWorld, type World } from './world';

let world: World;
let eve: TestUser;
let evesAccount: string;

beforeAll(async () => {
  world = await startWorld();
  eve = await world.host.createUser({ username: 'eve' });
  evesAccount = await world.connect(eve, carol);
});
beforeEach(async () => {
  await world.box.reset();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
  await world.mail.db.getCollection('mailAccounts').model.update({ state: 'active' }, { where: {}, hooks: false });
});
afterAll(() => world?.stop());

const input = (changes: Partial<OutboxInput> = {}): OutboxInput => ({
  accountId: world.accountId,
  to: [{ name: 'Bob', address: bob.upn }],
  subject: 'hello',
  html: null,
  text: 'hi',
  ...changes,
});
const save = async (changes: Partial<OutboxInput> = {}, id: string | null = null): Promise<OutboxView> => {
  const { status, body } = await world.post(world.ann, 'save', id, input(changes));
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data;
};
const upload = (user: TestUser, id: string, content: Buffer, filename: string) =>
  user.agent.post(`/api/mailOutbox:upload?filterByTk=${id}`).attach('file', content, filename);
const spool = (id: string) => {
  const folder = path.join(world.mail.storagePath, 'spool', id);
  return existsSync(folder) ? readdirSync(folder) : [];
};
/** A message as sync would have stored it. */
const message = async (values: object = {}, userId: number = world.ann.id, accountId = world.accountId) => {
  const id = world.mail.newId();
  const row = {
    id,
    userId,
    accountId,
    messageId: '<parent@x.example>',
    references: ['<root@x.example>'],
    subject: 'Plan',
  };
  const from = { fromName: 'Bob', fromAddress: bob.upn, to: [{ name: '', address: alice.upn }], cc: [], replyTo: [] };
  const dates = { internalDate: new Date('2026-03-01T12:00:00Z'), sentAt: new Date('2026-03-01T12:00:00Z') };
  await world.mail.db
    .getCollection('mailMessages')
    .model.create({ ...row, ...from, ...dates, ...values }, { hooks: false });
  return id;
};

describe('a draft', () => {
  test('is kept, changed and listed without its bodies', async () => {
    const { id } = await save({ html: '<p>one</p>' });
    await save({ subject: 'changed', html: '<p>two</p>' }, id);
    const { body } = await world.ann.agent.get('/api/mailOutbox:list?state=draft').expect(200);
    expect(body.data).toMatchObject([{ id, state: 'draft', subject: 'changed', html: null, text: '' }]);
    const one = await world.ann.agent.get(`/api/mailOutbox:get?filterByTk=${id}`).expect(200);
    expect(one.body.data).toMatchObject({ id, html: '<p>two</p>', to: [{ name: 'Bob', address: bob.upn }] });
  });

  test('holds only safe html', async () => {
    const { html } = await save({
      html: '<p onclick="x()">a<script>alert(1)</script><img src="https://t.example/p"></p>',
    });
    expect(html).toBe('<p>a</p>');
  });

  test('with long html is made safe, and its text made, away from the event loop', async () => {
    const inThread = vi.spyOn(sanitiseThreadOf(world.mail), 'edit');
    const { id, html } = await save({ html: '<p onclick="x()">word</p>'.repeat(10_000), text: '' });
    expect(html).toBe('<p>word</p>'.repeat(10_000));
    await world.post(world.ann, 'send', id);
    await world.arrange(id, { sendAt: new Date() });
    await world.deliver();
    expect(inThread.mock.calls.map(([, withText]) => withText)).toEqual([false, true]);
    const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
    const mail = await PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
    expect(mail.text).toMatch(/^word\s+word/);
  });

  test.each([
    ['no account', { accountId: 'x' }],
    ['recipients of another shape', { to: 'bob@x.example' as unknown as [] }],
    ['an address of a megabyte', { to: [{ name: '', address: 'a'.repeat(1_000_000) }] }],
    ['ten thousand recipients', { to: Array.from({ length: 10_000 }, () => ({ name: '', address: bob.upn })) }],
    ['a subject of a megabyte', { subject: 'a'.repeat(1_000_000) }],
    ['a kind of answer that does not exist', { inReplyTo: { messageId: '1', kind: 'steal' as 'reply' } }],
  ])('with %s is refused with a clear error', async (_name, changes) => {
    const { status, body } = await world.post(world.ann, 'save', null, input(changes));
    expect(status).toBe(400);
    expect(body.errors[0].code).toMatch(/^(invalidInput|tooManyRecipients|subjectTooLong)$/);
  });

  test('that two tabs and two uploads change at once loses no file', async () => {
    const { id } = await save();
    await Promise.all([
      ...['a', 'b', 'c'].map((name) => upload(world.ann, id, Buffer.from(name), `${name}.txt`).expect(200)),
      save({ subject: 'meanwhile' }, id),
    ]);
    const row = await world.row(id);
    expect(row.attachments.map(({ filename }) => filename).sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(row.subject).toBe('meanwhile');
    expect(spool(id)).toHaveLength(3);
  });

  test('is thrown away with its files', async () => {
    const { id } = await save();
    await upload(world.ann, id, Buffer.from('x'), 'x.txt').expect(200);
    await world.ann.agent.post(`/api/mailOutbox:remove?filterByTk=${id}`).expect(200);
    expect(spool(id)).toEqual([]);
    await world.ann.agent.get(`/api/mailOutbox:get?filterByTk=${id}`).expect(404);
  });
});

describe('a file', () => {
  test('arrives at the recipient byte for byte, under a safe name, and leaves the spool', async () => {
    const { id } = await save();
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const { body } = await upload(world.ann, id, content, 'звіт №1.pdf').expect(200);
    expect(body.data.attachments).toMatchObject([
      { filename: 'звіт №1.pdf', contentType: 'application/pdf', size: 300_000 },
    ]);
    await world.post(world.ann, 'send', id);
    await world.arrange(id, { sendAt: new Date() });
    await world.deliver();
    const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
    const mail = await PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['звіт №1.pdf']);
    expect(Buffer.from(mail.attachments[0]!.content as ArrayBuffer).equals(content)).toBe(true);
    expect(spool(id)).toEqual([]);
  });

  test('can be taken off again', async () => {
    const { id } = await save();
    const { body } = await upload(world.ann, id, Buffer.from('x'), '../../x.txt').expect(200);
    expect(body.data.attachments[0].filename).toBe('x.txt');
    const attachmentId = body.data.attachments[0].id;
    const { body: after } = await world.post(world.ann, 'removeAttachment', id, { attachmentId });
    expect(after.data.attachments).toEqual([]);
    expect(spool(id)).toEqual([]);
    expect((await world.post(world.ann, 'removeAttachment', id, { attachmentId: '../../x' })).status).toBe(404);
  });

  test('that is too large is refused and leaves nothing behind', async () => {
    await world.mail.db
      .getCollection('mailAccounts')
      .model.update({ largestMessage: null }, { where: {}, hooks: false });
    const { id } = await save();
    const { status, body } = await upload(world.ann, id, Buffer.alloc(27 * 1024 * 1024), 'big.bin');
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ code: 'attachmentsTooLarge', params: { megabytes: 24 } });
    expect(spool(id)).toEqual([]);
    expect((await world.row(id)).attachments).toEqual([]);
  });

  test('of a request that is none is refused', async () => {
    const { id } = await save();
    const { status, body } = await world.post(world.ann, 'upload', id, { file: 'x' });
    expect([status, body.errors[0].code]).toEqual([400, 'uploadFailed']);
  });

  test('that is gone fails the mail with its name', async () => {
    const { id } = await save();
    const { body } = await upload(world.ann, id, Buffer.from('x'), 'x.txt').expect(200);
    const { removeSpoolFile } = await import('../../../src/server/submission/spool');
    await removeSpoolFile(world.mail, id, body.data.attachments[0].id);
    await world.post(world.ann, 'send', id);
    await world.arrange(id, { sendAt: new Date() });
    await world.deliver();
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      lastError: { code: 'attachmentMissing', params: { filename: 'x.txt' } },
    });
  });
});

describe('sending', () => {
  test('waits for the undo time, and undo leads back to the draft', async () => {
    const { id } = await save();
    const asked = Date.now();
    const { body } = await world.post(world.ann, 'send', id);
    const sendAt = new Date(body.data.sendAt).getTime();
    expect(sendAt - asked).toBeGreaterThanOrEqual(10_000);
    expect(sendAt - Date.now()).toBeLessThanOrEqual(10_000);
    await world.deliver();
    expect(await world.inbox(bob)).toEqual([]);
    const undone = await world.post(world.ann, 'cancel', id);
    expect(undone.body.data).toMatchObject({ state: 'draft', sendAt: null });
    await world.arrange(id, { sendAt: new Date(0) });
    await world.deliver();
    expect(await world.inbox(bob)).toEqual([]);
  });

  test('twice is sending once', async () => {
    const { id } = await save();
    const answers = await Promise.all([1, 2, 3].map(() => world.post(world.ann, 'send', id)));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const ids = new Set(answers.flatMap(({ body }) => body.data?.messageId ?? []));
    expect(ids.size).toBe(1);
  });

  test('cannot be taken back once it has left', async () => {
    const { id } = await world.queue({ to: [{ name: '', address: bob.upn }] });
    await world.deliver();
    const { status, body } = await world.post(world.ann, 'cancel', id);
    expect([status, body.errors[0].code]).toEqual([400, 'tooLateToCancel']);
    expect((await world.post(world.ann, 'save', id, input())).body.errors[0].code).toBe('outboxNotEditable');
    expect((await world.post(world.ann, 'remove', id)).body.errors[0].code).toBe('outboxNotRemovable');
    expect((await world.post(world.ann, 'retry', id)).body.errors[0].code).toBe('outboxChanged');
    expect((await world.post(world.ann, 'resolve', id, { arrived: false })).body.errors[0].code).toBe('outboxChanged');
  });

  test.each([
    ['nobody', [], 'recipientsMissing'],
    ['half an address', [{ name: '', address: 'bob@' }], 'recipientInvalid'],
    [
      'an address with a header in it',
      [{ name: '', address: 'bob@x.example>\r\nBcc: v@x.example' }],
      'recipientInvalid',
    ],
  ])('to %s is refused and stays a draft', async (_name, to, code) => {
    const { id } = await save({ to });
    const { status, body } = await world.post(world.ann, 'send', id);
    expect([status, body.errors[0].code]).toEqual([400, code]);
    // The host logs the errors of an answer.
    expect(JSON.stringify(body.errors)).not.toContain('bob@');
    expect((await world.row(id)).state).toBe('draft');
  });

  test.each([
    ['paused', 'accountPaused'],
    ['reauthorize', 'accountReauthorize'],
    ['disconnected', 'accountDisconnected'],
  ])('from an account that is %s says so', async (state, code) => {
    const { id } = await save();
    await world.mail.db.getCollection('mailAccounts').model.update({ state }, { where: {}, hooks: false });
    const { body } = await world.post(world.ann, 'send', id);
    expect(body.errors[0].code).toBe(code);
  });

  test('at a time leaves at that time and not before', async () => {
    const { id } = await save();
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await world.post(world.ann, 'schedule', id, { sendAt })).body.data).toMatchObject({
      state: 'queued',
      sendAt,
    });
    await world.deliver();
    expect((await world.row(id)).state).toBe('queued');
    const other = await save();
    for (const wrong of ['tomorrow', '1999-01-01T00:00:00Z', null]) {
      expect((await world.post(world.ann, 'schedule', other.id, { sendAt: wrong })).body.errors[0].code).toBe(
        'invalidInput',
      );
    }
  });

  test('at a time can be given another time, and be sent now', async () => {
    const { id } = await save();
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
    await world.post(world.ann, 'schedule', id, { sendAt: hours(2) });
    const { messageId } = await world.row(id);
    const later = hours(5);
    const moved = await world.post(world.ann, 'schedule', id, { sendAt: later });
    expect(moved.body.data).toMatchObject({ state: 'queued', sendAt: later, messageId });
    const now = await world.post(world.ann, 'send', id);
    expect(new Date(now.body.data.sendAt).getTime()).toBeLessThan(Date.now() + 11_000);
    // A second click does not put it off again.
    const again = await world.post(world.ann, 'send', id);
    expect(again.body.data.sendAt).toBe(now.body.data.sendAt);
    await world.post(world.ann, 'cancel', id);
    expect((await world.row(id)).state).toBe('draft');
  });

  test('a failed mail becomes a draft again when it is changed', async () => {
    world.box.control.failSmtp({ reply: 'recipientNotFound' });
    const { id } = await world.queue(input());
    await world.deliver();
    expect(await save({ subject: 'corrected' }, id)).toMatchObject({ id, state: 'draft', error: null });
  });

  test('tells the browsers of its author about every step, by ids only', async () => {
    world.host.pushed.length = 0;
    const { id } = await world.queue(input());
    await world.deliver();
    const events = world.host.pushed.filter(({ message: { type } }) => type === 'mail:outbox');
    expect(events.length).toBeGreaterThanOrEqual(4);
    for (const {
      userId,
      message: { payload },
    } of events) {
      expect(userId).toBe(world.ann.id);
      expect(payload).toEqual({ accountId: world.accountId, outboxId: id });
    }
  });
});

describe('the worker', () => {
  test('sends by itself, when the mail is due', async () => {
    const worker = startDelivery(world.mail);
    const { id } = await save();
    await world.post(world.ann, 'send', id);
    await world.arrange(id, { sendAt: new Date(Date.now() + 300) });
    worker.wake(world.accountId);
    await expect.poll(async () => (await world.row(id)).state).toBe('sent');
    await worker.stop();
  });

  test('is one of two and each mail still leaves once', async () => {
    const workers = [startDelivery(world.mail), startDelivery(world.mail)];
    const ids: string[] = [];
    for (let count = 0; count < 4; count++) ids.push((await world.queue(input({ subject: `mail ${count}` }))).id);
    for (const worker of workers) worker.wake(world.accountId);
    await expect
      .poll(async () => Promise.all(ids.map(async (id) => (await world.row(id)).state)))
      .toEqual(['sent', 'sent', 'sent', 'sent']);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect((await world.inbox(bob)).sort()).toEqual(['mail 0', 'mail 1', 'mail 2', 'mail 3']);
  });

  test('that is stopped hands its mail back before the end has left', async () => {
    world.box.control.failSmtpNetwork({ kind: 'blackhole', afterBytes: 60, times: 0 });
    const worker = startDelivery(world.mail);
    const { id } = await world.queue(input());
    worker.wake(world.accountId);
    await expect.poll(async () => (await world.row(id)).state).toBe('sending');
    await worker.stop();
    expect(await world.row(id)).toMatchObject({ state: 'queued', attempts: 0, lastError: null });
    world.box.control.clearFaults();
    await world.deliver();
    expect(await world.inbox(bob)).toEqual(['hello']);
  });
});

describe('an answer', () => {
  test('joins the thread by its headers', async () => {
    const messageId = await message();
    const prepared = await world.post(world.ann, 'save', null, input({ inReplyTo: { messageId, kind: 'reply' } }));
    await world.post(world.ann, 'send', prepared.body.data.id);
    await world.arrange(prepared.body.data.id, { sendAt: new Date() });
    await world.deliver();
    const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
    const mail = await PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
    expect(mail.inReplyTo).toBe('<parent@x.example>');
    expect(mail.references).toBe('<root@x.example> <parent@x.example>');
  });

  test('is prepared with recipients, subject and a safe quote in the language of its author', async () => {
    const messageId = await message({ cc: [{ name: '', address: carol.upn }] });
    await world.mail.db.getCollection('mailBodies').model.create(
      {
        ...{ id: messageId, accountId: world.accountId, structure: null, attachments: [], fetchedAt: new Date() },
        ...{ text: 'Hi Alice', html: '<p>Hi <b>Alice</b><script>alert(1)</script></p>' },
      },
      { hooks: false },
    );
    const values = { messageId, kind: 'replyAll', timeZone: 'Europe/Kyiv' };
    const { status, body } = await world.post(world.ann, 'prepare', null, values);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.data).toMatchObject({
      accountId: world.accountId,
      to: [{ name: 'Bob', address: bob.upn }],
      cc: [{ name: '', address: carol.upn }],
      subject: 'Re: Plan',
      inReplyTo: { messageId, kind: 'replyAll' },
    });
    expect(body.data.html).toContain('<blockquote><p>Hi <b>Alice</b></p></blockquote>');
    expect(body.data.html).toContain('2:00'); // noon in UTC, in Kyiv
    expect(body.data.text).toContain('> Hi Alice');
    const draft = await save(body.data);
    expect(draft.html).toBe(body.data.html);
  });
});

describe('another user', () => {
  test.each(['get', 'save', 'send', 'schedule', 'cancel', 'retry', 'resolve', 'remove', 'removeAttachment', 'upload'])(
    'finds nothing by %s',
    async (action) => {
      const { id } = await save();
      const values = {
        ...input({ accountId: evesAccount }),
        arrived: true,
        attachmentId: 'x',
        sendAt: new Date().toISOString(),
      };
      const mine = await world.post(eve, action, id, values);
      expect(mine.status).toBe(404);
      expect(mine.body.errors[0].code).toBe('notFound');
      for (const forged of ['0', '-1', '1e3', '99999999999999999999', "1' or '1'='1", '9007199254740993']) {
        expect((await world.post(eve, action, encodeURIComponent(forged), values)).status, forged).toBe(404);
      }
      expect(await world.row(id)).toMatchObject({ state: 'draft', subject: 'hello', attachments: [] });
    },
  );

  test('sees none of it in his list', async () => {
    await save();
    const { body } = await eve.agent.get('/api/mailOutbox:list').expect(200);
    expect(body.data).toEqual([]);
  });

  test('cannot write from an account, or answer a message, that is not his', async () => {
    const messageId = await message();
    const foreignAccount = await world.post(eve, 'save', null, input());
    expect(foreignAccount.status).toBe(404);
    const own = input({ accountId: evesAccount, inReplyTo: { messageId, kind: 'reply' } });
    expect((await world.post(eve, 'save', null, own)).status).toBe(404);
    expect((await world.post(eve, 'prepare', null, { messageId, kind: 'reply' })).status).toBe(404);
  });

  test('who is a guest is turned away', async () => {
    const { id } = await save();
    for (const action of ['get', 'send', 'prepare', 'upload']) {
      await world.host.guest().post(`/api/mailOutbox:${action}?filterByTk=${id}`).expect(401);
    }
  });

  test('cannot move a draft to an account of someone else afterwards', async () => {
    const { id } = await save();
    expect((await world.post(world.ann, 'save', id, input({ accountId: evesAccount }))).status).toBe(404);
    expect((await world.row(id)).accountId).toBe(world.accountId);
  });
});
