/** What the engine does beyond mirroring: texts that come later, messages without names, replies that name nothing. */
import { QueryTypes } from 'sequelize';
import { expect, test, vi } from 'vitest';
import { LIVE_EVENTS } from '../../../src/shared/constants';
import type { Pass } from '../../../src/server/sync/pass';
import { forgetPlaces } from '../../../src/server/sync/store';
import { readWanted, storeTexts } from '../../../src/server/sync/texts';
import type { MailboxRow } from '../../../src/server/sync/rows';
import { expectMirror, held, mailAppForAll, message, type MailApp } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const append = (mailbox: string, raw: string) => app.box.mail.append(app.owner, mailbox, raw);
const model = (name: string) => app.mail.db.getCollection(name).model;

test('a message that could not be read is read when it can be, and its row says so no longer', async () => {
  const uid = await append('INBOX', message({ Subject: 'Under inspection' }, 'Clean after all.'));
  await append('INBOX', message());
  app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'unreadable' });
  await app.sync();
  const [before] = await app.rows('mailMessages', { uid });
  expect(before).toMatchObject({ unreadable: 'messageUnreadable', textTries: 1 });
  app.box.control.clearFaults();
  // As if the wait was over.
  await model('mailMessages').update({ textRetryAt: new Date(0) }, { where: { uid }, hooks: false });
  await app.sync();
  const [after] = await app.rows('mailMessages', { uid });
  expect(after).toMatchObject({
    id: before?.id,
    ...{ subject: 'Under inspection', preview: 'Clean after all.', unreadable: null, textTries: null },
  });
  await expectMirror(app);
});

test('a message without a Message-ID keeps its row when it moves', async () => {
  const uid = await append('INBOX', message({ 'Message-ID': null, Subject: 'Nameless' }));
  await append('INBOX', message());
  await append('INBOX', message());
  await app.sync();
  const [before] = await app.rows('mailMessages', { subject: 'Nameless' });
  await app.box.mail.move(app.owner, 'INBOX', [uid], 'Sent Items');
  await app.sync();
  const rows = await app.rows('mailMessages', { subject: 'Nameless' });
  expect(rows.map(({ id, vanishedAt }) => ({ id, vanishedAt }))).toEqual([{ id: before?.id, vanishedAt: null }]);
  await expectMirror(app);
});

test('a reply that names nothing joins what it answers, also when that comes later', async () => {
  const asked = message({ Subject: 'Picnic on Sunday', From: 'ann@x.example', To: 'bob@x.example' });
  const reply = message({ Subject: 'AW: Picnic on Sunday', From: 'bob@x.example', To: 'ann@x.example' });
  const day = (number: number) => new Date(Date.UTC(2026, 2, number));
  await app.box.mail.append(app.owner, 'INBOX', reply, { internalDate: day(3) });
  await app.sync();
  await app.box.mail.append(app.owner, 'INBOX', asked, { internalDate: day(2) });
  await app.sync();
  const rows = await app.rows('mailMessages', { vanishedAt: null });
  expect(new Set(rows.map(({ threadId }) => String(threadId))).size).toBe(1);
  await expectMirror(app);
});

test('a pass in which nothing but arrivals happened does not ask for all messages again', async () => {
  for (let count = 0; count < 3; count++) await append('INBOX', message());
  await app.sync();
  const before = app.box.control.state().imapCommands.length;
  await append('INBOX', message({ Subject: 'Just arrived' }));
  await app.sync();
  const commands = app.box.control
    .state()
    .imapCommands.slice(before)
    .map(({ command }) => command);
  const searches = commands.filter((command) => /^UID SEARCH/i.test(command));
  expect(searches.length).toBeGreaterThan(0);
  expect(searches.every((command) => /^UID SEARCH UID \d+:\*/i.test(command))).toBe(true);
  expect(await app.rows('mailMessages', { subject: 'Just arrived' })).toHaveLength(1);
  await expectMirror(app);
});

test('a mailbox without a message costs its STATUS and nothing else, until one arrives', async () => {
  await app.box.mail.createMailbox(app.owner, 'Empty');
  const before = app.box.control.state().imapCommands.length;
  await app.sync();
  const about = app.box.control
    .state()
    .imapCommands.slice(before)
    .filter(({ command }) => command.includes('Empty'));
  expect(about.map(({ command }) => command.split(' ')[0])).toEqual(['STATUS']);
  expect(await app.rows('mailboxes', { path: 'Empty' })).toMatchObject([
    { stored: 0, onServer: 0, backfillDone: true },
  ]);
  await append('Empty', message({ Subject: 'The first one' }));
  await app.sync();
  expect(await app.rows('mailMessages', { subject: 'The first one' })).toHaveLength(1);
  await expectMirror(app);
});

