/** Killed in the middle of the first sync and started again: exactly the server's messages. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectCounters, expectMirror, message, startMailApp, type MailApp } from './mailApp';
import { passTime, spawnSync, type SyncChild } from './syncChild';

const MESSAGES = 700;
let app: MailApp;
let child: SyncChild | undefined;

beforeAll(async () => {
  app = await startMailApp();
});
afterEach(() => kill());
afterAll(() => app?.stop());

const model = (name: string) => app.mail.db.getCollection(name).model;

async function kill(): Promise<void> {
  await child?.kill();
  child = undefined;
}

/** A sync process on the app's database, while the app itself does not sync. */
async function spawn(): Promise<void> {
  await passTime(app);
  child = await spawnSync(app);
}

const stored = () => model('mailMessages').count({ where: { accountId: app.accountId } });

test('killed again and again in the middle of the first sync, it ends with exactly the messages of the server', async () => {
  await app.sync();
  const thread = '<thread@sandbox.example>';
  await app.box.mail.seed(
    app.owner,
    'INBOX',
    Array.from({ length: MESSAGES }, (_one, index) => ({ raw: message(index % 3 ? {} : { References: thread }) })),
  );
  await app.box.mail.seed(
    app.owner,
    'Sent Items',
    Array.from({ length: 60 }, () => ({ raw: message(), flags: ['\\Seen'] })),
  );

  const seen: number[] = [];
  for (const share of [0.05, 0.3, 0.6]) {
    await spawn();
    await expect.poll(stored, { interval: 10 }).toBeGreaterThan(MESSAGES * share);
    await kill();
    seen.push(await stored());
    await expectCounters(app);
  }
  // Otherwise nothing was interrupted and this test proves nothing.
  expect(seen[0]).toBeLessThan(MESSAGES);

  await spawn();
  const complete = async () => (await app.rows('mailboxes', { syncing: true })).every((row) => row.backfillDone);
  await expect.poll(complete, { timeout: 120_000 }).toBe(true);
  const texts = async () => (await app.rows('mailMessages', { preview: null })).length;
  await expect.poll(texts, { timeout: 120_000 }).toBe(0);
  await kill();
  await expectMirror(app);
  const ids = (await app.rows('mailMessages')).map((row) => `${String(row.mailboxId)} ${String(row.uid)}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await app.rows('mailThreads', { messageCount: Math.ceil(MESSAGES / 3) })).toHaveLength(1);
}, 600_000);
