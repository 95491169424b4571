/** What users and administrators are told about syncing is what happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountView, MailboxView, SyncLogPage } from '../../../src/shared/types';
import { message, startMailApp, type MailApp } from './mailApp';

let app: MailApp;

beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app?.stop());

const get = async <T>(agent: MailApp['user']['agent'], path: string): Promise<T> => {
  const { status, body } = await agent.get(`/api/${path}`);
  expect(status, path).toBe(200);
  return body.data as T;
};
const inbox = async () =>
  (await get<MailboxView[]>(app.user.agent, 'mailboxes:list')).find(({ role }) => role === 'inbox')!;
const account = async () => (await get<{ accounts: AccountView[] }>(app.user.agent, 'mailAccounts:list')).accounts[0]!;
const log = async (action = 'own') => get<SyncLogPage>(app.user.agent, `mailSyncLog:${action}?pageSize=50`);
const post = (action: string, id: string) => app.user.agent.post(`/api/${action}?filterByTk=${id}`).send({});
const change = (name: string, values: object, where: Record<string, string>) =>
  app.mail.db.getCollection(name).model.update(values, { where, hooks: false });

test('a mailbox says how many of how many it has, and when it last changed', async () => {
  await app.box.mail.seed(
    app.owner,
    'INBOX',
    Array.from({ length: 3 }, () => ({ raw: message() })),
  );
  await app.sync();
  const first = await inbox();
  expect(first).toMatchObject({ stored: 3, onServer: 3, unread: 3, freshness: 'poll', repairing: false, error: null });
  expect(await account()).toMatchObject({ stored: 3, onServer: 3, unread: 3 });
  expect(first.lastChangeAt).not.toBeNull();
  await app.sync();
  // Looked at, and nothing changed.
  const second = await inbox();
  expect(second.lastChangeAt).toBe(first.lastChangeAt);
  expect(Date.parse(second.lastSyncAt!)).toBeGreaterThan(Date.parse(first.lastSyncAt!));

  const { messages } = await app.box.mail.list(app.owner, 'INBOX');
  await app.box.mail.setFlags(app.owner, 'INBOX', [messages[0]!.uid], ['\\Seen'], 'add');
  await app.sync();
  const third = await inbox();
  expect(third).toMatchObject({ stored: 3, unread: 2 });
  expect(Date.parse(third.lastChangeAt!)).toBeGreaterThan(Date.parse(first.lastChangeAt!));
  await app.box.mail.expunge(app.owner, 'INBOX', [messages[1]!.uid]);
  await app.sync();
  expect(await inbox()).toMatchObject({ stored: 2, onServer: 2, unread: 1 });
});

test('counts that went wrong are mended by the next comparison of everything', async () => {
  const { id } = await inbox();
  await change('mailboxes', { stored: 77, textsMissing: 5, comparedAt: null }, { id });
  await app.sync();
  const rows = await app.rows('mailMessages', { mailboxId: id, vanishedAt: null });
  const lacking = rows.filter(({ preview, unreadable }) => preview === null && unreadable === null).length;
  expect(await inbox()).toMatchObject({ stored: 2, textsMissing: lacking });
});

test('freshness follows the push lease, the pause and the last error', async () => {
  const until = new Date(Date.now() + 60_000);
  await change('mailAccounts', { pushUntil: until }, { id: app.accountId });
  expect((await inbox()).freshness).toBe('live');
  await change('mailAccounts', { pushUntil: null }, { id: app.accountId });
  await post('mailAccounts:pause', app.accountId).expect(200);
  expect((await inbox()).freshness).toBe('paused');
  await post('mailAccounts:resume', app.accountId).expect(200);
  app.box.control.failImap({ name: 'throttled', backoffMs: 60_000 });
  const asked = Date.now();
  const row = await app.sync();
  expect(row.backOffUntil).not.toBeNull();
  expect(await inbox()).toMatchObject({ freshness: 'failing', error: { code: 'throttled' } });
  const { state, backOffUntil, error } = await account();
  expect({ state, code: error?.code }).toEqual({ state: 'backingOff', code: 'throttled' });
  expect(Date.parse(backOffUntil!)).toBeGreaterThanOrEqual(asked + 60_000);
  app.box.control.clearFaults();
  await app.sync();
  expect(await inbox()).toMatchObject({ freshness: 'poll', error: null });
});

test('a repair is under way until everything was compared after it was asked for', async () => {
  const { id, checkedAt } = await inbox();
  await post('mailboxes:repair', id).expect(200);
  expect(await inbox()).toMatchObject({ repairing: true });
  await app.sync();
  const repaired = await inbox();
  expect(repaired.repairing).toBe(false);
  expect(Date.parse(repaired.checkedAt!)).toBeGreaterThan(Date.parse(checkedAt!));
});

test('the log tells runs, counts and errors to administrators, and to a user his own', async () => {
  await app.mail.db.getCollection('mailSyncLog').model.destroy({ where: {} });
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Never in a log' }));
  await app.sync();
  for (let pass = 0; pass < 3; pass++) await app.sync();
  app.box.control.failImap({ name: 'throttled', backoffMs: 60_000 });
  await app.sync();
  app.box.control.clearFaults();

  const { runs, count } = await log();
  expect(count).toBe(3);
  const [failed, quiet, found] = runs;
  expect(failed).toMatchObject({ errorCode: 'throttled', kind: 'pass', repeated: 0 });
  // Three passes that found nothing are one line.
  expect(quiet).toMatchObject({ errorCode: null, repeated: 2, counts: { added: 0 } });
  expect(found).toMatchObject({ errorCode: null, repeated: 0, counts: { added: 1 }, address: app.owner });
  expect(found!.durationMs).toBeGreaterThan(0);
  expect(JSON.stringify(runs)).not.toContain('Never in a log');

  expect((await app.user.agent.get('/api/mailSyncLog:list')).status).toBe(403);
  const root = await app.test.root();
  const all = await get<SyncLogPage>(root.agent, 'mailSyncLog:list?pageSize=2&page=2');
  expect(all.count).toBe(3);
  expect(all.runs).toEqual([found]);
  expect(all.runs[0]!.owner).toBe(app.user.username);
  expect((await get<SyncLogPage>(root.agent, `mailSyncLog:list?accountId=${app.accountId}`)).count).toBe(3);
  expect((await get<SyncLogPage>(root.agent, 'mailSyncLog:list?accountId=17')).count).toBe(0);

  const stranger = await app.test.createUser();
  expect((await get<SyncLogPage>(stranger.agent, 'mailSyncLog:own')).runs).toEqual([]);
  const foreign = await stranger.agent.get(`/api/mailSyncLog:own?accountId=${app.accountId}`);
  expect(foreign.status).toBe(404);
});
