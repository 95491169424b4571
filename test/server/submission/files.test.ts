import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import type { OutboxInput, OutboxView } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { base64, largeFile, multipart, PNG } from '../messages/mails';
import { startWorld, type World } from './world';

let world: World;
let eve: TestUser;
let evesAccount: string;
const FILE = largeFile(300_000);

beforeAll(async () => {
  world = await startWorld();
  eve = await world.host.createUser({ username: 'eve' });
  evesAccount = await world.connect(eve, carol);
});
beforeEach(async () => {
  world.box.control.clearFaults();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

/** A message with a file, a named image in its html, and an image nobody shows, as sync stored it. */
async function original(subject: string): Promise<string> {
  const html = '<p>Hi <b>Alice</b> <img src="cid:Logo%40x"> <img src="https://t.example/p.gif"></p>';
  const image = (id: string) => ({
    type: 'image/png; name="logo.png"',
    body: base64(PNG),
    headers: ['Content-Transfer-Encoding: base64', `Content-ID: <${id}>`, 'Content-Disposition: inline'],
  });
  const file = {
    type: 'application/pdf',
    body: base64(FILE),
    headers: ['Content-Transfer-Encoding: base64', "Content-Disposition: attachment; filename*=utf-8''%D0%B7.pdf"],
  };
  const raw = multipart(
    { subject },
    'mixed',
    [{ type: 'text/html; charset=utf-8', body: html }, image('Logo@x'), image('unused@x'), file],
    1,
  );
  await world.box.mail.append(alice.upn, 'INBOX', raw.raw);
  await world.sync();
  const { model } = world.mail.db.getCollection('mailMessages');
  const found = await model.findOne({ where: { subject, accountId: world.accountId } });
  return String(found!.get('id'));
}

const prepare = async (messageId: string, kind: string): Promise<Required<OutboxInput>> => {
  const { status, body } = await world.post(world.ann, 'prepare', null, { messageId, kind, timeZone: 'UTC' });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data;
};
const save = async (values: OutboxInput, id: string | null = null): Promise<OutboxView> => {
  const { status, body } = await world.post(world.ann, 'save', id, values);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data;
};
const toBob = [{ name: '', address: bob.upn }];
const send = async (id: string) => {
  const { status, body } = await world.post(world.ann, 'send', id);
  expect(status, JSON.stringify(body)).toBe(200);
  await world.arrange(id, { sendAt: new Date() });
};
const received = async (subject: string) => {
  const copy = (await world.box.mail.list(bob.upn, 'INBOX')).messages.find((message) => message.subject === subject);
  return PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
};
const spool = (id: string) => {
  const folder = path.join(world.mail.storagePath, 'spool', id);
  return existsSync(folder) ? readdirSync(folder) : [];
};
const fresh = (changes: Partial<OutboxInput> = {}): OutboxInput => ({
  accountId: world.accountId,
  to: toBob,
  subject: 'hello',
  html: '<p>hi</p>',
  text: 'hi',
  ...changes,
});

describe('a forward', () => {
  test('takes files and shown images of the original along, byte for byte', async () => {
    const messageId = await original('plan');
    const prepared = await prepare(messageId, 'forward');
    expect(prepared.html).toContain(`src="cid:${messageId}.2@original.invalid"`);
    const draft = await save({ ...prepared, to: toBob });
    expect(draft.attachments).toMatchObject([
      { filename: 'logo.png', contentId: `${messageId}.2@original.invalid` },
      { filename: 'з.pdf', contentType: 'application/pdf', contentId: null },
    ]);
    expect(JSON.stringify(draft)).not.toContain('"source"');
    await send(draft.id);
    await world.deliver();
    expect(await world.row(draft.id)).toMatchObject({ state: 'sent' });
    const mail = await received('Fwd: plan');
    const [logo, file] = mail.attachments;
    expect(mail.attachments).toHaveLength(2);
    expect(logo).toMatchObject({ contentId: `<${messageId}.2@original.invalid>`, mimeType: 'image/png' });
    expect(Buffer.from(logo!.content as ArrayBuffer).equals(PNG)).toBe(true);
    expect(file!.filename).toBe('з.pdf');
    expect(Buffer.from(file!.content as ArrayBuffer).equals(FILE)).toBe(true);
    expect(mail.html).toContain(`cid:${messageId}.2@original.invalid`);
    expect(spool(draft.id)).toEqual([]);
  });

  test('fetches them as soon as it is queued, so that the original may go before it leaves', async () => {
    const messageId = await original('early');
    const draft = await save({ ...(await prepare(messageId, 'forward')), to: toBob });
    await world.post(world.ann, 'schedule', draft.id, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await world.deliver();
    expect(await world.row(draft.id)).toMatchObject({ state: 'queued', filesWanted: false, attempts: 0 });
    expect(spool(draft.id)).toHaveLength(2);
    await world.mail.db.getCollection('mailMessages').model.destroy({ where: { id: messageId }, hooks: false });
    await world.arrange(draft.id, { sendAt: new Date() });
    await world.deliver();
    expect((await received('Fwd: early')).attachments).toHaveLength(2);
  });

  test('whose original is gone fails with the name of the file, and is sent without it', async () => {
    const messageId = await original('gone');
    const draft = await save({ ...(await prepare(messageId, 'forward')), to: toBob });
    await world.mail.db.getCollection('mailMessages').model.destroy({ where: { id: messageId }, hooks: false });
    await send(draft.id);
    await world.deliver();
    expect(await world.row(draft.id)).toMatchObject({
      state: 'failed',
      lastError: { code: 'originalGone', params: { filename: 'logo.png' } },
    });
    for (const { id: attachmentId } of draft.attachments) {
      await world.post(world.ann, 'removeAttachment', draft.id, { attachmentId });
    }
    await send(draft.id);
    await world.deliver();
    const mail = await received('Fwd: gone');
    expect(mail.attachments).toEqual([]);
    expect(mail.html).not.toContain('<img');
  });

  test('waits while the mailbox cannot be read, and says so', async () => {
    const messageId = await original('waits');
    const draft = await save({ ...(await prepare(messageId, 'forward')), to: toBob });
    await send(draft.id);
    world.box.control.failImap({ name: 'serverUnavailable', times: 0 });
    await world.deliver();
    const row = await world.row(draft.id);
    expect(row).toMatchObject({ state: 'queued', filesWanted: true, attempts: 1, lastError: { kind: 'transient' } });
    world.box.control.clearFaults();
    await world.arrange(draft.id, { nextAttemptAt: null });
    await world.deliver();
    expect((await world.row(draft.id)).state).toBe('sent');
  });

  test('waits while the disk takes no file', async () => {
    const messageId = await original('full');
    const draft = await save({ ...(await prepare(messageId, 'forward')), to: toBob });
    await send(draft.id);
    const folder = path.join(world.mail.storagePath, 'spool', draft.id);
    mkdirSync(path.dirname(folder), { recursive: true });
    writeFileSync(folder, 'in the way');
    await world.deliver();
    expect(await world.row(draft.id)).toMatchObject({ state: 'queued', lastError: { code: 'spoolUnavailable' } });
    rmSync(folder);
    await world.arrange(draft.id, { nextAttemptAt: null });
    await world.deliver();
    expect((await world.row(draft.id)).state).toBe('sent');
  });

  test('of a message of someone else takes nothing', async () => {
    const messageId = await original('secret');
    const html = `<img src="cid:${messageId}.2@original.invalid" />`;
    const stolen = { ...fresh({ accountId: evesAccount, html }), inReplyTo: { messageId, kind: 'forward' } };
    expect((await world.post(eve, 'save', null, stolen)).status).toBe(404);
    const named = await world.post(eve, 'save', null, fresh({ accountId: evesAccount, html }));
    expect(named.body.data.attachments).toEqual([]);
  });
});

describe('a reply', () => {
  test('shows the images of its quote and takes no files along', async () => {
    const messageId = await original('images');
    const draft = await save(await prepare(messageId, 'reply'));
    expect(draft.attachments.map(({ filename }) => filename)).toEqual(['logo.png']);
    const again = await save({ ...draft, html: draft.html, subject: 'changed' }, draft.id);
    expect(again.attachments).toHaveLength(1);
    const file = await world.ann.agent
      .get(`/api/mailOutbox:file?filterByTk=${draft.id}&fileId=${draft.attachments[0]!.id}`)
      .buffer(true)
      .expect(200);
    expect(Buffer.from(file.body as Buffer).equals(PNG)).toBe(true);
    expect(file.headers['content-disposition']).toContain('attachment');
    await eve.agent.get(`/api/mailOutbox:file?filterByTk=${draft.id}&fileId=${draft.attachments[0]!.id}`).expect(404);
    await world.ann.agent.get(`/api/mailOutbox:file?filterByTk=${draft.id}&fileId=../../x`).expect(404);
  });
});

describe('an image of the text', () => {
  const upload = (id: string, content: Buffer, filename = 'paste.png') =>
    world.ann.agent.post(`/api/mailOutbox:upload?filterByTk=${id}&inline=1`).attach('file', content, filename);

  test('goes along where the html shows it, and stays behind where it no longer does', async () => {
    const { id } = await save(fresh({ subject: 'pasted' }));
    await upload(id, PNG).expect(200);
    const { body } = await upload(id, PNG, 'second.png').expect(200);
    const [shown, dropped] = (body.data as OutboxView).attachments;
    await save(fresh({ subject: 'pasted', html: `<p>a<img src="cid:${shown!.contentId}" width="10"></p>` }), id);
    await send(id);
    expect(spool(id)).toEqual([shown!.id]);
    await world.deliver();
    const mail = await received('pasted');
    expect(mail.attachments.map(({ contentId, disposition }) => [contentId, disposition])).toEqual([
      [`<${shown!.contentId}>`, 'inline'],
    ]);
    expect(dropped!.contentId).not.toBe(shown!.contentId);
  });

  test('must be an image, whatever it is called', async () => {
    const { id } = await save(fresh());
    const { status, body } = await upload(id, Buffer.from('<svg onload=alert(1)>'), 'x.png');
    expect([status, body.errors[0].code]).toEqual([400, 'notAnImage']);
    expect(spool(id)).toEqual([]);
  });
});

describe("the server's own limit", () => {
  const account = () => world.mail.db.getCollection('mailAccounts').model.findOne({ where: { id: world.accountId } });
  const limit = (largestMessage: number | null) =>
    world.mail.db
      .getCollection('mailAccounts')
      .model.update({ largestMessage }, { where: { id: world.accountId }, hooks: false });

  test('is learnt when the account is connected, and again with every mail', async () => {
    expect(Number((await account())!.get('largestMessage'))).toBe(157_286_400);
    world.box.control.setSmtp({ size: 50_000_000 });
    const { id } = await save(fresh());
    await send(id);
    await world.deliver();
    expect((await world.row(id)).state).toBe('sent');
    const { body } = await world.ann.agent.get('/api/mailAccounts:list').expect(200);
    expect(body.data.accounts[0].largestMessage).toBe(50_000_000);
  });

  test('holds for uploads to the account at whose sign-in it was said, and for no other one', async () => {
    world.box.control.setSmtp({ size: 1_000_000 });
    const person = await world.host.createUser();
    const accountId = await world.connect(person, bob);
    world.box.control.clearFaults();
    const upload = async (user: TestUser, values: OutboxInput, octets: number) => {
      const draft = await world.post(user, 'save', null, values);
      const { status, body } = await user.agent
        .post(`/api/mailOutbox:upload?filterByTk=${draft.body.data.id}`)
        .attach('file', Buffer.alloc(octets), 'file.bin');
      return status === 200 ? 'taken' : body.errors[0].code;
    };
    expect(await upload(person, fresh({ accountId }), 400_000)).toBe('taken');
    expect(await upload(person, fresh({ accountId }), 800_000)).toBe('attachmentsTooLarge');
    expect(await upload(world.ann, fresh(), 800_000)).toBe('taken');
  });

  test('decides what may be attached', async () => {
    await limit(1_000_000);
    const { id } = await save(fresh());
    const refused = await world.ann.agent
      .post(`/api/mailOutbox:upload?filterByTk=${id}`)
      .attach('file', Buffer.alloc(800_000), 'big.bin');
    expect(refused.body.errors[0]).toMatchObject({ code: 'attachmentsTooLarge' });
    await limit(null);
  });

  test('is said before a mail is queued', async () => {
    await limit(200_000);
    const { id } = await save(fresh({ text: 'x'.repeat(300_000), html: null }));
    const { body } = await world.post(world.ann, 'send', id);
    expect(body.errors[0]).toMatchObject({ code: 'messageTooLarge', params: { megabytes: 0 } });
    expect((await world.row(id)).state).toBe('draft');
    await limit(null);
  });
});

const limitSpool = async (spoolMegabytes: number) => {
  const { agent } = await world.host.root();
  await agent.post('/api/mailSettings:save').send({ spoolMegabytes }).expect(200);
};

test('uploads at the same moment do not exceed the limit of their user together', async () => {
  await limitSpool(10);
  const drafts = [await save(fresh()), await save(fresh()), await save(fresh())];
  const upload = ({ id }: OutboxView, octets: number) =>
    world.ann.agent.post(`/api/mailOutbox:upload?filterByTk=${id}`).attach('file', Buffer.alloc(octets), 'x.bin');
  const answers = await Promise.all(drafts.map((draft) => upload(draft, 4_000_000)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400]);
  expect(answers.flatMap(({ body }) => body.errors?.[0].code ?? [])).toEqual(['spoolFull']);
  expect(drafts.flatMap(({ id }) => spool(id))).toHaveLength(2);
  // What was refused or has ended keeps no room.
  await upload(drafts[0]!, 1_000_000).expect(200);
  await limitSpool(500);
});

test('the files of a user have a limit of their own', async () => {
  await limitSpool(10);
  const { id } = await save(fresh());
  await world.arrange(id, {
    attachments: [{ id: 'f'.repeat(32), filename: 'x', contentType: 'a/b', size: 11 * 1024 * 1024 }],
  });
  const other = await save(fresh());
  const { body } = await world.ann.agent
    .post(`/api/mailOutbox:upload?filterByTk=${other.id}`)
    .attach('file', Buffer.from('x'), 'x.txt');
  expect(body.errors[0]).toMatchObject({ code: 'spoolFull', params: { megabytes: 10 } });
  await limitSpool(500);
});
