/** What is stored is what the server has: first pass, repeated passes, and every kind of change in between. */
import { expect, test } from 'vitest';
import { enqueueFlags } from '../../../src/server/sync/ops';
import { indexedAmong } from '../messages/indexed';
import { expectCounters, expectMirror, mailAppForAll, message, type MailApp, type Row } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const append = (mailbox: string, raw = message(), flags: string[] = []) =>
  app.box.mail.append(app.owner, mailbox, raw, { flags });
const visible = () => app.rows('mailMessages', { vanishedAt: null });
const bySubject = async (subject: string): Promise<Row> => (await app.rows('mailMessages', { subject }))[0]!;
const viewer = () => ({ userId: String(app.user.id) });

test('the first pass stores exactly the messages of the server and repeating it stores none twice', async () => {
  for (let count = 0; count < 5; count++) await append('INBOX');
  await append('Sent Items', message(), ['\\Seen']);
  const account = await app.sync();
  expect(account.lastError).toBeNull();
  expect(account.firstSyncDoneAt).not.toBeNull();
  await expectMirror(app);
  const before = (await visible()).map(({ id }) => id);
  expect(before).toHaveLength(6);
  await app.sync();
  await expectMirror(app);
  expect((await visible()).map(({ id }) => id)).toEqual(before);
});

test('all folders that hold mail are synced by themselves, and the others are offered as such', async () => {
  const mailboxes = await app.rows('mailboxes', { accountId: app.accountId });
  const syncing = mailboxes.filter((row) => row.syncing).map((row) => row.role);
  expect(syncing.sort()).toEqual(['archive', 'drafts', 'inbox', 'junk', 'sent', 'trash']);
  const roles = mailboxes.map((row) => row.role);
  for (const role of ['inbox', 'sent', 'drafts', 'archive', 'junk', 'trash']) expect(roles).toContain(role);
  const others = mailboxes.filter((row) => !row.holdsMail).map((row) => String(row.path));
  expect(others.sort()).toEqual(['Calendar', 'Contacts', 'Conversation History', 'Journal', 'Notes', 'Tasks']);
});

test('new messages, flags, deletions and moves are followed', async () => {
  const uids: number[] = [];
  for (let count = 0; count < 10; count++) uids.push(await append('INBOX'));
  await app.sync();
  await append('INBOX');
  await app.box.mail.setFlags(app.owner, 'INBOX', uids.slice(0, 3), ['\\Seen', '\\Flagged'], 'add');
  await app.box.mail.expunge(app.owner, 'INBOX', [uids[4]!]);
  await app.box.mail.move(app.owner, 'INBOX', [uids[6]!], 'Sent Items');
  await app.box.mail.move(app.owner, 'INBOX', [uids[7]!], 'Archive');
  await app.sync();
  await expectMirror(app);
  expect(await visible()).toHaveLength(10);
});

test('a message that moves between synced mailboxes keeps its row', async () => {
  const uid = await append('INBOX', message({ Subject: 'Moves' }));
  await append('INBOX');
  await app.sync();
  const before = await bySubject('Moves');
  await app.box.mail.move(app.owner, 'INBOX', [uid], 'Sent Items');
  await app.sync();
  const after = await app.rows('mailMessages', { subject: 'Moves' });
  expect(after.map(({ id, vanishedAt }) => ({ id, vanishedAt }))).toEqual([{ id: before.id, vanishedAt: null }]);
  expect(String(after[0]?.mailboxId)).toBe((await app.mailbox('sent')).id);
  await expectMirror(app);
});

test('two equal messages are two, and which of them moved stays open', async () => {
  const twin = message({ Subject: 'Twin', 'Message-ID': '<twin@sandbox.example>' });
  const internalDate = new Date('2026-02-03T04:05:06Z');
  const first = await app.box.mail.append(app.owner, 'INBOX', twin, { internalDate });
  const second = await app.box.mail.append(app.owner, 'INBOX', twin, { internalDate });
  await append('INBOX');
  await app.sync();
  await expectMirror(app);
  await app.box.mail.move(app.owner, 'INBOX', [first, second], 'Sent Items');
  await app.sync();
  await expectMirror(app);
  expect(await app.rows('mailMessages', { subject: 'Twin', vanishedAt: null })).toHaveLength(2);
});

