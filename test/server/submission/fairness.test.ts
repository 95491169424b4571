import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import { MailError } from '../../../src/server/errors';
import { startDelivery } from '../../../src/server/submission/deliver';
import { deliverAccount } from '../../../src/server/submission/delivery';
import type { TestUser } from '../../harness';
import { startWorld, type World } from './world';

let world: World;
let eve: TestUser;
let evesAccount: string;
const toBob = { to: [{ name: 'Bob', address: bob.upn }] };
const outbox = () => world.mail.db.getCollection('mailOutbox').model;
const accounts = () => world.mail.db.getCollection('mailAccounts').model;
const ago = (ms: number) => new Date(Date.now() - ms);

beforeAll(async () => {
  world = await startWorld();
  eve = await world.host.createUser({ username: 'eve' });
  evesAccount = await world.connect(eve, carol);
});
beforeEach(async () => {
  await world.box.reset();
  await outbox().destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

/** Mail of Eve, due at once. */
async function fromEve(): Promise<string> {
  const values = { accountId: evesAccount, ...toBob, subject: 'from Eve', html: null, text: 'hi' };
  const draft = await world.post(eve, 'save', null, values);
  const id: string = draft.body.data.id;
  await world.post(eve, 'send', id);
  await world.arrange(id, { sendAt: new Date() });
  return id;
}

/** Runs the worker until that mail has left. */
async function leaves(id: string): Promise<void> {
  const worker = startDelivery(world.mail);
  try {
    await expect.poll(async () => (await world.row(id)).state).toBe('sent');
  } finally {
    await worker.stop();
  }
}

const waiting = (count: number, accountId: string, values: object = {}) =>
  outbox().bulkCreate(
    Array.from({ length: count }, () => ({
      id: world.mail.newId(),
      userId: world.ann.id,
      accountId,
      state: 'queued',
      ...toBob,
      sendAt: ago(60_000),
      ...values,
    })),
    { hooks: false },
  );

describe('mail of others', () => {
  test('is found behind a thousand mails of one account that wait for their minute', async () => {
    const root = await world.host.root();
    await root.agent.post('/api/mailSettings:save').send({ messagesPerMinute: 1 }).expect(200);
    await waiting(1, world.accountId, { state: 'sent', endingAt: new Date(Date.now() + 60_000) });
    await waiting(1000, world.accountId);
    try {
      await leaves(await fromEve());
    } finally {
      await root.agent.post('/api/mailSettings:save').send({ messagesPerMinute: 30 }).expect(200);
    }
  });

  test('does not wait for accounts that another process is busy with', async () => {
    const busy = Array.from({ length: 6 }, () => world.mail.newId());
    const until = new Date(Date.now() + 300_000);
    await accounts().bulkCreate(
      busy.map((id) => ({ id, userId: world.ann.id, address: alice.upn, state: 'active', deliveryUntil: until })),
      { hooks: false },
    );
    try {
      for (const id of busy) await waiting(1, id, { state: 'sending', deliveryEpoch: 1 });
      await leaves(await fromEve());
    } finally {
      await accounts().destroy({ where: { id: busy }, hooks: false });
    }
  });

  test('of an account that is gone is told so, however much else waits', async () => {
    await waiting(250, world.accountId, { nextAttemptAt: new Date(Date.now() + 60_000) });
    const id = world.mail.newId();
    await waiting(1, '999', { id });
    const worker = startDelivery(world.mail);
    await expect.poll(async () => (await world.row(id)).state).toBe('failed');
    await worker.stop();
    expect((await world.row(id)).lastError?.code).toBe('accountDisconnected');
  });
});

test('a mail that breaks the connection each time lets the others go first', async () => {
  world.box.control.failSmtp({ drop: 'rcpt' });
  const poison = await world.queue({ ...toBob, subject: 'poison' });
  const innocent = await world.queue({ ...toBob, subject: 'innocent' });
  await world.arrange(poison.id, { sendAt: ago(10_000) });
  await world.deliver();
  expect(await world.row(poison.id)).toMatchObject({ state: 'queued', attempts: 1 });
  expect(await world.row(innocent.id)).toMatchObject({ state: 'queued', attempts: 0 });
  for (const { id } of [poison, innocent]) await world.arrange(id, { nextAttemptAt: ago(1000) });
  await world.deliver();
  const left = world.box.control.state().submissions.map(({ messageId }) => messageId);
  expect(left).toEqual([innocent.messageId, poison.messageId]);
});

test('an account that gets no token is asked for one once, whatever the reason, and the rest of its mail waits as long', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) ids.push((await world.queue(toBob)).id);
  const decrypt = () => Promise.reject(new MailError('transient', 'microsoftUnreachable'));
  await deliverAccount({ ...world.mail, decrypt }, world.accountId, new AbortController().signal);
  const rows = await Promise.all(ids.map((id) => world.row(id)));
  expect(rows.map(({ attempts }) => attempts).sort()).toEqual([0, 0, 1]);
  expect(new Set(rows.map(({ nextAttemptAt }) => nextAttemptAt?.getTime())).size).toBe(1);
  for (const row of rows) expect(row).toMatchObject({ state: 'queued', lastError: { code: 'microsoftUnreachable' } });
});

test('mail does not fail with an older one that was tried for two days and is given up', async () => {
  world.box.control.failSmtp({ drop: 'rcpt' });
  const old = await world.queue({ ...toBob, subject: 'old' });
  const young = await world.queue({ ...toBob, subject: 'young' });
  await world.arrange(old.id, { sendAt: ago(3 * 86_400_000), attempts: 40 });
  // What was tried least goes first.
  await world.arrange(young.id, { attempts: 41 });
  await world.deliver();
  expect(await world.row(old.id)).toMatchObject({ state: 'failed', lastError: { code: 'connectionLost' } });
  expect(await world.row(young.id)).toMatchObject({ state: 'queued', lastError: { code: 'connectionLost' } });
  expect((await world.row(young.id)).nextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
});
