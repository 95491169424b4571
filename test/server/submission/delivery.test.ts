import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import type { SmtpFault } from '../../../sandbox/outlook';
import { claimLease, releaseLease } from '../../../src/server/accounts/lease';
import { endAlarm } from '../../../src/server/accounts/registration';
import { deliverAccount } from '../../../src/server/submission/delivery';
import { beforeOutboxChanges, startWorld, type World } from './world';

let world: World;
const toBob = { to: [{ name: 'Bob', address: bob.upn }] };
const soon = () => new Date(Date.now() - 1000);

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.box.reset();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
  await world.mail.db
    .getCollection('mailAccounts')
    .model.update({ sendBlocked: null, state: 'active' }, { where: { id: world.accountId }, hooks: false });
});
afterAll(() => world?.stop());

/** Makes a postponed mail due at once. */
const due = (id: string) => world.arrange(id, { nextAttemptAt: soon() });
const sendBlocked = async () => {
  const { body } = await world.ann.agent.get('/api/mailAccounts:list').expect(200);
  return body.data.accounts[0].sendBlocked;
};

test('a queued mail is delivered once, filed once in Sent, and its row says sent', async () => {
  const { id, messageId } = await world.queue(toBob);
  await world.deliver();
  await world.deliver();
  expect(await world.row(id)).toMatchObject({ state: 'sent', lastError: null, attempts: 1 });
  expect(await world.inbox(bob)).toEqual(['hello']);
  expect(await world.sent(alice)).toEqual(['hello']);
  const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
  expect(copy?.messageId).toBe(messageId);
  expect(messageId).toMatch(/^<[\w-]+@contoso\.onmicrosoft\.com>$/);
});

test('two workers deliver a mail once', async () => {
  const { id } = await world.queue(toBob);
  await Promise.all([world.deliver(), world.deliver(), world.deliver()]);
  expect((await world.row(id)).state).toBe('sent');
  expect(await world.inbox(bob)).toEqual(['hello']);
});

test('the id Outlook.com gives a mail is kept beside ours', async () => {
  world.box.control.setSmtp({ rewriteMessageId: true });
  const { id, messageId } = await world.queue(toBob);
  await world.deliver();
  const row = await world.row(id);
  const [copy] = (await world.box.mail.list(alice.upn, 'Sent Items')).messages;
  expect(row).toMatchObject({ state: 'sent', messageId, serverMessageId: copy?.messageId });
  expect(row.serverMessageId).not.toBe(messageId);
});

test('Bcc recipients get the mail and nobody reads their names', async () => {
  await world.queue({ ...toBob, bcc: [{ name: '', address: carol.upn }] });
  await world.deliver();
  expect(await world.inbox(carol)).toEqual(['hello']);
  const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
  const source = (await world.box.mail.source(bob.upn, 'INBOX', copy!.uid)).toString();
  expect(source.toLowerCase()).not.toContain(carol.upn);
});

describe('when the line drops', () => {
  test('before the end of the mail left, it is tried again and delivered once', async () => {
    world.box.control.failSmtp({ drop: 'rcpt' });
    const { id } = await world.queue(toBob);
    await world.deliver();
    const row = await world.row(id);
    expect(row).toMatchObject({
      state: 'queued',
      endingAt: null,
      lastError: { code: 'connectionLost', kind: 'transient' },
    });
    expect(row.nextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
    await world.deliver();
    expect(await world.inbox(bob)).toEqual([]);
    await due(id);
    await world.deliver();
    expect((await world.row(id)).state).toBe('sent');
    expect(await world.inbox(bob)).toEqual(['hello']);
  });

  test('after the server took the mail, it is uncertain, and the copy in Sent settles it', async () => {
    world.box.control.failSmtp({ drop: 'accepted' });
    const { id } = await world.queue(toBob);
    await noteSent();
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'uncertain', lastError: null });
    await due(id);
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'sent' });
    expect(await world.inbox(bob)).toEqual(['hello']);
  });

  test('and the copy carries the id of Outlook.com, ours beside it settles the mail', async () => {
    world.box.control.setSmtp({ rewriteMessageId: true });
    world.box.control.failSmtp({ drop: 'accepted' });
    const { id } = await world.queue(toBob);
    await noteSent();
    await world.deliver();
    await due(id);
    await world.deliver();
    const row = await world.row(id);
    expect(row.state).toBe('sent');
    expect(row.serverMessageId).toMatch(/prod\.outlook\.com>$/);
  });

  test.each(['missing', 'foreign'] as const)(
    'and the copy is %s, the mail stays uncertain and is not sent again',
    async (sentCopy) => {
      world.box.control.setSmtp({ sentCopy });
      world.box.control.failSmtp({ drop: 'accepted' });
      const { id } = await world.queue(toBob);
      await noteSent();
      await world.deliver();
      for (let look = 0; look < 3; look++) {
        await due(id);
        await world.deliver();
      }
      const row = await world.row(id);
      expect(row.state).toBe('uncertain');
      expect(row.nextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
      expect(await world.inbox(bob)).toEqual(['hello']);
    },
  );

  test('before the server took the mail, absence of a copy proves nothing, and the author decides', async () => {
    world.box.control.failSmtp({ drop: 'data' });
    const { id } = await world.queue(toBob);
    await world.deliver();
    expect((await world.row(id)).state).toBe('uncertain');
    const answer = await world.post(world.ann, 'resolve', id, { arrived: false });
    expect(answer.body.data.state).toBe('queued');
    await world.deliver();
    expect((await world.row(id)).state).toBe('sent');
    expect(await world.inbox(bob)).toEqual(['hello']);
  });
});

