/** Moves and removals that break off in the middle: no message is lost, doubled or hit by mistake. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enqueueFlags, enqueueMove, enqueueRemoval } from '../../../src/server/sync/ops';
import { runOnce } from '../../../src/server/sync/runOnce';
import {
  expectCounters,
  expectMirror,
  held,
  message,
  startMailApp,
  switchOff,
  type MailApp,
  type Row,
} from './mailApp';
import { passTime, spawnSync, type SyncChild } from './syncChild';

let app: MailApp;
let sent: Row;
let archive: Row;
let child: SyncChild | undefined;

beforeAll(async () => {
  app = await startMailApp();
  await app.sync();
  // One folder that is not synced.
  await switchOff(app, 'archive');
});
afterEach(() => child?.kill());
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.box.reset();
  await app.sync();
  await app.mail.db.getCollection('mailOps').model.destroy({ where: {} });
  [sent, archive] = await Promise.all(['sent', 'archive'].map(app.mailbox));
});

const viewer = () => ({ userId: String(app.user.id) });
const bySubject = async (subject: string) => app.rows('mailMessages', { subject, vanishedAt: null });
const on = async (mailbox: string) => (await app.box.mail.list(app.owner, mailbox)).messages;
const states = async () => (await app.rows('mailOps')).map(({ verb, state }) => `${String(verb)} ${String(state)}`);
const lostAnswer = (on: string, then: 'close' | 'blackhole' = 'close') =>
  app.box.control.failImap({ on, effect: { kind: 'lostAnswer', then } });
const commands = (pattern: RegExp) =>
  app.box.control.state().imapCommands.filter(({ command }) => pattern.test(command)).length;

async function stored(subject: string, headers: Record<string, string | null> = {}): Promise<Row> {
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: subject, ...headers }));
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: `Beside ${subject}` }));
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: `Also beside ${subject}` }));
  await app.sync();
  return (await bySubject(subject))[0]!;
}

/** One pass that is not repeated. */
const passOnce = () =>
  held(app.mail, app.accountId, (lease) =>
    runOnce(app.mail, lease, { signal: new AbortController().signal, yields: () => false }),
  );

/** A pass that ends early, and the one after it. */
async function brokenOff(): Promise<void> {
  await passOnce();
  expect((await app.account()).lastError).toMatchObject({ code: 'connectionLost' });
  await app.sync();
}

/** One row, where the message is, and nothing left to do. */
async function expectOne(subject: string, id: string, mailbox: Row): Promise<void> {
  const rows = await bySubject(subject);
  expect(rows.map((row) => ({ id: row.id, mailboxId: String(row.mailboxId) }))).toEqual([
    { id, mailboxId: mailbox.id },
  ]);
  const there = await on(String(mailbox.path));
  expect(there.map((one) => one.subject)).toEqual([subject]);
  expect(Number(rows[0]?.uid)).toBe(there[0]?.uid);
  expect(rows[0]).toMatchObject({ mailboxWanted: null });
  expect(await on('INBOX')).toHaveLength(2);
  await expectCounters(app);
}

