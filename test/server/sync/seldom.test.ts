/** What seldom happens to an account, and must not stick: odd names, passes cut at a bad moment, waits told at the login. */
import { expect, test } from 'vitest';
import { imapFaults } from '../../../sandbox/outlook';
import { runOnce } from '../../../src/server/sync/runOnce';
import { subjectKeyOf } from '../../../src/server/sync/subjects';
import type { MailboxView } from '../../../src/shared/types';
import { expectMirror, held, mailAppForAll, message, switchOff, type MailApp } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const model = (name: string) => app.mail.db.getCollection(name).model;
const visible = () => app.rows('mailMessages', { vanishedAt: null });
const views = async (): Promise<MailboxView[]> => (await app.user.agent.get('/api/mailboxes:list')).body.data;
const post = (action: string) =>
  app.user.agent.post(`/api/mailAccounts:${action}?filterByTk=${app.accountId}`).send({});
/** How long the account waits, counted from a moment before it was told to. */
const waitSince = async (asked: number) => new Date((await app.account()).backOffUntil as string).getTime() - asked;

/** One pass that is not repeated. */
const passOnce = () =>
  held(app.mail, app.accountId, (lease) =>
    runOnce(app.mail, lease, { signal: new AbortController().signal, yields: () => false }),
  );

test('folders that Outlook named in another language are known by their names where the server flags none', async () => {
  const german = {
    'Sent Items': ['Gesendete Elemente', 'sent'],
    'Deleted Items': ['Gelöschte Elemente', 'trash'],
    Drafts: ['Entwürfe', 'drafts'],
    'Junk Email': ['Junk-E-Mail', 'junk'],
  } as const;
  for (const [english, [name]] of Object.entries(german)) {
    await app.box.mail.deleteMailbox(app.owner, english);
    await app.box.mail.createMailbox(app.owner, name);
  }
  await app.sync();
  const roles = new Map((await views()).map(({ path, role }) => [path, role]));
  for (const [name, role] of Object.values(german)) expect([name, roles.get(name)]).toEqual([name, role]);
});

