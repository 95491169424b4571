import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { refuseForeignTables } from '../../../src/server/access/foreignTables';
import { assertLease, claimLease } from '../../../src/server/accounts/lease';
import { disconnectAccount } from '../../../src/server/accounts/life';
import { removeAccounts, startRemoval } from '../../../src/server/accounts/removal';
import { accountById } from '../../../src/server/accounts/rows';
import type { MailContext } from '../../../src/server/context';
import { storeBody } from '../../../src/server/messages/bodies';
import { indexNow } from '../../../src/server/messages/search';
import type { AccountView } from '../../../src/shared/types';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';
import { indexedAmong } from '../messages/indexed';
import { accounts, data, refusal } from './world';

let app: TestApp;
let mail: MailContext;
let user: TestUser;
let id: string;

const model = (name: string) => mail.db.getCollection(name).model;
const OF_ACCOUNT = [
  'mailboxes',
  'mailMessages',
  'mailBodies',
  'mailThreads',
  'mailThreadMailboxes',
  'mailReferences',
  'mailOps',
  'mailOutbox',
  'mailSyncLog',
  'mailSignatures',
];

beforeAll(async () => {
  app = await createTestApp();
  mail = await quietMail(app);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  user = await app.createUser();
  id = await makeAccount(user.id);
});

/** An account with mail: two messages in its inbox, one of them unread, and one in Sent. */
async function makeAccount(userId: number): Promise<string> {
  const accountId = mail.newId();
  const common = { userId, accountId };
  await model('mailAccounts').create(
    {
      id: accountId,
      userId,
      provider: 'microsoft',
      homeAccountId: accountId,
      address: 'a@contoso.example',
      credentials: 'sealed',
      state: 'active',
      startDate: new Date('2026-01-01'),
    },
    { hooks: false },
  );
  const [inbox, sent, threadId] = [mail.newId(), mail.newId(), mail.newId()];
  await model('mailboxes').create(
    { id: inbox, ...common, path: 'INBOX', role: 'inbox', syncing: true, onServer: 7, stored: 2, textsMissing: 2 },
    { hooks: false },
  );
  await model('mailboxes').create(
    { id: sent, ...common, path: 'Sent Items', role: 'sent', syncing: true, onServer: 1, stored: 1 },
    { hooks: false },
  );
  await model('mailThreads').create({ id: threadId, ...common }, { hooks: false });
  await model('mailThreadMailboxes').create(
    { id: mail.newId(), ...common, threadId, mailboxId: inbox, unreadCount: 1 },
    { hooks: false },
  );
  const message = async (mailboxId: string, uid: number, seen: boolean) => {
    const messageId = mail.newId();
    await model('mailMessages').create(
      { id: messageId, ...common, mailboxId, threadId, uidValidity: 1, uid, seen },
      { hooks: false },
    );
    await model('mailBodies').create({ id: messageId, accountId, text: 'x' }, { hooks: false });
    await indexNow(mail, messageId);
  };
  await message(inbox, 1, true);
  await message(inbox, 2, false);
  await message(sent, 1, false);
  await model('mailReferences').create({ id: mail.newId(), accountId, messageIdHash: 'h', threadId }, { hooks: false });
  await model('mailOps').create({ id: mail.newId(), ...common, verb: 'seen' }, { hooks: false });
  await model('mailSyncLog').create({ id: mail.newId(), accountId }, { hooks: false });
  await model('mailSignatures').create({ id: mail.newId(), ...common, name: 'Work' }, { hooks: false });
  const outboxId = mail.newId();
  await model('mailOutbox').create({ id: outboxId, ...common, state: 'draft' }, { hooks: false });
  mkdirSync(spool(outboxId), { recursive: true });
  writeFileSync(path.join(spool(outboxId), 'file'), 'x');
  return accountId;
}

const spool = (outboxId: string) => path.join(mail.storagePath, 'spool', outboxId);
const call = (action: string, values: object = {}) =>
  user.agent.post(`/api/mailAccounts:${action}`).query({ filterByTk: id }).send(values);
/** What a worker does after an account was disconnected and its mail deleted. */
const remove = () => removeAccounts(mail, new AbortController().signal);
const rowsLeft = async (accountId: string) =>
  Object.fromEntries(
    await Promise.all(OF_ACCOUNT.map(async (name) => [name, await model(name).count({ where: { accountId } })])),
  );
const messagesOf = async (accountId: string) =>
  (await model('mailMessages').findAll({ where: { accountId } })).map((row) => String(row.get('id')));
const stored = async () =>
  (await model('mailAccounts').findOne({ where: { id } }))?.get({ plain: true }) as Record<string, unknown> | undefined;

