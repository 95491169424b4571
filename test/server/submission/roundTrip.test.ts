import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob } from '../../../sandbox/outlook';
import { startWorld, type World } from './world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

interface Stored {
  id: string;
  threadId: string;
  role: string;
  messageId: string;
}

/** The one stored message with this subject, after a pass. */
async function stored(subject: string): Promise<Stored> {
  await world.sync();
  const model = (name: string) => world.mail.db.getCollection(name).model;
  const rows = await model('mailMessages').findAll({
    where: { subject, accountId: world.accountId, vanishedAt: null },
  });
  expect(rows).toHaveLength(1);
  const [row] = rows;
  const mailbox = await model('mailboxes').findOne({ where: { id: String(row!.get('mailboxId')) } });
  return {
    id: String(row!.get('id')),
    threadId: String(row!.get('threadId')),
    role: String(mailbox!.get('role')),
    messageId: row!.get('messageId') as string,
  };
}

async function receive(subject: string): Promise<Stored> {
  const raw = [
    `From: Bob <${bob.upn}>`,
    `To: Alice <${alice.upn}>`,
    `Subject: ${subject}`,
    `Message-ID: <${subject}@bob.example>`,
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Shall we <b>meet</b>?</p>',
  ].join('\r\n');
  await world.box.mail.append(alice.upn, 'INBOX', raw);
  return stored(subject);
}

test('a reply carries the quote, joins its thread, and its Sent copy appears once', async () => {
  const received = await receive('plan');
  const prepared = await world.post(world.ann, 'prepare', null, { messageId: received.id, kind: 'reply' });
  expect(prepared.body.data).toMatchObject({ to: [{ address: bob.upn }], subject: 'Re: plan' });
  expect(prepared.body.data.html).toContain('<b>meet</b>');
  const { id } = await world.queue(prepared.body.data);
  await world.deliver();
  expect((await world.row(id)).state).toBe('sent');
  const copy = await stored('Re: plan');
  expect(copy).toMatchObject({ role: 'sent', threadId: received.threadId, messageId: (await world.row(id)).messageId });
  await stored('Re: plan');
});

test('a reply whose id Outlook.com rewrote joins its thread too', async () => {
  world.box.control.setSmtp({ rewriteMessageId: true });
  const received = await receive('rewritten');
  const prepared = await world.post(world.ann, 'prepare', null, { messageId: received.id, kind: 'reply' });
  const { id } = await world.queue(prepared.body.data);
  await world.deliver();
  const copy = await stored('Re: rewritten');
  const { serverMessageId } = await world.row(id);
  expect(copy).toMatchObject({ threadId: received.threadId, messageId: serverMessageId });
  world.box.control.clearFaults();
});

test('an uncertain mail is settled by the copy that sync brought, without another look at the server', async () => {
  world.box.control.failSmtp({ drop: 'accepted' });
  const { id } = await world.queue({ to: [{ name: '', address: bob.upn }], subject: 'uncertain' });
  await world.deliver();
  expect((await world.row(id)).state).toBe('uncertain');
  await stored('uncertain');
  await world.arrange(id, { nextAttemptAt: new Date() });
  world.box.control.failImap({ name: 'serverUnavailable', times: 0 });
  await world.deliver();
  world.box.control.clearFaults();
  expect((await world.row(id)).state).toBe('sent');
  expect((await world.inbox(bob)).filter((subject) => subject === 'uncertain')).toHaveLength(1);
});
