/** An account that its owner pauses in the middle of a first sync stops soon, tells the truth meanwhile, and goes on where it was. */
import { beforeEach, expect, test } from 'vitest';
import type { AccountView, MailboxView } from '../../../src/shared/types';
import { runOnce } from '../../../src/server/sync/runOnce';
import { expectMirror, held, mailAppForAll, message, type MailApp } from './mailApp';

/** More than the pass has on its way at any moment, in each of two mailboxes. */
const [IN_INBOX, IN_SENT] = [1800, 120];
const ALL = IN_INBOX + IN_SENT;

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});
beforeEach(async () => {
  const messages = (count: number) => Array.from({ length: count }, () => ({ raw: message() }));
  await app.box.mail.seed(app.owner, 'INBOX', messages(IN_INBOX));
  await app.box.mail.seed(app.owner, 'Sent Items', messages(IN_SENT));
  // As a new account is: nothing was ever compared.
  const change = (name: string, values: object) =>
    app.mail.db.getCollection(name).model.update(values, { where: {}, hooks: false });
  await change('mailAccounts', { firstSyncDoneAt: null });
  await change('mailboxes', { backfillDone: false, comparedAt: null, lastStatus: null, onServer: null });
  // Slow enough for the pause to come in the middle.
  app.box.control.setNetwork({ roundTripMs: 5, perItemMs: 1 });
});

/** One pass, not repeated. */
const passOnce = () =>
  held(app.mail, app.accountId, (lease) =>
    runOnce(app.mail, lease, { signal: new AbortController().signal, yields: () => false }),
  );
const post = (action: string) =>
  app.user.agent.post(`/api/mailAccounts:${action}?filterByTk=${app.accountId}`).send({});
const get = async <T>(path: string): Promise<T> => (await app.user.agent.get(`/api/${path}`)).body.data as T;
const account = async () => (await get<{ accounts: AccountView[] }>('mailAccounts:list')).accounts[0]!;
const visible = () => app.rows('mailMessages', { vanishedAt: null });
const commands = (from = 0) =>
  app.box.control
    .state()
    .imapCommands.slice(from)
    .map(({ command }) => command);

/** Pauses the account as soon as so many rows of a collection are there, and waits for the end of the pass under way. */
async function pauseAt(collection: string, where: object, rows: number): Promise<void> {
  const pass = passOnce();
  const { model } = app.mail.db.getCollection(collection);
  await expect.poll(() => model.count({ where: { ...where } }), { interval: 5 }).toBeGreaterThan(rows);
  await post('pause').expect(200);
  await pass;
}

const uidsOf = (set: string): number[] =>
  set
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split(':').map(Number);
      return Array.from({ length: last - first + 1 }, (_one, index) => first + index);
    });

/** Places the commands that match asked for, one for each time. */
function asked(list: string[], what: RegExp): string[] {
  let mailbox = '';
  return list.flatMap((command) => {
    mailbox = /^(?:SELECT|EXAMINE) (.+)$/i.exec(command)?.[1] ?? mailbox;
    const set = what.test(command) ? /^UID FETCH (\S+)/i.exec(command)?.[1] : undefined;
    return uidsOf(set ?? '').map((uid) => `${mailbox} ${uid}`);
  });
}
const HEADERS = /HEADER\.FIELDS/i;
const TEXTS = /BODY\.PEEK\[\d/i;

/** Nothing is asked while it is paused; resumed, it fetches the rest and nothing twice. */
async function resumeAndFinish(began: number): Promise<void> {
  const quiet = commands().length;
  await app.sync();
  expect(commands().slice(quiet)).toEqual([]);
  app.box.control.setNetwork('instant');
  await post('resume').expect(200);
  await app.sync();
  for (const what of [HEADERS, TEXTS]) {
    const places = asked(commands(began), what);
    expect([places.length, new Set(places).size], String(what)).toEqual([ALL, ALL]);
  }
  await expectMirror(app);
  expect(await account()).toMatchObject({ stored: ALL, onServer: ALL, unread: IN_INBOX, textsMissing: 0 });
  expect((await app.account()).firstSyncDoneAt).not.toBeNull();
  expect(new Set((await visible()).map(({ messageId }) => messageId)).size).toBe(ALL);
}

test('a first sync that is paused while messages come stops soon, counts truly and goes on where it was', async () => {
  const began = commands().length;
  await pauseAt('mailMessages', { vanishedAt: null }, 100);
  const stored = await visible();
  expect(stored.length).toBeLessThan(ALL);
  const inbox = (await get<MailboxView[]>('mailboxes:list')).find(({ role }) => role === 'inbox')!;
  const inInbox = stored.filter(({ mailboxId }) => String(mailboxId) === inbox.id).length;
  expect(inbox).toMatchObject({ stored: inInbox, onServer: IN_INBOX, freshness: 'paused' });
  expect(await account()).toMatchObject({ state: 'paused', stored: stored.length, onServer: ALL, unread: inInbox });
  expect((await app.account()).firstSyncDoneAt).toBeNull();
  expect(commands(began).filter((command) => TEXTS.test(command))).toEqual([]);
  await resumeAndFinish(began);
});

test('a first sync that is paused while texts come keeps those, and fetches none of them again', async () => {
  const began = commands().length;
  await pauseAt('mailMessages', { vanishedAt: null, textTries: null }, 50);
  const stored = await visible();
  expect(stored).toHaveLength(ALL);
  const texts = stored.filter(({ textTries }) => textTries === null).length;
  expect(texts).toBeLessThan(ALL);
  expect(await account()).toMatchObject({ state: 'paused', stored: ALL, textsMissing: ALL - texts });
  await resumeAndFinish(began);
});
