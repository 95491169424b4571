/** A repair doubts what is stored of one mailbox, and reads again what could not be read. */
import { expect, test } from 'vitest';
import type { MailboxView } from '../../../src/shared/types';
import { expectCounters, expectMirror, mailAppForAll, message, switchOff, type MailApp, type Row } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const inbox = async () =>
  ((await app.user.agent.get('/api/mailboxes:list')).body.data as MailboxView[]).find(({ role }) => role === 'inbox')!;
const stored = async (subject: string): Promise<Row> =>
  (await app.rows('mailMessages', { subject, vanishedAt: null }))[0]!;
const tamper = (id: string, values: object) =>
  app.mail.db.getCollection('mailMessages').model.update(values, { where: { id }, hooks: false });

/** Three messages in the inbox, stored. @returns UID of the one in the middle */
async function threeMessages(subject: string, body?: string): Promise<number> {
  await app.box.mail.append(app.owner, 'INBOX', message());
  const uid = await app.box.mail.append(app.owner, 'INBOX', message({ Subject: subject }, body));
  await app.box.mail.append(app.owner, 'INBOX', message());
  return uid;
}

/** Asks for a repair and makes it. @returns IMAP commands it took */
async function repair(messages = 3): Promise<string[]> {
  const { id } = await inbox();
  const before = app.box.control.state().imapCommands.length;
  await app.user.agent.post(`/api/mailboxes:repair?filterByTk=${id}`).send({}).expect(200);
  await app.sync();
  expect(await inbox()).toMatchObject({ repairing: false, error: null, stored: messages, onServer: messages });
  const { imapCommands } = app.box.control.state();
  return imapCommands.slice(before).map(({ command }) => command);
}
const ofHeaders = (commands: string[]) => commands.filter((command) => /^UID FETCH .*HEADER\.FIELDS/i.test(command));

test.each([
  ['that waits for its next try', { textTries: 3, textRetryAt: new Date(Date.now() + 86_400_000) }, 1],
  ['that was given up', { textTries: null, textRetryAt: null }, 0],
])('a message %s is read by a repair', async (_which, given, missing) => {
  const uid = await threeMessages('Inspected', 'Clean after all.');
  app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'unreadable' });
  await app.sync();
  const [row] = await app.rows('mailMessages', { uid, vanishedAt: null });
  expect(row).toMatchObject({ unreadable: 'messageUnreadable', textTries: 1 });
  await tamper(row!.id, given);
  const { id } = await inbox();
  await app.mail.db.getCollection('mailboxes').model.update({ textsMissing: missing }, { where: { id } });
  app.box.control.clearFaults();
  await app.sync();
  expect((await app.rows('mailMessages', { id: row!.id }))[0]).toMatchObject({ unreadable: 'messageUnreadable' });
  await repair();
  expect(await stored('Inspected')).toMatchObject({ id: row!.id, preview: 'Clean after all.', unreadable: null });
  expect(await inbox()).toMatchObject({ textsMissing: 0 });
  await expectMirror(app);
});

test.each([
  ['holds nothing', 0],
  ['holds more than is looked at by itself', 5000],
])('a repair of a mailbox that was switched off and %s comes to an end', async (_what, count) => {
  await switchOff(app, 'archive');
  const { id } = await app.mailbox('archive');
  const { model } = app.mail.db.getCollection('mailboxes');
  await model.update({ stored: count }, { where: { id }, hooks: false });
  const view = async () =>
    ((await app.user.agent.get('/api/mailboxes:list')).body.data as MailboxView[]).find((one) => one.id === id);
  await app.user.agent.post(`/api/mailboxes:repair?filterByTk=${id}`).send({}).expect(200);
  expect(await view()).toMatchObject({ syncing: false, repairing: true });
  await app.sync();
  expect(await view()).toMatchObject({ syncing: false, repairing: false, error: null, stored: 0 });
  await app.user.agent.post(`/api/mailboxes:choose?filterByTk=${id}`).send({ syncing: true }).expect(200);
});

test('however many could not be read, a repair tries all of them', async () => {
  const messages = Array.from({ length: 60 }, () => ({ raw: message({}, 'Read at last.') }));
  await app.box.mail.seed(app.owner, 'INBOX', messages);
  await app.sync();
  const { id } = await inbox();
  const givenUp = { unreadable: 'messageUnreadable', preview: null };
  await app.mail.db.getCollection('mailMessages').model.update(givenUp, { where: { mailboxId: id }, hooks: false });
  await repair(messages.length);
  const rows = await app.rows('mailMessages', { mailboxId: id });
  expect(new Set(rows.map((row) => `${String(row.unreadable)} ${String(row.preview)}`))).toEqual(
    new Set(['null Read at last.']),
  );
});

test('what a repair cannot read either says so and is tried again later', async () => {
  const uid = await threeMessages('Broken for good');
  app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'unreadable' });
  await app.sync();
  const [row] = await app.rows('mailMessages', { uid, vanishedAt: null });
  await tamper(row!.id, { textTries: null, textRetryAt: null });
  await repair();
  const [after] = await app.rows('mailMessages', { id: row!.id });
  expect(after).toMatchObject({ unreadable: 'messageUnreadable', textTries: 2 });
  expect(new Date(after!.textRetryAt as string).getTime()).toBeGreaterThan(Date.now());
  expect(await inbox()).toMatchObject({ textsMissing: 1 });
  await expectCounters(app);
});

test('a repair that finds everything as it is stored fetches no message again', async () => {
  await threeMessages('As it was');
  await app.sync();
  const before = await stored('As it was');
  const commands = await repair();
  expect(commands.filter((command) => /RFC822\.SIZE/.test(command))).toHaveLength(1);
  expect(ofHeaders(commands)).toEqual([]);
  expect(await stored('As it was')).toEqual(before);
});

test('a row whose size is another one is fetched again, and keeps what hangs on it where the header is the same', async () => {
  await threeMessages('Replaced', 'The text as it is now.');
  await app.sync();
  const before = await stored('Replaced');
  await tamper(before.id, { size: Number(before.size) + 1, preview: 'The text as it was.' });
  await app.sync();
  expect(await stored('Replaced')).toMatchObject({ preview: 'The text as it was.' });
  expect(ofHeaders(await repair())).toHaveLength(1);
  expect(await stored('Replaced')).toEqual(before);
  await expectMirror(app);
});

test.each([
  ['size', (row: Row) => ({ size: Number(row.size) + 1 })],
  ['INTERNALDATE', (row: Row) => ({ internalDate: new Date(new Date(row.internalDate as string).getTime() - 1000) })],
])(
  'a row that is another message, as its %s tells, gives its place to the one that lies there',
  async (_what, other) => {
    const uid = await threeMessages('The true one', 'The true text.');
    await app.sync();
    const before = await stored('The true one');
    const name = { messageId: '<other@x.example>', messageIdHash: 'x'.repeat(64), subject: 'Another one' };
    await tamper(before.id, { ...other(before), ...name, headerHash: 'y'.repeat(64), preview: 'Another text.' });
    await repair();
    const [hidden] = await app.rows('mailMessages', { id: before.id });
    expect(hidden).toMatchObject({ uid: null, mailboxId: null });
    expect(hidden!.vanishedAt).not.toBeNull();
    const found = await stored('The true one');
    expect(found).toMatchObject({ uid, preview: 'The true text.' });
    expect(found.id).not.toBe(before.id);
    await expectMirror(app);
  },
);
