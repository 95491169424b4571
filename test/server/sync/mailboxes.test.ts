/** The folders of an account: listed, renamed, deleted and made in Outlook, chosen here. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MailboxView } from '../../../src/shared/types';
import { expectCounters, expectMirror, message, startMailApp, type MailApp, type Row } from './mailApp';

let app: MailApp;

beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.box.reset();
  // Folders of the test before are forgotten at once, not after days.
  await app.sync();
  const { model } = app.mail.db.getCollection('mailboxes');
  const gone = (await app.rows('mailboxes')).filter(({ missingSince }) => missingSince !== null);
  await app.mail.db.getCollection('mailMessages').model.destroy({ where: {} });
  await model.destroy({ where: { id: gone.map(({ id }) => id) } });
  for (const { id, chosenRole } of await app.rows('mailboxes')) if (chosenRole) await choose(id, { role: null });
  await app.sync();
});

const hands = () => app.box.mail;
const rowOf = async (path: string): Promise<Row | undefined> =>
  (await app.rows('mailboxes', { accountId: app.accountId })).find((row) => row.path === path);
const views = async (): Promise<MailboxView[]> => (await app.user.agent.get('/api/mailboxes:list')).body.data;
const viewOf = async (path: string) => (await views()).find((view) => view.path === path);
const choose = async (id: string, choice: object) => {
  const { status, body } = await app.user.agent.post(`/api/mailboxes:choose?filterByTk=${id}`).send(choice);
  return { status, view: body.data as MailboxView, code: body.errors?.[0]?.code as string | undefined };
};
const visible = () => app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null });

let minutes = 0;
/** A folder with messages that is synced. */
async function made(path: string, count = 4): Promise<Row> {
  await hands().createMailbox(app.owner, path);
  for (let number = 0; number < count; number++) {
    // No two arrived in the same second.
    const internalDate = new Date(Date.now() - minutes++ * 60_000);
    await hands().append(app.owner, path, message({ Subject: `${path} ${number}` }), { internalDate });
  }
  await app.sync();
  return (await rowOf(path))!;
}

/** Ids of the messages in a folder. */
const idsIn = async ({ id }: Row) =>
  (await visible())
    .filter((row) => String(row.mailboxId) === id)
    .map((row) => row.id)
    .sort();

describe('a folder that is renamed in Outlook', () => {
  test('keeps its row and its messages, and its children keep theirs', async () => {
    const parent = await made('Clients');
    const child = await made('Clients/Ольга & Co');
    await hands().createMailbox(app.owner, 'Clients/Empty');
    await app.sync();
    const empty = (await rowOf('Clients/Empty'))!;
    const before = [await idsIn(parent), await idsIn(child)];
    await hands().renameMailbox(app.owner, 'Clients', 'Former clients');
    await app.sync();
    expect((await rowOf('Former clients'))?.id).toBe(parent.id);
    expect((await rowOf('Former clients/Ольга & Co'))?.id).toBe(child.id);
    expect((await rowOf('Former clients/Empty'))?.id).toBe(empty.id);
    expect([await idsIn(parent), await idsIn(child)]).toEqual(before);
    expect((await app.rows('mailboxes')).filter(({ missingSince }) => missingSince !== null)).toEqual([]);
    expect((await app.rows('mailMessages')).filter(({ vanishedAt }) => vanishedAt !== null)).toEqual([]);
    await expectMirror(app);
  });

  test('in case only keeps its row', async () => {
    const { id } = await made('Projects', 2);
    await hands().renameMailbox(app.owner, 'Projects', 'PROJECTS');
    await app.sync();
    expect(await rowOf('PROJECTS')).toMatchObject({ id, missingSince: null });
    await expectMirror(app);
  });

  test('while another with the same UIDVALIDITY is made is told from it by its messages', async () => {
    const old = await made('Old name');
    const before = await idsIn(old);
    const { uidValidity } = await hands().list(app.owner, 'Old name');
    await hands().createMailbox(app.owner, 'Impostor');
    for (let number = 0; number < 6; number++) await hands().append(app.owner, 'Impostor', message());
    await hands().setUidValidity(app.owner, 'Impostor', uidValidity);
    await hands().renameMailbox(app.owner, 'Old name', 'New name');
    await app.sync();
    expect((await rowOf('New name'))?.id).toBe(old.id);
    expect(await idsIn(old)).toEqual(before);
    expect(await rowOf('Impostor')).toMatchObject({ syncing: true, stored: 6 });
    await expectMirror(app);
  });

  test('and gone, while another with the same UIDVALIDITY appears, is not mistaken for it', async () => {
    const old = await made('Deleted one');
    const { uidValidity } = await hands().list(app.owner, 'Deleted one');
    await hands().deleteMailbox(app.owner, 'Deleted one');
    await hands().createMailbox(app.owner, 'Impostor');
    for (let number = 0; number < 6; number++) await hands().append(app.owner, 'Impostor', message());
    await hands().setUidValidity(app.owner, 'Impostor', uidValidity);
    await app.sync();
    expect((await rowOf('Impostor'))?.id).not.toBe(old.id);
    expect((await rowOf('Deleted one'))?.missingSince).not.toBeNull();
    expect(await idsIn(old)).toEqual([]);
  });
});