test('a text that comes twice, by IDLE and by a pass, is counted once', async () => {
  const uid = await append('INBOX', message({ Subject: 'Twice' }));
  await app.sync();
  const { id, uidValidity } = await app.mailbox('inbox');
  await model('mailMessages').update({ textTries: 0 }, { where: { uid, mailboxId: id }, hooks: false });
  await model('mailboxes').update({ textsMissing: 1 }, { where: { id } });
  const [wanted] = await readWanted(app.mail, { id, uidValidity: Number(uidValidity) }, [uid]);
  const found = {
    uid,
    structure: null,
    attachments: [],
    text: null,
    packedHtml: null,
    preview: '',
    words: new Uint8Array(),
  };
  const counts = { added: 0, vanished: 0, flags: 0, texts: 0, ops: 0 };
  const owner = { id: app.accountId, userId: String(app.user.id) };
  await held(app.mail, app.accountId, async (lease) => {
    const pass = { mail: app.mail, lease, owner, counts } as Pass;
    const mailbox = { mailbox: { id } as MailboxRow };
    for (let time = 0; time < 2; time++)
      await storeTexts(pass, mailbox, [{ wanted: wanted!, body: found, error: null }]);
    await storeTexts(pass, mailbox, [{ wanted: wanted!, body: null, error: 'messageUnreadable' }]);
  });
  expect(counts.texts).toBe(1);
  expect(await app.mailbox('inbox')).toMatchObject({ textsMissing: 0 });
  expect(await app.rows('mailMessages', { uid, mailboxId: id })).toMatchObject([{ textTries: null, unreadable: null }]);
});

test('rows that lose their places are not counted as stored until they are found again', async () => {
  for (let count = 0; count < 3; count++) await append('INBOX', message());
  await app.sync();
  const { id, uidValidity } = await app.mailbox('inbox');
  const another = { id, uidValidity: Number(uidValidity) + 1 };
  await held(app.mail, app.accountId, (lease) => forgetPlaces(app.mail, lease, another));
  expect(await app.mailbox('inbox')).toMatchObject({ stored: 0, textsMissing: 0 });
  await app.sync();
  expect(await app.mailbox('inbox')).toMatchObject({ stored: 3, textsMissing: 0 });
  await expectMirror(app);
});

test('messages of a thread that ends in another one are found by their thread, not by looking through the account', async () => {
  const { sequelize } = app.mail.db;
  const ids = ['<left@x.example>', '<right@x.example>', '<between@x.example>'];
  for (const id of ids.slice(0, 2)) {
    await append('INBOX', message({ 'Message-ID': id, Subject: `About ${id}` }));
    await app.sync();
  }
  const query = vi.spyOn(sequelize, 'query');
  await append('INBOX', message({ 'Message-ID': ids[2]!, References: ids.slice(0, 2).join(' ') }));
  await app.sync();
  const asked = query.mock.calls.map(([sql]) => sql as string | { query: string; bind: unknown[] });
  query.mockRestore();
  const moves = asked.flatMap((sql) => (typeof sql !== 'string' && /SET `threadId`/.test(sql.query) ? [sql] : []));
  expect(moves).toHaveLength(2);
  for (const { query, bind } of moves) {
    const type = QueryTypes.SELECT;
    const plan = await sequelize.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, { bind, type });
    expect(plan.map(({ detail }) => detail).join()).toMatch(/USING (COVERING )?INDEX \S*thread_id/);
  }
});

test('while somebody reads, what arrived is stored in small pieces, since nobody can read while one is committed', async () => {
  const subjects = Array.from({ length: 130 }, (_none, index) => `Subject number ${index}`);
  for (const Subject of subjects) await append('INBOX', message({ Subject }));
  const readersLately = vi.spyOn(app.mail, 'readersLately').mockReturnValue(true);
  app.test.pushed.splice(0);
  await app.sync();
  readersLately.mockRestore();
  const stored = app.test.pushed.flatMap(({ message: { type, payload } }) =>
    type === LIVE_EVENTS.thread ? [(payload as { threadIds: string[] }).threadIds.length] : [],
  );
  expect(Math.max(...stored)).toBeLessThanOrEqual(60);
  expect(await app.rows('mailMessages', { subject: subjects, vanishedAt: null })).toHaveLength(subjects.length);
  await expectMirror(app);
});
