/** What is stored is what the server has: first pass, repeated passes, and every kind of change in between. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectMirror, message, startMailApp, type MailApp } from './mailApp';

let app: MailApp;

beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app?.stop());

test('the first pass stores exactly the messages of the server and repeating it stores none twice', async () => {
  const { box, owner } = app;
  for (let count = 0; count < 5; count++) await box.mail.append(owner, 'INBOX', message());
  await box.mail.append(owner, 'Sent Items', message(), { flags: ['\\Seen'] });
  const account = await app.sync();
  expect(account.lastError).toBeNull();
  expect(account.firstSyncDoneAt).not.toBeNull();
  await expectMirror(app);
  const before = (await app.rows('mailMessages')).map(({ id }) => id);
  await app.sync();
  await expectMirror(app);
  expect((await app.rows('mailMessages')).map(({ id }) => id)).toEqual(before);
});