describe('a refusal', () => {
  test.each<[NonNullable<SmtpFault['reply']>, string, string, string]>([
    ['sendAsDenied', 'failed', 'sendAsDenied', 'administrator'],
    ['sendAsDeniedStore', 'failed', 'sendAsDenied', 'administrator'],
    ['recipientNotFound', 'failed', 'recipientRejected', 'user'],
    ['tooLarge', 'failed', 'messageTooLarge', 'user'],
    ['quota', 'failed', 'ownMailboxFull', 'user'],
    ['mailboxFull', 'failed', 'ownMailboxFull', 'user'],
    ['spamBlocked', 'failed', 'senderBlocked', 'administrator'],
    ['timeout', 'queued', 'serverBusy', 'nobody'],
    ['busy', 'queued', 'serverBusy', 'nobody'],
    ['authTemporary', 'queued', 'serverBusy', 'nobody'],
    ['serviceUnavailable', 'queued', 'serverBusy', 'nobody'],
    ['tooManyConnections', 'queued', 'tooManyConnections', 'nobody'],
    ['senderThreadLimit', 'queued', 'tooManyConnections', 'nobody'],
    ['submissionQuota', 'queued', 'dailyLimit', 'nobody'],
    ['dailyLimit', 'queued', 'dailyLimit', 'nobody'],
  ])('%s leaves the mail %s with the reason %s', async (reply, state, code, who) => {
    world.box.control.failSmtp({ reply });
    const { id } = await world.queue(toBob);
    await world.deliver();
    const row = await world.row(id);
    expect(row).toMatchObject({ state, lastError: { code, who }, endingAt: null });
    expect(await world.inbox(bob)).toEqual([]);
    if (state === 'queued') await due(id);
    else await world.post(world.ann, 'retry', id);
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'sent', lastError: null });
    expect(await world.inbox(bob)).toEqual(['hello']);
  });

  test('of all SMTP sign-ins blocks sending, says who can change it and how, and a sent mail lifts it', async () => {
    world.box.control.setUser({ user: alice.upn, smtpDisabled: true });
    const first = await world.queue(toBob);
    const second = await world.queue(toBob);
    await world.deliver();
    for (const { id } of [first, second]) {
      expect(await world.row(id)).toMatchObject({
        state: 'failed',
        lastError: { code: 'smtpAuthDisabled', who: 'administrator' },
      });
    }
    expect(await sendBlocked()).toMatchObject({
      code: 'smtpAuthDisabled',
      params: { command: `Set-CASMailbox -Identity '${alice.upn}' -SmtpClientAuthenticationDisabled $false` },
    });
    // Repeated refusals get a mailbox throttled: the second mail was not tried.
    expect((await world.row(second.id)).attempts).toBe(0);
    world.box.control.setUser({ user: alice.upn, smtpDisabled: false });
    await world.post(world.ann, 'retry', first.id);
    await world.deliver();
    expect((await world.row(first.id)).state).toBe('sent');
    expect(await sendBlocked()).toBeNull();
  });

  test('that concerns the account makes the other mail wait as long', async () => {
    world.box.control.failSmtp({ reply: 'tooManyConnections' });
    const first = await world.queue(toBob);
    const second = await world.queue(toBob);
    await world.deliver();
    const [one, two] = [await world.row(first.id), await world.row(second.id)];
    expect(two).toMatchObject({ state: 'queued', attempts: 0, nextAttemptAt: one.nextAttemptAt });
  });

  test('of the app registration makes all mail wait for the administrator, whose mending sends it', async () => {
    const mails = [await world.queue(toBob), await world.queue(toBob)];
    await deliverAccount({ ...world.mail, allowedHosts: [] }, world.accountId, new AbortController().signal);
    for (const { id } of mails) {
      const row = await world.row(id);
      expect(row).toMatchObject({ state: 'queued', lastError: { code: 'providerMisconfigured' } });
      expect(row.nextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
    }
    await endAlarm(world.mail, 'microsoft');
    await world.deliver();
    for (const { id } of mails) expect(await world.row(id)).toMatchObject({ state: 'sent', lastError: null });
  });

  test('of one recipient does not keep the mail from the others, and is told', async () => {
    const { id } = await world.queue({ to: [...toBob.to, { name: '', address: `nobody@${bob.upn.split('@')[1]}` }] });
    await world.deliver();
    expect(await world.row(id)).toMatchObject({
      state: 'sent',
      lastError: { code: 'someRecipientsRejected', params: { count: 1 } },
    });
    expect(await world.inbox(bob)).toEqual(['hello']);
  });
});