describe('two folders with the same UIDVALIDITY that swap their names', () => {
  const swap = async (a: string, b: string) => {
    await hands().renameMailbox(app.owner, a, 'Between');
    await hands().renameMailbox(app.owner, b, a);
    await hands().renameMailbox(app.owner, 'Between', b);
  };
  const seenIn = async (path: string) =>
    (await visible())
      .filter((row) => String(row.mailboxId) === ids.get(path))
      .map((row) => [row.id, String(row.subject)])
      .sort();
  let ids: Map<string, string>;

  test.each([
    ['between two passes', [5, 3]],
    ['between two passes, the smaller one first in the list', [3, 5]],
  ] as const)('%s are told from each other by their messages', async (_name, [first, second]) => {
    const a = await made('Alpha', first);
    const b = await made('Beta', second);
    await hands().setUidValidity(app.owner, 'Beta', (await hands().list(app.owner, 'Alpha')).uidValidity);
    await app.sync();
    ids = new Map([a, b].map(({ id, path }) => [String(path), id]));
    const before = [await seenIn('Alpha'), await seenIn('Beta')];
    await swap('Alpha', 'Beta');
    await app.sync();
    await expectMirror(app);
    expect([await seenIn('Beta'), await seenIn('Alpha')]).toEqual(before);
    expect((await app.rows('mailMessages')).filter(({ vanishedAt }) => vanishedAt !== null)).toEqual([]);
  });

  test('one of which was deleted are told from each other, too', async () => {
    const kept = await made('Gamma', 3);
    const other = await made('Delta', 5);
    await hands().setUidValidity(app.owner, 'Delta', (await hands().list(app.owner, 'Gamma')).uidValidity);
    await app.sync();
    ids = new Map([kept, other].map(({ id, path }) => [String(path), id]));
    const before = await seenIn('Delta');
    await hands().deleteMailbox(app.owner, 'Gamma');
    await hands().renameMailbox(app.owner, 'Delta', 'Gamma');
    await app.sync();
    await expectMirror(app);
    expect(await seenIn('Gamma')).toEqual(before);
  });
});