test('messages without a Message-ID are stored, each in a thread of its own', async () => {
  for (let count = 0; count < 3; count++) {
    await append('INBOX', message({ 'Message-ID': null, Subject: 'No name' }));
  }
  await app.sync();
  await expectMirror(app);
  const threads = new Set(
    (await app.rows('mailMessages', { subject: 'No name', vanishedAt: null })).map((row) => row.threadId),
  );
  expect(threads.size).toBe(3);
});

test('a message that says nothing at all becomes a row, and its date is not invented', async () => {
  await append('INBOX', 'no header here\r\n');
  await append('INBOX', message({ Date: 'yesterday evening', Subject: 'Undated' }));
  await app.sync();
  await expectMirror(app);
  const row = await bySubject('Undated');
  expect(row.sentAt).toBeNull();
  expect(row.internalDate).not.toBeNull();
});

test('a new UIDVALIDITY loses no row and doubles none', async () => {
  for (let count = 0; count < 8; count++) await append('INBOX');
  await app.sync();
  const before = (await visible()).map(({ id }) => id).sort();
  await app.box.control.changeUidValidity({ user: app.owner, mailbox: 'INBOX', renumber: true });
  await app.sync();
  await expectMirror(app);
  expect((await visible()).map(({ id }) => id).sort()).toEqual(before);
});

test('most of a mailbox vanishes only after a second connection has said so', async () => {
  const uids: number[] = [];
  for (let count = 0; count < 6; count++) uids.push(await append('INBOX'));
  await app.sync();
  await app.box.mail.expunge(app.owner, 'INBOX', uids.slice(0, 5));
  const logins = () =>
    app.box.control.state().imapCommands.filter(({ command }) => /^AUTHENTICATE/i.test(command)).length;
  const before = logins();
  await app.sync();
  expect(logins() - before).toBe(2);
  await expectMirror(app);
  const hidden = (await app.rows('mailMessages')).filter((row) => row.vanishedAt !== null);
  expect(hidden.every((row) => row.uid === null && row.mailboxId === null)).toBe(true);
});

test('a reply and its parent are one thread whichever comes first, and a late parent joins two', async () => {
  const [root, left, right] = ['root', 'left', 'right'].map((name) => `<${name}.${Date.now()}@sandbox.example>`);
  await append('INBOX', message({ Subject: 'Re: left', 'Message-ID': left!, References: `${root}` }));
  await append(
    'INBOX',
    message({ Subject: 'Re: Other subject', 'Message-ID': right!, 'In-Reply-To': '<lost@sandbox.example>' }),
  );
  await app.sync();
  const threads = async () => new Set((await visible()).map((row) => String(row.threadId)));
  expect((await threads()).size).toBe(2);
  // The parent of the second, which the first one is an answer to as well.
  await append('INBOX', message({ 'Message-ID': '<lost@sandbox.example>', References: root! }));
  await app.sync();
  const [only, ...others] = await threads();
  expect(others).toEqual([]);
  const [thread] = await app.rows('mailThreads', { id: only });
  expect(thread).toMatchObject({ messageCount: 3 });
  expect(await app.rows('mailThreadMailboxes', { threadId: only })).toHaveLength(1);
  await expectMirror(app);
});

test('lists say who takes part, what the newest message says, and how much is unread', async () => {
  const id = `<start.${Date.now()}@sandbox.example>`;
  await append('INBOX', message({ Subject: 'Lunch', 'Message-ID': id }, 'Shall we eat?'), ['\\Seen']);
  await append(
    'INBOX',
    message({ Subject: 'Re: Lunch', From: 'Carol <carol@x.example>', References: id }, 'Gladly, at noon.'),
  );
  await app.sync();
  const { threadId } = await bySubject('Lunch');
  const [thread] = await app.rows('mailThreads', { id: threadId });
  expect(thread).toMatchObject({ subject: 'Lunch', preview: 'Gladly, at noon.', messageCount: 2, flagged: false });
  expect(thread?.participants).toEqual([
    { name: 'Bob Lindqvist', address: 'bob@contoso.onmicrosoft.com' },
    { name: 'Carol', address: 'carol@x.example' },
  ]);
  const [part] = await app.rows('mailThreadMailboxes', { threadId });
  expect(part).toMatchObject({ role: 'inbox', messageCount: 2, unreadCount: 1 });
});