describe('an account', () => {
  test('is listed with its state and counts', async () => {
    expect((await accounts(user))[0]).toMatchObject({
      id,
      state: 'firstSync',
      unread: 1,
      stored: 3,
      textsMissing: 2,
      onServer: 8,
    });
    await model('mailAccounts').update(
      { firstSyncDoneAt: new Date(), syncUntil: new Date(Date.now() + 60_000) },
      { where: { id } },
    );
    expect((await accounts(user))[0]).toMatchObject({ state: 'syncing' });
    await model('mailboxes').update({ onServer: null }, { where: { accountId: id, role: 'sent' } });
    await model('mailAccounts').update(
      { syncUntil: null, lastError: { code: 'notConnected', kind: 'transient', who: 'nobody' } },
      { where: { id } },
    );
    expect((await accounts(user))[0]).toMatchObject({ state: 'mailboxRefused', onServer: null });
  });

  test('whose passes fail for good is not "up to date": it says until when it waits', async () => {
    const nextSyncAt = new Date(Date.now() + 3_600_000);
    const lastError = { code: 'secretUnreadable', kind: 'permanent', who: 'administrator' };
    await model('mailAccounts').update(
      { firstSyncDoneAt: new Date(), backOffUntil: null, nextSyncAt, lastError },
      { where: { id } },
    );
    expect((await accounts(user))[0]).toMatchObject({
      state: 'backingOff',
      backOffUntil: nextSyncAt.toISOString(),
      error: lastError,
    });
  });

  test('is paused and resumed, and says so', async () => {
    await call('pause').expect(200);
    expect((await accounts(user))[0]).toMatchObject({ state: 'paused' });
    expect(await refusal(call('sync'))).toMatchObject({ code: 'accountNotActive' });
    await call('pause').expect(200);
    await call('resume').expect(200);
    expect(await stored()).toMatchObject({ state: 'active', nextSyncAt: expect.any(Date) as Date });
    expect(app.pushed.at(-1)).toEqual({
      userId: user.id,
      message: { type: 'mail:account', payload: { accountId: id } },
    });
  });

  test('that waits for a new sign-in is not resumed', async () => {
    await model('mailAccounts').update({ state: 'reauthorize' }, { where: { id } });
    for (const action of ['resume', 'pause', 'sync'])
      expect(await refusal(call(action))).toMatchObject({ code: 'accountNotActive' });
    expect(await stored()).toMatchObject({ state: 'reauthorize' });
  });

  test.each([
    ['throttled', false],
    ['transient', true],
  ])('is synced now when its owner asks; after a %s failure the wait is ended: %j', async (kind, ended) => {
    const later = new Date(Date.now() + 3_600_000);
    const lastError = { code: 'x', kind, who: 'nobody' };
    await model('mailAccounts').update({ nextSyncAt: later, backOffUntil: later, lastError }, { where: { id } });
    await call('sync').expect(200);
    expect((await stored())?.nextSyncAt).toSatisfy((at: Date) => at <= new Date());
    expect((await stored())?.backOffUntil === null).toBe(ended);
  });

  test('changes its name and its first day, and nothing else', async () => {
    const before = await stored();
    const changed = await data<AccountView>(
      call('update', {
        displayName: 'Work',
        startDate: '2025-06-01',
        address: 'x@evil.example',
        userId: 1,
        state: 'paused',
        imapUser: 'x',
      }),
    );
    expect(changed).toMatchObject({ displayName: 'Work', startDate: '2025-06-01T00:00:00.000Z' });
    const { address, state, imapUser } = (await stored()) ?? {};
    expect({ address, state, imapUser }).toEqual({
      address: before?.address,
      state: 'active',
      imapUser: before?.imapUser,
    });
    app.pushed.length = 0;
    await call('update', { displayName: 'Office' }).expect(200);
    expect(app.pushed, 'another tab shows the name too').toContainEqual({
      userId: user.id,
      message: { type: 'mail:account', payload: { accountId: id } },
    });
    expect(await refusal(call('update', { startDate: 'yesterday' }))).toMatchObject({ code: 'dateInvalid' });
  });
});