describe('a folder that is deleted in Outlook', () => {
  test('is kept as missing with its messages hidden, and what was moved out of it keeps its rows', async () => {
    const { id } = await made('To be deleted', 3);
    const [first] = (await hands().list(app.owner, 'To be deleted')).messages;
    const kept = (await visible()).find((row) => Number(row.uid) === first?.uid && String(row.mailboxId) === id)!;
    await hands().move(app.owner, 'To be deleted', [first!.uid], 'INBOX');
    await hands().deleteMailbox(app.owner, 'To be deleted');
    app.test.pushed.length = 0;
    await app.sync();
    await expectMirror(app);
    expect((await visible()).map((row) => row.id)).toEqual([kept.id]);
    expect(await viewOf('To be deleted')).toBeUndefined();
    expect(app.test.pushed.map(({ message: { type } }) => type)).toContain('mail:mailbox');
    expect((await choose(id, { syncing: true })).code).toBe('mailboxMissing');
    const moved = await app.user.agent.post('/api/mailMessages:move').send({ ids: [kept.id], to: { mailboxId: id } });
    expect(moved.body.errors[0].code).toBe('mailboxMissing');
  });

  test('and made again under the same name takes its row and what was chosen for it', async () => {
    const { id } = await made('Comes back', 1);
    await hands().deleteMailbox(app.owner, 'Comes back');
    await app.sync();
    await hands().createMailbox(app.owner, 'Comes back');
    await hands().append(app.owner, 'Comes back', message());
    await app.sync();
    expect(await rowOf('Comes back')).toMatchObject({ id, missingSince: null });
    expect(await viewOf('Comes back')).toMatchObject({ syncing: true, stored: 1 });
    await expectMirror(app);
  });

  test('is forgotten after a week', async () => {
    const { id } = await made('Long gone', 1);
    await hands().deleteMailbox(app.owner, 'Long gone');
    await app.sync();
    await app.mail.db
      .getCollection('mailboxes')
      .model.update({ missingSince: new Date(Date.now() - 8 * 86_400_000) }, { where: { id } });
    await app.sync();
    expect(await app.rows('mailboxes', { id })).toEqual([]);
  });
});

describe('a list that cannot be right', () => {
  const list = (text: string) => ({ on: '^LIST', effect: { kind: 'reply', status: 'OK', text } as const });

  test('without an inbox deletes nothing', async () => {
    await made('Stays', 2);
    const before = (await views()).length;
    app.box.control.failImap(list('LIST completed.'));
    const account = await app.sync();
    expect(account.lastError).not.toBeNull();
    expect(await views()).toHaveLength(before);
    expect(await visible()).toHaveLength(2);
    await app.sync();
    await expectMirror(app);
  });

  test('that lost most of the folders is asked for again on a new connection', async () => {
    await made('Stays too', 2);
    const before = (await views()).length;
    app.box.control.shortList({ user: app.owner, keep: ['INBOX'] });
    await app.sync();
    expect(await views()).toHaveLength(before);
    await expectMirror(app);
  });
});

test('a folder made in Outlook is synced by the next pass, unless it lies below one that is switched off', async () => {
  const off = await made('Switched off', 1);
  await choose(off.id, { syncing: false });
  for (const path of ['Beside', 'Switched off/Inside', 'Notes/Inside']) {
    await hands().createMailbox(app.owner, path);
    await hands().append(app.owner, path, message());
  }
  await app.sync();
  expect(await viewOf('Beside')).toMatchObject({ syncing: true, name: 'Beside', stored: 1 });
  expect(await viewOf('Switched off/Inside')).toMatchObject({ syncing: false, freshness: 'off' });
  expect(await viewOf('Notes/Inside')).toMatchObject({ syncing: false, holdsMail: false });
});

test('names of any length and alphabet are followed', async () => {
  const deep = Array.from({ length: 6 }, (_one, depth) => `${'a long name '.repeat(9)}${depth}`).join('/');
  expect(deep.length).toBeGreaterThan(500);
  for (const path of [deep, 'Дуже важливі листи', 'Résumé', 'Resume', 'Q&A', 'a "quoted" one', 'trailing dot.']) {
    await hands().createMailbox(app.owner, path);
    await hands().append(app.owner, path, message());
  }
  await app.sync();
  expect(await visible()).toHaveLength(7);
  await expectMirror(app);
});

