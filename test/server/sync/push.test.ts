/** The app on its own: it syncs what was connected, hears of new mail at once, and lets go when told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectMirror, message, onlyListens, startMailApp, type MailApp } from './mailApp';

let app: MailApp;

beforeAll(async () => {
  app = await startMailApp({ worker: true });
});
afterAll(() => app?.stop());

const soon = { interval: 20 };
const subjects = async () => (await app.rows('mailMessages', { vanishedAt: null })).map((row) => String(row.subject));
const idling = () => app.box.control.state().imapCommands.filter(({ command }) => command === 'IDLE').length;
const connections = () => app.box.control.state().imapConnections.length;

test('new mail, flags and deletions arrive without a poll', async () => {
  await expect.poll(async () => (await app.account()).firstSyncDoneAt, soon).not.toBeNull();
  await expect.poll(idling, soon).toBe(1);
  const uid = await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Pushed' }));
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Stays' }));
  await expect.poll(subjects, soon).toContain('Pushed');
  await app.box.mail.setFlags(app.owner, 'INBOX', [uid], ['\\Seen'], 'add');
  await expect.poll(async () => (await app.rows('mailMessages', { subject: 'Pushed' }))[0]?.seen, soon).toBe(true);
  await app.box.mail.expunge(app.owner, 'INBOX', [uid]);
  await expect.poll(subjects, soon).toEqual(['Stays']);
  await expect
    .poll(
      () =>
        expectMirror(app).then(
          () => true,
          () => false,
        ),
      soon,
    )
    .toBe(true);
});

test('a paused account is let go, and listened to again when it is resumed', async () => {
  const post = (action: string) =>
    app.user.agent.post(`/api/mailAccounts:${action}?filterByTk=${app.accountId}`).send({});
  // A pass over the changes above may still be under way.
  await expect.poll(connections, soon).toBe(1);
  expect((await post('pause')).status).toBeLessThan(300);
  await expect.poll(connections, soon).toBe(0);
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Unheard' }));
  expect(await subjects()).not.toContain('Unheard');
  const before = idling();
  expect((await post('resume')).status).toBeLessThan(300);
  await expect.poll(subjects, soon).toContain('Unheard');
  await expect.poll(idling, soon).toBe(before + 1);
});

test('a connection that ends without a word is opened again', async () => {
  // A pass over what was resumed may still be under way: its connection is not meant.
  await onlyListens(app);
  const before = idling();
  app.box.control.endImapSessions({ effect: { kind: 'bye', text: 'Connection is closed. 13' } });
  // The next look comes after its back-off, which the test does not sit out: the poll is the safety net meanwhile.
  await expect.poll(async () => (await app.account()).pushUntil, soon).toBeNull();
  expect(idling()).toBe(before);
  expect(await app.account()).toMatchObject({ state: 'active', lastError: null });
});

test('nothing stays open at the end', async () => {
  await app.stopWorker();
  // The server learns it a moment later.
  await expect.poll(connections, soon).toBe(0);
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'After the end' }));
  app.mail.wake('sync', app.accountId);
  expect(await app.account()).toMatchObject({ syncUntil: null, pushUntil: null });
});