describe('disconnecting', () => {
  test('keeps the mail when that is asked, and forgets the sign-in', async () => {
    const before = await rowsLeft(id);
    await call('disconnect', { keepMail: true }).expect(200);
    expect(await stored()).toMatchObject({ state: 'disconnected', credentials: null });
    expect(await rowsLeft(id)).toEqual(before);
    expect(await indexedAmong(mail, await messagesOf(id))).toBe(3);
  });

  test('leaves nothing to a renewal that stored newer credentials at the same time and goes on', async () => {
    const read = (await accountById(mail, id))!;
    await model('mailAccounts').update({ version: read.version + 1 }, { where: { id }, hooks: false });
    await disconnectAccount(mail, read, true);
    expect((await accountById(mail, id))!.version).toBe(read.version + 2);
  });

  test('removes every row and file of the account, and none of another', async () => {
    const neighbour = await makeAccount(user.id);
    const [before, files] = [
      await rowsLeft(neighbour),
      await model('mailOutbox').findAll({ where: { accountId: id } }),
    ];
    await call('disconnect', { keepMail: false }).expect(200);
    await remove();
    expect(await stored()).toBeUndefined();
    expect(Object.values(await rowsLeft(id)).every((count) => count === 0)).toBe(true);
    for (const row of files) expect(existsSync(spool(String(row.get('id'))))).toBe(false);
    expect(await rowsLeft(neighbour)).toEqual(before);
    const [left] = await model('mailOutbox').findAll({ where: { accountId: neighbour } });
    expect(existsSync(spool(String(left?.get('id'))))).toBe(true);
  });

  test('hides the account at once, and its mail is removed by whoever finds it', async () => {
    await call('disconnect', { keepMail: false }).expect(200);
    expect(await accounts(user)).toEqual([]);
    expect(await refusal(call('resume'))).toMatchObject({ code: 'notFound' });
    expect(await rowsLeft(id)).toMatchObject({ mailMessages: 3 });
    const worker = startRemoval(mail);
    await expect.poll(stored).toBeUndefined();
    await worker.stop();
  });

  test('lists its folders no more from then on, and the log of the administrator as before', async () => {
    await call('disconnect', { keepMail: false }).expect(200);
    const { body } = await user.agent.get('/api/mailboxes:list').expect(200);
    expect((body as { data: { accountId: string }[] }).data.filter(({ accountId }) => accountId === id)).toEqual([]);
    expect(await model('mailboxes').count({ where: { accountId: id, syncing: true } })).toBe(0);
    const { agent } = await app.root();
    await agent.get(`/api/mailSyncLog:list?accountId=${id}`).expect(200);
    await remove();
  });

  test('removes mail from where it was left', async () => {
    await call('disconnect', { keepMail: false }).expect(200);
    const stopping = new AbortController();
    const between = vi.spyOn(mail, 'readersFirst').mockImplementation(async () => {
      if ((await rowsLeft(id)).mailThreads === 0) stopping.abort();
    });
    await removeAccounts(mail, stopping.signal);
    between.mockRestore();
    expect(await rowsLeft(id)).toMatchObject({ mailThreads: 0, mailMessages: 3 });
    await remove();
    expect(await rowsLeft(id)).toMatchObject({ mailThreads: 0, mailMessages: 0 });
  });

  test('makes the search forget the words of what is removed, and of nothing else', async () => {
    const neighbour = await makeAccount(user.id);
    const [mine, others] = [await messagesOf(id), await messagesOf(neighbour)];
    expect([await indexedAmong(mail, mine), await indexedAmong(mail, others)]).toEqual([3, 3]);
    await call('disconnect', { keepMail: false }).expect(200);
    await remove();
    expect([await indexedAmong(mail, mine), await indexedAmong(mail, others)]).toEqual([0, 3]);
  });

  test('keeps nothing of a text that somebody was just opening', async () => {
    const [opened] = await messagesOf(id);
    await call('disconnect', { keepMail: false }).expect(200);
    await remove();
    const late = { structure: null, attachments: [], text: 'It came too late.', html: null };
    await storeBody(mail, opened!, id, late);
    expect(await model('mailBodies').count({ where: { accountId: id } })).toBe(0);
    expect(await indexedAmong(mail, [opened!])).toBe(0);
  });

  test('asks what becomes of the mail', async () => {
    expect(await refusal(call('disconnect'))).toMatchObject({ code: 'invalidInput' });
    expect(await stored()).toMatchObject({ state: 'active' });
  });

  test('stops whoever is working on the account at his next commit', async () => {
    const lease = (await claimLease(mail, id, 'sync'))!;
    await call('disconnect', { keepMail: true }).expect(200);
    const commit = mail.db.sequelize.transaction((transaction) => assertLease(mail, lease, transaction));
    await expect(commit).rejects.toMatchObject({ code: 'leaseLost' });
  });
});

test('tables of another email plugin are refused, and our own are not', async () => {
  await refuseForeignTables(mail.db);
  const queries = mail.db.sequelize.getQueryInterface();
  const table = model('mailMessages').getTableName() as string;
  await queries.dropTable(table);
  await queries.createTable(table, { id: 'INTEGER', subject: 'TEXT' });
  await expect(refuseForeignTables(mail.db)).rejects.toThrow(
    'The tables of another email plugin are in this database (mailMessages)',
  );
});