test('a folder that is renamed takes more than fifty others along, and all of them keep their rows', async () => {
  const { mail } = app.box;
  const names = Array.from({ length: 60 }, (_one, number) => `/${number}/Invoices`);
  for (const name of ['', ...names]) {
    await mail.createMailbox(app.owner, `Customers${name}`);
    await mail.append(app.owner, `Customers${name}`, message());
  }
  await app.sync();
  const ids = async (path: string) => {
    const rows = new Map((await app.rows('mailboxes', { missingSince: null })).map((row) => [row.path, row.id]));
    return ['', ...names].map((name) => rows.get(path + name));
  };
  const [mailboxes, messages] = [await ids('Customers'), await visible()];
  expect(mailboxes).not.toContain(undefined);
  await mail.renameMailbox(app.owner, 'Customers', 'Clients since 2020');
  await app.sync();
  expect(await ids('Clients since 2020')).toEqual(mailboxes);
  expect((await visible()).map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
  await expectMirror(app);
});

test('mail of a deleted folder is hidden, also where the pass was cut after it had noted that the folder is gone', async () => {
  await app.box.mail.createMailbox(app.owner, 'Cut');
  await app.box.mail.append(app.owner, 'Cut', message());
  await app.sync();
  expect(await visible()).toHaveLength(1);
  await app.box.mail.deleteMailbox(app.owner, 'Cut');
  await model('mailboxes').update({ missingSince: new Date() }, { where: { path: 'Cut' } });
  await app.sync();
  expect(await visible()).toEqual([]);
});

test('what arrives while passes fail is counted once', async () => {
  await app.box.mail.append(app.owner, 'INBOX', message());
  await app.sync();
  await app.box.mail.append(app.owner, 'INBOX', message());
  app.box.control.failImap({ on: '^UID FETCH .*HEADER', effect: { kind: 'close' }, times: 0 });
  for (let time = 0; time < 3; time++) await passOnce();
  expect(await app.mailbox('inbox')).toMatchObject({ stored: 1 });
  app.box.control.clearFaults();
  await app.sync();
  expect(await app.mailbox('inbox')).toMatchObject({ stored: 2, onServer: 2 });
});

test('a server that throttles the login is left alone as long as it told', async () => {
  app.box.control.failImap({ ...imapFaults.throttled(240_000), on: '^AUTHENTICATE' });
  const asked = Date.now();
  await passOnce();
  expect(await app.account()).toMatchObject({ state: 'active', lastError: { code: 'throttled', who: 'nobody' } });
  expect(await waitSince(asked)).toBeGreaterThanOrEqual(240_000);
});

test('a pause does not shorten the wait a server told', async () => {
  app.box.control.failImap({ ...imapFaults.throttled(240_000), on: '^STATUS' });
  const asked = Date.now();
  await passOnce();
  await post('pause').expect(200);
  await post('resume').expect(200);
  expect(await waitSince(asked)).toBeGreaterThanOrEqual(240_000);
  // A wait of our own is over when its owner asks.
  await model('mailAccounts').update(
    { lastError: { code: 'connectionLost', kind: 'transient', who: 'nobody' } },
    { where: {} },
  );
  await post('pause').expect(200);
  await post('resume').expect(200);
  expect((await app.account()).backOffUntil).toBeNull();
});

test('however many messages before the start date are stored, they are asked for by lines a server takes', async () => {
  await app.box.mail.append(app.owner, 'INBOX', message());
  await app.sync();
  const [row] = await visible();
  const copies = Array.from({ length: 1500 }, (_none, index) => ({
    ...row,
    id: app.mail.newId(),
    uid: 1_000_001 + 2 * index,
    messageIdHash: String(index),
    internalDate: new Date('2012-01-01T12:00:00Z'),
  }));
  await model('mailMessages').bulkCreate(copies, { hooks: false });
  await app.box.mail.setUidNext(app.owner, 'INBOX', 2_000_000);
  // As an hour later.
  await model('mailboxes').update({ comparedAt: null }, { where: {} });
  const tooLong = { kind: 'reply', status: 'BAD', text: 'Command Argument Error. 11' } as const;
  app.box.control.failImap({ on: '^.{8000}', effect: tooLong, times: 0 });
  await app.sync();
  expect(await app.account()).toMatchObject({ lastError: null });
  await expectMirror(app);
});

test('a folder that is not synced says no longer that it cannot be opened, once it can', async () => {
  await app.box.mail.append(app.owner, 'INBOX', message());
  await app.sync();
  await switchOff(app, 'archive');
  const [row] = await visible();
  await app.user.agent
    .post('/api/mailMessages:move')
    .send({ ids: [row!.id], to: { role: 'archive' } })
    .expect(200);
  await app.sync();
  const no = { kind: 'reply', status: 'NO', text: 'Not now.' } as const;
  app.box.control.failImap({ on: '^STATUS "?Archive', effect: no });
  await passOnce();
  expect((await app.mailbox('archive')).lastError).not.toBeNull();
  await app.sync();
  expect((await app.mailbox('archive')).lastError).toBeNull();
  await app.user.agent
    .post(`/api/mailboxes:choose?filterByTk=${(await app.mailbox('archive')).id}`)
    .send({ syncing: true });
});

test('a reply that names nothing joins what it answers, whatever else bears the subject of another reply', async () => {
  const day = (number: number) => ({ internalDate: new Date(Date.UTC(2026, 2, number)) });
  const between = { From: 'bob@x.example', To: 'ann@x.example' };
  const asked = message({ Subject: 'Picnic on Sunday', From: 'ann@x.example', To: 'bob@x.example' });
  await app.box.mail.append(app.owner, 'INBOX', asked, day(2));
  await app.sync();
  const [row] = await visible();
  // Found first by the index.
  const before = (subject: string) => subjectKeyOf(subject, false)! < subjectKeyOf('Picnic on Sunday', false)!;
  const report = Array.from({ length: 50 }, (_none, index) => `Daily report ${index}`).find(before)!;
  const reports = Array.from({ length: 300 }, () => ({
    ...row,
    id: app.mail.newId(),
    ...{ uid: null, uidValidity: null, mailboxId: null, messageIdHash: null },
    ...{ subject: report, subjectKey: subjectKeyOf(report, false), threadId: app.mail.newId() },
  }));
  await model('mailMessages').bulkCreate(reports, { hooks: false });
  for (const subject of [report, 'Picnic on Sunday']) {
    await app.box.mail.append(app.owner, 'INBOX', message({ ...between, Subject: `AW: ${subject}` }), day(3));
  }
  await app.sync();
  const [answer] = await app.rows('mailMessages', { subject: 'AW: Picnic on Sunday' });
  await model('mailMessages').destroy({ where: { id: reports.map(({ id }) => id) } });
  expect(String(answer?.threadId)).toBe(String(row?.threadId));
});