test('texts are stored of young and old messages alike, and the rows say that none is missing', async () => {
  const year = new Date().getUTCFullYear() - 2;
  await append('INBOX', message({ Subject: 'Young' }, 'Зелений чай'));
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Old' }, 'Black tea'), {
    internalDate: new Date(Date.UTC(year, 5, 1)),
  });
  await app.sync();
  const [young] = await app.rows('mailBodies', { id: (await bySubject('Young')).id });
  expect(young?.text).toContain('Зелений чай');
  const old = await bySubject('Old');
  expect(await app.rows('mailBodies', { id: old.id })).toMatchObject([{ text: expect.stringContaining('Black tea') }]);
  expect(old).toMatchObject({ preview: 'Black tea', textTries: null, structure: null });
  expect(await app.mailbox('inbox')).toMatchObject({ stored: 2, textsMissing: 0 });
});

test('messages from before the start date are left where they are', async () => {
  const { model } = app.mail.db.getCollection('mailAccounts');
  const internalDate = new Date('2019-05-05T12:00:00Z');
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Too old' }), { internalDate });
  await append('INBOX', message({ Subject: 'Young enough' }));
  await app.sync();
  expect((await visible()).map((row) => row.subject)).toEqual(['Young enough']);
  expect(await app.mailbox('inbox')).toMatchObject({ onServer: 1 });
  await model.update({ startDate: null }, { where: { id: app.accountId } });
  await app.test.app.db.getCollection('mailboxes').model.update({ lastStatus: null }, { where: {} });
  await app.sync();
  await expectMirror(app);
  await model.update({ startDate: new Date('2020-01-01') }, { where: { id: app.accountId } });
  await app.sync();
  expect(await visible()).toHaveLength(2);
  // Under new UIDs they are not looked for either.
  await app.box.control.changeUidValidity({ user: app.owner, mailbox: 'INBOX', renumber: true });
  await app.sync();
  expect(await visible()).toHaveLength(2);
  await model.update({ startDate: null }, { where: { id: app.accountId } });
  await app.test.app.db.getCollection('mailboxes').model.update({ lastStatus: null }, { where: {} });
  await app.sync();
  await expectMirror(app);
});

test('reading shows at once, reaches the server, and comes back as the same', async () => {
  await append('INBOX', message({ Subject: 'To read' }));
  await app.sync();
  const { id } = await bySubject('To read');
  await enqueueFlags(app.mail, viewer(), [id], { seen: true, flagged: true });
  await expectCounters(app);
  await app.sync();
  await expectMirror(app);
  expect(await bySubject('To read')).toMatchObject({
    seen: true,
    seenWanted: null,
    flagged: true,
    flaggedWanted: null,
  });
  await enqueueFlags(app.mail, viewer(), [id], { flagged: false });
  await app.sync();
  await expectMirror(app);
  const states = (await app.rows('mailOps', { messageRowId: id })).map((op) => op.state);
  expect(states).toEqual(['done', 'done', 'done']);
});

test('a second thought replaces the first one before it reached the server', async () => {
  await append('INBOX', message({ Subject: 'Wavering' }));
  await app.sync();
  const { id } = await bySubject('Wavering');
  await enqueueFlags(app.mail, viewer(), [id], { seen: true });
  await enqueueFlags(app.mail, viewer(), [id], { seen: false });
  await app.sync();
  expect(await bySubject('Wavering')).toMatchObject({ seen: false, seenWanted: null });
  expect(await app.rows('mailOps', { messageRowId: id, state: 'pending' })).toEqual([]);
  await expectMirror(app);
});

test('a wish for a message that was deleted in Outlook meanwhile is overtaken', async () => {
  const uid = await append('INBOX', message({ Subject: 'Going' }));
  await append('INBOX');
  await append('INBOX');
  await app.sync();
  const { id } = await bySubject('Going');
  await app.box.mail.expunge(app.owner, 'INBOX', [uid]);
  await enqueueFlags(app.mail, viewer(), [id], { seen: true });
  await app.sync();
  await app.sync();
  expect((await app.rows('mailOps', { messageRowId: id })).map((op) => op.state)).toEqual(['overtaken']);
  await expectMirror(app);
});