describe('a move whose answer was lost', () => {
  test.each([
    ['to a folder that is synced', () => sent],
    ['to one that is not', () => archive],
  ])('%s is found where it ended', async (_name, target) => {
    const { id } = await stored('Lost answer');
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: target().id });
    lostAnswer('^UID MOVE');
    await brokenOff();
    await expectOne('Lost answer', id, target());
    expect(await states()).toEqual(['move done']);
    expect(commands(/^UID MOVE/)).toBe(1);
  });

  test('of a message without Message-ID is found as well', async () => {
    const { id } = await stored('Nameless', { 'Message-ID': null });
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: archive.id });
    lostAnswer('^UID MOVE');
    await brokenOff();
    await expectOne('Nameless', id, archive);
  });

  test('and that the user takes back meanwhile is found and taken back', async () => {
    const { id } = await stored('Took it back');
    const inbox = await app.mailbox('inbox');
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: archive.id });
    lostAnswer('^UID MOVE', 'blackhole');
    const cut = new AbortController();
    const passing = held(app.mail, app.accountId, (lease) =>
      runOnce(app.mail, lease, { signal: cut.signal, yields: () => false }),
    );
    await expect.poll(() => on('Archive')).toHaveLength(1);
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: inbox.id });
    cut.abort();
    app.box.control.endImapSessions({ user: app.owner, effect: { kind: 'close' } });
    await passing;
    await app.sync();
    expect(await on('Archive')).toEqual([]);
    expect(await on('INBOX')).toHaveLength(3);
    expect((await bySubject('Took it back')).map((row) => row.id)).toEqual([id]);
    await expectMirror(app);
    expect(await states()).toEqual(['move done', 'move done']);
  });

  test('and whose copy a pass stored meanwhile ends as one row, with what was wanted of the copy', async () => {
    const { id } = await stored('Seen twice');
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
    lostAnswer('^UID MOVE');
    await passOnce();
    expect(await on('Sent Items')).toHaveLength(1);
    const [{ uid }] = (await on('Sent Items')) as [{ uid: number }, ...unknown[]];
    const { model } = app.mail.db.getCollection('mailMessages');
    const [row] = await app.rows('mailMessages', { id });
    const copy = { ...row, id: app.mail.newId(), mailboxId: sent.id, uid, mailboxWanted: null };
    await model.create(
      { ...copy, uidValidity: (await app.box.mail.list(app.owner, 'Sent Items')).uidValidity },
      { hooks: false },
    );
    await enqueueFlags(app.mail, viewer(), [copy.id], { flagged: true });
    await app.sync();
    await expectOne('Seen twice', id, sent);
    expect((await on('Sent Items'))[0]?.flags).toContain('\\Flagged');
    await expectMirror(app);
  });
});

test('a move without COPYUID keeps its row, to a folder that is synced and to one that is not', async () => {
  app.box.control.setImap({ without: ['COPYUID'] });
  const { id } = await stored('Untold');
  await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
  await app.sync();
  await expectOne('Untold', id, sent);
  const [beside] = await bySubject('Beside Untold');
  await enqueueMove(app.mail, viewer(), [beside!.id], { mailboxId: archive.id });
  await app.sync();
  expect((await bySubject('Beside Untold')).map((row) => [row.id, String(row.mailboxId)])).toEqual([
    [beside!.id, archive.id],
  ]);
  await expectCounters(app);
});

test('moves without COPYUID from one folder to two are both of messages of that folder', async () => {
  app.box.control.setImap({ without: ['COPYUID'] });
  // The folder that the first one goes to has a message under the UID of the second one.
  await app.box.mail.setUidNext(app.owner, 'INBOX', 50_001);
  await app.box.mail.setUidNext(app.owner, String(sent.path), 50_002);
  await app.box.mail.append(app.owner, String(sent.path), message({ Subject: 'Stays' }));
  const { id } = await stored('To be filed');
  const [beside] = await bySubject('Beside To be filed');
  const trash = await app.mailbox('trash');
  await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
  await enqueueMove(app.mail, viewer(), [beside!.id], { mailboxId: trash.id });
  await app.sync();
  expect((await on(String(sent.path))).map(({ subject }) => subject)).toEqual(['Stays', 'To be filed']);
  expect((await on(String(trash.path))).map(({ subject }) => subject)).toEqual(['Beside To be filed']);
  await expectMirror(app);
  expect(await states()).toEqual(['move done', 'move done']);
});