describe('the role of a folder', () => {
  test('is what the user says, and taken from the folder that had it', async () => {
    const archive = await app.mailbox('archive');
    const mine = await made('My archive', 2);
    expect((await choose(mine.id, { role: 'archive' })).view).toMatchObject({ role: 'archive', chosenRole: 'archive' });
    expect(await viewOf('Archive')).toMatchObject({ role: 'none', chosenRole: null });
    const [{ id }] = (await visible()) as [Row, ...Row[]];
    const roles = async () =>
      new Set((await app.rows('mailThreadMailboxes', { mailboxId: mine.id })).map((row) => row.role));
    expect([...(await roles())]).toEqual(['archive']);
    await app.sync();
    expect(await viewOf('My archive')).toMatchObject({ role: 'archive' });
    await app.user.agent.post('/api/mailMessages:move').send({ ids: [id], to: { role: 'inbox' } });
    await app.sync();
    await app.user.agent.post('/api/mailMessages:move').send({ ids: [id], to: { role: 'archive' } });
    await app.sync();
    expect((await hands().list(app.owner, 'My archive')).messages).toHaveLength(2);
    await choose(mine.id, { role: null });
    expect(await viewOf('Archive')).toMatchObject({ id: archive.id, role: 'archive' });
    expect([...(await roles())]).toEqual(['none']);
    await expectCounters(app);
  });

  test('can be taken from all: then nothing is moved there, and it is said why', async () => {
    const archive = await app.mailbox('archive');
    await hands().append(app.owner, 'INBOX', message());
    await app.sync();
    await choose(archive.id, { role: 'none' });
    const [{ id }] = (await visible()) as [Row, ...Row[]];
    const { body } = await app.user.agent.post('/api/mailMessages:move').send({ ids: [id], to: { role: 'archive' } });
    expect(body.errors[0]).toMatchObject({ code: 'noMailboxForRole', who: 'user', params: { role: 'archive' } });
    expect(await app.rows('mailOps', { messageRowId: id })).toEqual([]);
  });

  test('of the inbox is not chosen', async () => {
    const inbox = await app.mailbox('inbox');
    const archive = await app.mailbox('archive');
    expect((await choose(inbox.id, { role: 'archive' })).code).toBe('inboxKeepsRole');
    expect((await choose(archive.id, { role: 'inbox' })).code).toBe('inboxKeepsRole');
    expect((await choose(inbox.id, { syncing: false })).code).toBe('inboxAlwaysSyncs');
    expect((await choose(archive.id, { role: 'king' })).code).toBe('invalidInput');
    expect((await choose(archive.id, {})).code).toBe('invalidInput');
  });
});

test('a calendar is offered and synced only where the user chooses it', async () => {
  const calendar = await viewOf('Calendar');
  expect(calendar).toMatchObject({ holdsMail: false, syncing: false });
  await hands().append(app.owner, 'Calendar', message());
  await choose(calendar!.id, { syncing: true });
  await app.sync();
  expect(await viewOf('Calendar')).toMatchObject({ syncing: true, stored: 1 });
  await choose(calendar!.id, { syncing: false });
});

test('an earlier start date, and none at all, are fetched by the next pass', async () => {
  const at = (date: string) =>
    hands().append(app.owner, 'INBOX', message({ Subject: date }), { internalDate: new Date(date) });
  await at('2012-01-01T12:00:00Z');
  await at('2018-01-01T12:00:00Z');
  await at('2025-01-01T12:00:00Z');
  await app.sync();
  const subjects = async () => (await visible()).map((row) => String(row.subject).slice(0, 4)).sort();
  expect(await subjects()).toEqual(['2025']);
  const update = (startDate: string | null) =>
    app.user.agent.post(`/api/mailAccounts:update?filterByTk=${app.accountId}`).send({ startDate }).expect(200);
  await update('2017-01-01T00:00:00.000Z');
  await app.sync();
  expect(await subjects()).toEqual(['2018', '2025']);
  await update(null);
  await app.sync();
  expect(await subjects()).toEqual(['2012', '2018', '2025']);
  await expectMirror(app);
  await update('2020-01-01T00:00:00.000Z');
});
