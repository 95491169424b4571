/** The app of a test file, and what must hold of a mailbox that was synced. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startMailApp, type MailApp } from '../../harness/mailApp';

export { held, message, startMailApp, type MailApp, type Row } from '../../harness/mailApp';

/** One app for all tests of a file; before each of them its server is as new, and synced. @param take is given the app */
export function mailAppForAll(take: (app: MailApp) => void): void {
  let app: MailApp | undefined;
  beforeAll(async () => take((app = await startMailApp())));
  afterAll(() => app?.stop());
  beforeEach(async () => {
    await app!.box.reset();
    await app!.sync();
  });
}

/** Waits until the app listens and does nothing else. A pass that follows another one would have claimed the account by then. */
export async function onlyListens(app: MailApp): Promise<void> {
  let quiet = 0;
  const looks = async () => {
    const { pushUntil, syncUntil } = await app.account();
    const one = app.box.control.state().imapConnections.length === 1;
    quiet = one && pushUntil !== null && syncUntil === null ? quiet + 1 : 0;
    return quiet;
  };
  await expect.poll(looks, { interval: 20 }).toBe(10);
}

interface Copy {
  mailbox: string;
  uid: number;
  messageId: string;
  seen: boolean;
  flagged: boolean;
}

const byPlace = (a: Copy, b: Copy) => a.mailbox.localeCompare(b.mailbox) || a.uid - b.uid;

/** What is stored and visible must be exactly what the server has, in every mailbox that syncs. */
export async function expectMirror(app: MailApp): Promise<void> {
  const mailboxes = await app.rows('mailboxes', { accountId: app.accountId, syncing: true, missingSince: null });
  const server: Copy[] = [];
  for (const { path: name } of mailboxes) {
    const { messages } = await app.box.mail.list(app.owner, String(name));
    for (const { uid, flags, messageId } of messages) {
      const names = flags.map((flag) => flag.toLowerCase());
      server.push({
        mailbox: String(name),
        uid,
        messageId: messageId ?? '',
        seen: names.includes('\\seen'),
        flagged: names.includes('\\flagged'),
      });
    }
  }
  const names = new Map(mailboxes.map(({ id, path: name }) => [id, String(name)]));
  const stored = (await app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null })).map((row) => ({
    mailbox: names.get(String(row.mailboxId)) ?? 'nowhere',
    uid: Number(row.uid),
    messageId: String(row.messageId ?? ''),
    seen: Boolean(row.seen),
    flagged: Boolean(row.flagged),
  }));
  expect(stored.sort(byPlace)).toEqual(server.sort(byPlace));
  await expectCounters(app);
}

/** Switches a folder off that is synced by itself. */
export async function switchOff(app: MailApp, role: string): Promise<void> {
  const { id } = await app.mailbox(role);
  await app.user.agent.post(`/api/mailboxes:choose?filterByTk=${id}`).send({ syncing: false }).expect(200);
}

/** Counters of threads are what counting their messages gives. */
export async function expectCounters(app: MailApp): Promise<void> {
  const visible = await app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null });
  const messages = visible.filter((row) => !row.removeWanted);
  const parts = await app.rows('mailThreadMailboxes', { accountId: app.accountId });
  const counted = new Map<string, { messageCount: number; unreadCount: number }>();
  for (const row of messages) {
    const key = `${String(row.threadId)} ${String(row.mailboxWanted ?? row.mailboxId)}`;
    const part = counted.get(key) ?? { messageCount: 0, unreadCount: 0 };
    const seen = (row.seenWanted ?? row.seen) as boolean;
    counted.set(key, { messageCount: part.messageCount + 1, unreadCount: part.unreadCount + (seen ? 0 : 1) });
  }
  const told = new Map(
    parts.map((row) => [
      `${String(row.threadId)} ${String(row.mailboxId)}`,
      { messageCount: row.messageCount, unreadCount: row.unreadCount },
    ]),
  );
  expect(told).toEqual(counted);
}