describe('where MOVE is not offered', () => {
  beforeEach(() => app.box.control.setImap({ without: ['MOVE'] }));

  test('the message is copied and exactly it is expunged', async () => {
    const { id } = await stored('Copied');
    const other = await app.box.mail.append(app.owner, 'INBOX', message(), { flags: ['\\Deleted'] });
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
    await app.sync();
    expect((await on('INBOX')).map(({ uid }) => uid)).toContain(other);
    await app.box.mail.expunge(app.owner, 'INBOX', [other]);
    await app.sync();
    await expectOne('Copied', id, sent);
  });

  test.each(['^UID COPY', '^UID STORE', '^UID EXPUNGE'])(
    'one that breaks off after %s is not copied again',
    async (command) => {
      const { id } = await stored('Half way');
      await enqueueMove(app.mail, viewer(), [id], { mailboxId: archive.id });
      lostAnswer(command);
      await brokenOff();
      await expectOne('Half way', id, archive);
      expect(commands(/^UID COPY/)).toBe(1);
    },
  );

  test('and UIDPLUS neither, nothing is touched and the user is told', async () => {
    app.box.control.setImap({ without: ['MOVE', 'UIDPLUS'] });
    const { id } = await stored('Stays');
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
    const [beside] = await bySubject('Beside Stays');
    await enqueueRemoval(app.mail, viewer(), [beside!.id], true);
    await app.sync();
    expect(await on('INBOX')).toHaveLength(3);
    expect((await app.rows('mailOps')).map(({ lastError }) => (lastError as { code: string }).code).sort()).toEqual([
      'moveUnsupported',
      'removeUnsupported',
    ]);
    await expectMirror(app);
  });
});

test('a removal whose answer was lost is done', async () => {
  const { id } = await stored('Removed');
  await enqueueRemoval(app.mail, viewer(), [id], true);
  lostAnswer('^UID EXPUNGE');
  await brokenOff();
  expect(await on('INBOX')).toHaveLength(2);
  await expectMirror(app);
  expect(await states()).toEqual(['remove done']);
});

test('a flag of a message whose place means nothing any more, in a folder that is not synced, ends and is told', async () => {
  const { id } = await stored('Kept from before');
  await enqueueMove(app.mail, viewer(), [id], { mailboxId: archive.id });
  await app.sync();
  await app.box.control.changeUidValidity({ user: app.owner, mailbox: 'Archive' });
  // More than are compared where nothing is synced.
  await app.mail.db.getCollection('mailboxes').model.update({ stored: 5000 }, { where: { id: archive.id } });
  await enqueueFlags(app.mail, viewer(), [id], { flagged: true });
  await app.sync();
  expect(await states()).toEqual(['move done', 'flagged overtaken']);
  expect((await bySubject('Kept from before'))[0]).toMatchObject({ id, flaggedWanted: null, flagged: false });
});

test('a change made elsewhere while a pass runs has it followed by another one', async () => {
  await stored('Changed meanwhile');
  expect(await passOnce()).toBe(false);
  let goOn: () => void = () => undefined;
  const until = new Promise<void>((resolve) => (goOn = resolve));
  app.box.control.failImap({ on: '^LIST', effect: { kind: 'held', until } });
  const lists = commands(/^LIST/);
  const passing = passOnce();
  await expect.poll(() => commands(/^LIST/)).toBeGreaterThan(lists);
  const asked = { nextSyncAt: app.mail.now() };
  await app.mail.db.getCollection('mailAccounts').model.update(asked, { where: { id: app.accountId } });
  goOn();
  expect(await passing).toBe(true);
});

test('a process that is killed between the move on the server and its own commit loses and doubles nothing', async () => {
  for (const target of [sent, archive]) {
    const subject = `Killed on the way to ${String(target.path)}`;
    const { id } = await stored(subject);
    await enqueueMove(app.mail, viewer(), [id], { mailboxId: target.id });
    lostAnswer('^UID MOVE', 'blackhole');
    await passTime(app);
    child = await spawnSync(app);
    await expect.poll(() => on(String(target.path))).toHaveLength(1);
    await child.kill();
    expect((await app.rows('mailOps', { state: 'pending' })).map(({ verb }) => verb)).toEqual(['move']);
    await passTime(app);
    await app.sync();
    const rows = await bySubject(subject);
    expect(rows.map((row) => [row.id, String(row.mailboxId)])).toEqual([[id, target.id]]);
    expect((await on(String(target.path))).map((one) => one.subject)).toEqual([subject]);
    await expectCounters(app);
  }
});