test('messages of another user are not marked', async () => {
  await append('INBOX', message({ Subject: 'Mine' }));
  await app.sync();
  const { id } = await bySubject('Mine');
  const wish = enqueueFlags(app.mail, { userId: '999999' }, [id], { seen: true });
  await expect(wish).rejects.toMatchObject({ code: 'notFound' });
  expect(await bySubject('Mine')).toMatchObject({ seenWanted: null });
});

test('a folder that is switched off is left alone, one that is chosen is synced, and one that is repaired is compared anew', async () => {
  const archive = await app.mailbox('archive');
  const choose = (syncing: boolean) =>
    app.user.agent.post(`/api/mailboxes:choose?filterByTk=${archive.id}`).send({ syncing });
  await choose(false);
  await append('Archive', message({ Subject: 'Archived' }));
  await app.sync();
  expect(await app.rows('mailMessages', { subject: 'Archived' })).toEqual([]);
  const chosen = await choose(true);
  expect(chosen.body.data).toMatchObject({ id: archive.id, role: 'archive', syncing: true });
  await app.sync();
  await expectMirror(app);
  // Somebody tampers with a row: the gate would not see it.
  const row = await bySubject('Archived');
  await app.mail.db.getCollection('mailMessages').model.destroy({ where: { id: row.id } });
  await app.sync();
  expect(await app.rows('mailMessages', { subject: 'Archived' })).toEqual([]);
  await app.user.agent.post(`/api/mailboxes:repair?filterByTk=${archive.id}`).send({});
  await app.sync();
  await expectMirror(app);
  const list = await app.user.agent.get(`/api/mailboxes:list?accountId=${app.accountId}`);
  expect(list.body.data.find((view: Row) => view.id === archive.id)).toMatchObject({
    stored: 1,
    onServer: 1,
    unread: 1,
  });
  const stranger = await app.test.createUser();
  expect((await stranger.agent.get('/api/mailboxes:list')).body.data).toEqual([]);
  const foreign = await stranger.agent.post(`/api/mailboxes:choose?filterByTk=${archive.id}`).send({ syncing: false });
  expect(foreign.status).toBe(404);
});

test('what vanished a day ago is purged after a complete pass, with its text and its words', async () => {
  const uid = await append('INBOX', message({ Subject: 'Short-lived' }, 'Mayfly'));
  await append('INBOX', message({ Subject: 'Long-lived' }, 'Tortoise'));
  await app.sync();
  const ids = async () => (await app.rows('mailMessages')).map(({ id }) => id);
  const [gone, stays] = [await bySubject('Short-lived'), await bySubject('Long-lived')];
  expect(await indexedAmong(app.mail, [gone.id, stays.id])).toBe(2);
  await app.box.mail.expunge(app.owner, 'INBOX', [uid]);
  await app.sync();
  expect(await ids()).toContain(gone.id);
  const { model } = app.mail.db.getCollection('mailMessages');
  await model.update({ vanishedAt: new Date(Date.now() - 25 * 3_600_000) }, { where: { id: gone.id }, hooks: false });
  await app.sync();
  expect(await ids()).not.toContain(gone.id);
  expect(await app.rows('mailBodies', { id: gone.id })).toEqual([]);
  expect(await app.rows('mailThreads', { id: gone.threadId })).toEqual([]);
  expect([await indexedAmong(app.mail, [gone.id]), await indexedAmong(app.mail, [stays.id])]).toEqual([0, 1]);
  await expectMirror(app);
});

test('browsers are told ids and nothing else', async () => {
  app.test.pushed.length = 0;
  await append('INBOX', message({ Subject: 'Secret subject' }));
  await app.sync();
  const types = new Set(app.test.pushed.map(({ message: { type } }) => type));
  expect([...types].sort()).toEqual(['mail:account', 'mail:mailbox', 'mail:thread']);
  expect(JSON.stringify(app.test.pushed)).not.toContain('Secret');
  expect(app.test.pushed.every(({ userId }) => userId === app.user.id)).toBe(true);
  expect(app.test.logs.text()).not.toContain('Secret subject');
});