describe('after a crash', () => {
  test('a mail whose end had not left is sent again', async () => {
    const { id } = await world.queue(toBob);
    await world.arrange(id, { state: 'sending', deliveryEpoch: 0, attempts: 1, endingAt: null });
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'sent', attempts: 2 });
    expect(await world.inbox(bob)).toEqual(['hello']);
  });

  test('a mail whose end may have left is uncertain and not sent again', async () => {
    const { id } = await world.queue(toBob);
    await world.arrange(id, { state: 'sending', deliveryEpoch: 0, attempts: 1, endingAt: soon() });
    await world.deliver();
    expect((await world.row(id)).state).toBe('uncertain');
    expect(await world.inbox(bob)).toEqual([]);
  });

  test('a mail of a worker that still lives is left alone', async () => {
    const { id } = await world.queue(toBob);
    const lease = await claimLease(world.mail, world.accountId, 'delivery');
    await world.arrange(id, { state: 'sending', deliveryEpoch: lease!.epoch, endingAt: null });
    await world.deliver();
    expect((await world.row(id)).state).toBe('sending');
    await releaseLease(world.mail, lease!);
  });

  test('a sent, a failed and a draft stay what they are', async () => {
    const ids: string[] = [];
    for (const state of ['sent', 'failed', 'draft'] as const) {
      const { id } = await world.queue(toBob);
      await world.arrange(id, { state });
      ids.push(id);
    }
    await world.deliver();
    expect(await Promise.all(ids.map(async (id) => (await world.row(id)).state))).toEqual(['sent', 'failed', 'draft']);
    expect(await world.inbox(bob)).toEqual([]);
  });
});

test('a worker that lost its lease before the end left sends nothing', async () => {
  const { id } = await world.queue(toBob);
  // Another worker takes the mail over just before this one announces its end.
  beforeOutboxChanges(world.mail, async ({ endingAt }) => {
    if (endingAt) await world.arrange(id, { deliveryEpoch: 999_999 });
  });
  try {
    await world.deliver();
  } finally {
    vi.restoreAllMocks();
  }
  expect((await world.row(id)).state).toBe('sending');
  expect(await world.inbox(bob)).toEqual([]);
});

test('neither addresses nor subjects nor bodies reach the log', async () => {
  world.host.logs.clear();
  await world.queue({ ...toBob, subject: 'Geheimnis-subject', text: 'Geheimnis-text' });
  await world.deliver();
  expect(world.host.logs.text()).toContain('submission');
  for (const secret of ['Geheimnis', bob.upn]) expect(world.host.logs.text()).not.toContain(secret);
});

/** What sync has learnt of Sent before. */
async function noteSent(): Promise<void> {
  const { uidValidity, uidNext } = await world.box.mail.list(alice.upn, 'Sent Items');
  const model = world.mail.db.getCollection('mailboxes').model;
  await model.destroy({ where: { accountId: world.accountId, role: 'sent' }, hooks: false });
  await model.create(
    {
      id: world.mail.newId(),
      accountId: world.accountId,
      userId: world.ann.id,
      path: 'Sent Items',
      role: 'sent',
      uidValidity,
      uidNext,
    },
    { hooks: false },
  );
}

test('no more leave in a minute than the setting says, and the rest leaves later', async () => {
  const root = await world.host.root();
  await root.agent.post('/api/mailSettings:save').send({ messagesPerMinute: 2 }).expect(200);
  const ids: string[] = [];
  for (const subject of ['one', 'two', 'three']) ids.push((await world.queue({ ...toBob, subject })).id);
  await world.deliver();
  await world.deliver();
  const states = async () => Promise.all(ids.map(async (id) => (await world.row(id)).state));
  expect((await states()).sort()).toEqual(['queued', 'sent', 'sent']);
  for (const id of ids) {
    if ((await world.row(id)).state === 'sent') await world.arrange(id, { endingAt: new Date(Date.now() - 61_000) });
  }
  await world.deliver();
  expect(await states()).toEqual(['sent', 'sent', 'sent']);
  await root.agent.post('/api/mailSettings:save').send({ messagesPerMinute: 30 }).expect(200);
});

test('one refusal of the whole account is enough: the rest of a long queue is told without a try', async () => {
  world.box.control.failSmtp({ reply: 'authDisabledMailbox', times: 0 });
  for (let count = 0; count < 25; count++) await world.queue({ ...toBob, subject: `mail ${count}` });
  const tried = () => world.box.control.state().tokenRequests.length;
  const before = tried();
  await world.deliver();
  const rows = await world.mail.db.getCollection('mailOutbox').model.findAll({ attributes: ['state', 'attempts'] });
  expect(rows.map((row) => row.get('state'))).toEqual(Array.from({ length: 25 }, () => 'failed'));
  expect(rows.filter((row) => Number(row.get('attempts')) > 0)).toHaveLength(1);
  expect(tried() - before).toBeLessThanOrEqual(1);
});
