/** IDLE against a real server: nothing that is told is lost, and a server that says nothing for ever is noticed. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { alice, ensureCertificates, startSandbox, type Sandbox } from '../../../sandbox/outlook';
import { IDLE_SESSION, listen, type Rounds } from '../../../src/server/imap/idle';
import { openMailbox, searchUids } from '../../../src/server/imap/mailbox';
import { openSession, type DirectSession } from '../../../src/server/imap/session';

let box: Sandbox;
let session: DirectSession;
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const soon = { interval: 10 };
const raw = (subject: string) => `From: x@y.example\r\nSubject: ${subject}\r\n\r\nhello\r\n`;
const idles = () => box.control.state().imapCommands.filter(({ command }) => command === 'IDLE').length;

beforeAll(async () => {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  box = await startSandbox();
});
beforeEach(async () => {
  await box.reset();
  session = await open(60 * 60_000);
});
afterEach(() => session.close());
afterAll(() => box?.stop());

async function open(tokenLastsMs: number): Promise<DirectSession> {
  const { host, port, secure } = box.settings.imap;
  const accessToken = await box.token(alice.upn);
  const login = {
    endpoint: { host, port, secure },
    user: alice.upn,
    accessToken,
    expiresAt: new Date(Date.now() + tokenLastsMs),
  };
  const opened = await openSession(login, log, IDLE_SESSION);
  await openMailbox(opened, 'INBOX');
  return opened;
}

/** Listens and notes what was heard; `arrived` asks the server, as the real one does. */
function hear(rounds?: Rounds) {
  const heard = { uids: new Set<number>(), calls: 0, overlapping: false, changes: 0 };
  let busy = false;
  const done = listen(
    session,
    {
      arrived: async () => {
        heard.overlapping ||= busy;
        busy = true;
        heard.calls += 1;
        for (const uid of await searchUids(session, { all: true })) heard.uids.add(uid);
        busy = false;
      },
      changed: () => {
        heard.changes += 1;
      },
    },
    rounds,
  );
  done.catch(silent);
  return { heard, done };
}

test('what came before is looked for first, and of a burst nothing is lost', async () => {
  await box.mail.append(alice.upn, 'INBOX', raw('before'));
  const { heard, done } = hear();
  await expect.poll(() => heard.uids.size, soon).toBe(1);
  await Promise.all(Array.from({ length: 20 }, (_one, index) => box.mail.append(alice.upn, 'INBOX', raw(`${index}`))));
  await expect.poll(() => heard.uids.size, soon).toBe(21);
  expect(heard.overlapping).toBe(false);
  expect(heard.calls).toBeLessThan(22);
  session.client.close();
  await expect(done).rejects.toMatchObject({ code: 'connectionLost' });
});

test('flags and removals are told apart from arrivals', async () => {
  const uid = await box.mail.append(alice.upn, 'INBOX', raw('one'));
  const { heard } = hear();
  await expect.poll(idles, soon).toBe(1);
  const calls = heard.calls;
  await box.mail.setFlags(alice.upn, 'INBOX', [uid], ['\\Seen'], 'add');
  await expect.poll(() => heard.changes, soon).toBe(1);
  await box.mail.expunge(alice.upn, 'INBOX', [uid]);
  // The mark as deleted may be told as well, before the removal.
  await expect.poll(() => heard.changes, soon).toBeGreaterThan(1);
  expect(heard.calls).toBe(calls);
});

test('rounds end and begin anew on the same connection', async () => {
  const { heard } = hear({ round: 50, answerWithin: 60_000 });
  await expect.poll(idles, soon).toBeGreaterThan(3);
  expect(box.control.state().imapConnections).toHaveLength(1);
  await box.mail.append(alice.upn, 'INBOX', raw('between rounds'));
  await expect.poll(() => heard.uids.size, soon).toBe(1);
});

test('a server that has fallen silent is given up at the end of the round', async () => {
  const { done } = hear({ round: 200, answerWithin: 300 });
  await expect.poll(idles, soon).toBeGreaterThan(0);
  box.control.endImapSessions({ effect: { kind: 'blackhole' } });
  await expect(done).rejects.toMatchObject({ kind: 'transient' });
});

test('a server that ends IDLE at once again and again is not asked for ever', async () => {
  box.control.failImap({ on: '^IDLE', effect: { kind: 'reply', status: 'NO', text: 'Not now.' }, times: 0 });
  const { done } = hear();
  await expect(done).rejects.toMatchObject({ kind: 'transient' });
});

test('what the server says at the end is the reason', async () => {
  const { done } = hear();
  await expect.poll(idles, soon).toBe(1);
  box.control.endImapSessions({ effect: { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' } });
  await expect(done).rejects.toMatchObject({ code: 'sessionEnded' });
});

test('listening ends before the token does, without an error', async () => {
  await session.close();
  session = await open(400);
  const { done } = hear();
  const closed = once(session.client, 'close');
  await done;
  await closed;
});

test('what the listener throws ends it', async () => {
  const broken = new Error('no database');
  await expect(listen(session, { arrived: () => Promise.reject(broken), changed: silent })).rejects.toBe(broken);
});
