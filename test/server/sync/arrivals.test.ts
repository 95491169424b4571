/** What IDLE brings at once, beside passes of this process and of others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimLease, releaseLease } from '../../../src/server/accounts/lease';
import { MailError } from '../../../src/server/errors';
import { tellToWait } from '../../../src/server/sync/backOff';
import type { MailboxView } from '../../../src/shared/types';
import { expectMirror, message, onlyListens, startMailApp, type MailApp } from './mailApp';

let app: MailApp;

const soon = { interval: 20 };
const commands = () => app.box.control.state().imapCommands.map(({ command }) => command);
const subjects = async () => (await app.rows('mailMessages', { vanishedAt: null })).map((row) => String(row.subject));
const append = (subject: string, mailbox = 'INBOX') =>
  app.box.mail.append(app.owner, mailbox, message({ Subject: subject }));
const atRest = () => onlyListens(app);

beforeAll(async () => {
  app = await startMailApp({ worker: true });
});
afterAll(() => app?.stop());

test('the inbox is listened to', async () => {
  await expect.poll(async () => (await app.account()).firstSyncDoneAt, soon).not.toBeNull();
  await atRest();
  const { body } = await app.user.agent.get('/api/mailboxes:list');
  const freshness = (body.data as MailboxView[]).map((view) => [view.role, view.freshness]);
  expect(freshness).toContainEqual(['inbox', 'live']);
  expect(freshness).toContainEqual(['archive', 'poll']);
});

test('a burst costs one connection, and every message is there once, with its text', async () => {
  const before = commands().filter((command) => command.startsWith('AUTHENTICATE')).length;
  const wanted = Array.from({ length: 25 }, (_one, index) => `Burst ${index}`);
  await Promise.all(wanted.map((subject) => append(subject)));
  await expect.poll(async () => (await subjects()).sort(), soon).toEqual(wanted.sort());
  await expect.poll(async () => (await app.rows('mailMessages', { preview: null })).length, soon).toBe(0);
  expect(commands().filter((command) => command.startsWith('AUTHENTICATE'))).toHaveLength(before);
  await expectMirror(app);
  const added = async () => {
    const runs = await app.rows('mailSyncLog', { kind: 'push' });
    return runs.reduce((sum, { counts }) => sum + (counts as { added: number }).added, 0);
  };
  // Written after everything else.
  await expect.poll(added, soon).toBe(25);
});

test('mail that comes while a pass is under way does not wait for its end', async () => {
  await atRest();
  let goOn: () => void = () => undefined;
  const until = new Promise<void>((resolve) => (goOn = resolve));
  app.box.control.failImap({ on: '^STATUS', effect: { kind: 'held', until } });
  app.mail.wake('sync', app.accountId);
  await expect.poll(async () => (await app.account()).syncUntil, soon).not.toBeNull();
  const { syncEpoch } = await app.account();
  await append('During a pass');
  await expect.poll(subjects, soon).toContain('During a pass');
  const account = await app.account();
  expect({ epoch: account.syncEpoch, held: account.syncUntil !== null }).toEqual({ epoch: syncEpoch, held: true });
  goOn();
  await atRest();
  await expectMirror(app);
});

test('while another process syncs nothing is written, and nothing is forgotten', async () => {
  await atRest();
  const lease = (await claimLease(app.mail, app.accountId, 'sync'))!;
  const asked = Date.now();
  await append('Meanwhile');
  await expect
    .poll(async () => (await app.account()).nextSyncAt as Date, soon)
    .toSatisfy((time: Date) => time.getTime() >= asked && time.getTime() <= Date.now());
  expect(await subjects()).not.toContain('Meanwhile');
  await releaseLease(app.mail, lease);
  await expect.poll(subjects, soon).toContain('Meanwhile');
  await expectMirror(app);
});

test('a message that was moved into the inbox keeps its row', async () => {
  await atRest();
  await append('Wanderer', 'Archive');
  app.mail.wake('sync', app.accountId);
  await expect.poll(subjects, soon).toContain('Wanderer');
  await atRest();
  const [row] = await app.rows('mailMessages', { subject: 'Wanderer' });
  await app.box.mail.move(app.owner, 'Archive', [Number(row!.uid)], 'INBOX');
  const inbox = await app.mailbox('inbox');
  await expect
    .poll(
      async () =>
        (await app.rows('mailMessages', { subject: 'Wanderer' })).map(({ id, mailboxId }) => [id, String(mailboxId)]),
      soon,
    )
    .toEqual([[row!.id, inbox.id]]);
});

test('a message without a Message-ID that was moved into the inbox keeps its row, too', async () => {
  await atRest();
  await app.box.mail.append(app.owner, 'Junk Email', message({ 'Message-ID': null, Subject: 'No spam after all' }));
  app.mail.wake('sync', app.accountId);
  await expect.poll(subjects, soon).toContain('No spam after all');
  await atRest();
  const [row] = await app.rows('mailMessages', { subject: 'No spam after all' });
  await app.box.mail.move(app.owner, 'Junk Email', [Number(row!.uid)], 'INBOX');
  const inbox = await app.mailbox('inbox');
  await expect
    .poll(
      async () =>
        (await app.rows('mailMessages', { subject: 'No spam after all', vanishedAt: null })).map((one) => [
          one.id,
          String(one.mailboxId),
        ]),
      soon,
    )
    .toEqual([[row!.id, inbox.id]]);
});

test('a server that tells the listening connection to wait means the whole account, and longer than it said before', async () => {
  await atRest();
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000);
  const throttled = new MailError('throttled', 'throttled');
  const [later, sooner] = [at(90), at(30)];
  await tellToWait(app.mail, app.accountId, new MailError('transient', 'connectionLost'), later);
  expect((await app.account()).backOffUntil).toBeNull();
  await tellToWait(app.mail, app.accountId, throttled, later);
  await tellToWait(app.mail, app.accountId, throttled, sooner);
  expect(await app.account()).toMatchObject({
    backOffUntil: later,
    nextSyncAt: later,
    lastError: { code: 'throttled' },
  });
  // It is not listened to either, meanwhile.
  await expect.poll(() => app.box.control.state().imapConnections.length, soon).toBe(0);
});
