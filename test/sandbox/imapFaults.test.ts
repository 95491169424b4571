import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, imapFaults } from '../../sandbox/outlook';
import type { ImapEffect, Sandbox } from '../../sandbox/outlook';
import { imapClient, refusalOf, sandbox } from './clients';

const mail = (subject: string, body = 'hello') =>
  `From: x@y.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@y.example>\r\n\r\n${body}\r\n`;

let box: Sandbox;
beforeAll(async () => void (box = await sandbox()));
beforeEach(() => box.reset());
afterAll(() => box?.stop());

async function fill(count: number, body = 'line of text\r\n'.repeat(400)): Promise<void> {
  await box.mail.seed(
    alice.upn,
    'INBOX',
    Array.from({ length: count }, (_one, index) => ({ raw: mail(`m${index}`, body) })),
  );
}

async function inbox(options: Parameters<typeof imapClient>[2] = {}): Promise<ImapFlow> {
  const imap = await imapClient(box, alice.upn, options);
  await imap.mailboxOpen('INBOX');
  return imap;
}

async function fetchAll(imap: ImapFlow): Promise<number> {
  let count = 0;
  for await (const message of imap.fetch('1:*', { uid: true, source: true })) count += message.source ? 1 : 0;
  return count;
}

const closed = (imap: ImapFlow) => new Promise<void>((resolve) => imap.once('close', resolve));
const idling = () =>
  expect.poll(() => box.control.state().imapCommands.some(({ command }) => command === 'IDLE')).toBe(true);

describe('at login', () => {
  test('IMAP switched off for a mailbox lets the login pass and then ends the connection', async () => {
    box.control.setUser({ user: alice.upn, imapDisabled: true });
    const error = await refusalOf(imapClient(box, alice.upn));
    expect(String(error.response ?? error.responseText)).toContain('User is authenticated but not connected.');
    expect((await imapClient(box, bob.upn)).authenticated).toBe(true);
  });

  test.each([
    ['authenticateFailed', 'AUTHENTICATE failed.'],
    ['serverUnavailable', 'Server Unavailable. 15'],
    ['commandError', 'Command Error. 12'],
  ] as const)('%s answers "%s" once', async (name, text) => {
    box.control.failImap({ name });
    expect(await refusalOf(imapClient(box, alice.upn))).toMatchObject({ responseText: text });
    (await imapClient(box, alice.upn)).close();
  });

  test('a fault for one user leaves the others alone', async () => {
    box.control.failImap(imapFaults.authenticateFailed({ user: bob.upn, times: 0 }));
    (await imapClient(box, alice.upn)).close();
    await refusalOf(imapClient(box, bob.upn));
    await refusalOf(imapClient(box, bob.upn));
  });

  test('a shared mailbox opens with the token of a user who has full access', async () => {
    const owner = box.users.find(({ upn }) => upn === bob.upn);
    if (owner) owner.fullAccess = [alice.upn];
    const accessToken = await box.token(alice.upn);
    const imap = await imapClient(box, bob.upn, { accessToken });
    expect(imap.authenticated).toBe(true);
    imap.close();
    if (owner) owner.fullAccess = [];
    await refusalOf(imapClient(box, bob.upn, { accessToken }));
  });
});

describe('in the middle of work', () => {
  test('throttling tells its back-off and passes', async () => {
    await fill(1);
    const imap = await inbox();
    box.control.failImap({ name: 'throttled', backoffMs: 300 });
    const started = performance.now();
    expect(await imap.fetchOne('1', { envelope: true })).toBeTruthy();
    expect(performance.now() - started).toBeGreaterThan(250);
    imap.close();
  });

  test.each<[string, ImapEffect]>([
    ['closed without a word', { kind: 'close' }],
    ['reset', { kind: 'reset' }],
    ['ended with BYE', { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' }],
  ])('a connection can be %s at a byte of a download', async (_name, effect) => {
    await fill(20);
    const imap = await inbox();
    box.control.failImap({ effect, afterBytes: 30_000 });
    expect(await refusalOf(fetchAll(imap))).toMatchObject({ code: 'NoConnection' });
    const again = await inbox();
    expect(await fetchAll(again)).toBe(20);
    again.close();
  });

  test('a connection can be cut on a command that matches', async () => {
    const imap = await inbox();
    box.control.failImap({ on: '^STATUS', effect: { kind: 'reset' } });
    const gone = closed(imap);
    await imap.status('Archive', { messages: true }).catch(() => undefined);
    await gone;
  });

  test('a black hole says nothing more and keeps the connection open', async () => {
    await fill(1);
    const imap = await inbox({ socketTimeout: 3_000 });
    box.control.failImap({ on: '^(UID )?FETCH', effect: { kind: 'blackhole' } });
    expect(await refusalOf(fetchAll(imap))).toMatchObject({ code: 'NoConnection' });
  });

  test('an APPEND can be refused although its literal is under way', async () => {
    const imap = await inbox();
    box.control.failImap({ on: '^APPEND', effect: { kind: 'reply', status: 'NO', text: 'Folder is not found' } });
    await refusalOf(imap.append('INBOX', mail('refused')));
    await imap.append('INBOX', mail('taken'));
    expect((await box.mail.list(alice.upn, 'INBOX')).messages).toMatchObject([{ subject: 'taken' }]);
    imap.close();
  });

  test('a command can be held back', async () => {
    const imap = await inbox();
    box.control.failImap({ on: '^NOOP', effect: { kind: 'delay', ms: 200 } });
    const started = performance.now();
    await imap.noop();
    expect(performance.now() - started).toBeGreaterThan(190);
    imap.close();
  });

  test('a session ends with its access token', async () => {
    const imap = await inbox({ accessToken: await box.token(alice.upn, { ttl: 4 }) });
    await closed(imap);
    expect(imap.byeReason).toContain('AccessTokenExpired');
  });

  test('a session outlives its token where that is switched off', async () => {
    box.control.setImap({ endWithToken: false });
    const expired = Date.now() + 5000;
    const imap = await inbox({ accessToken: await box.token(alice.upn, { ttl: 4 }) });
    await expect.poll(() => Date.now() > expired).toBe(true);
    await imap.noop();
    expect(imap.usable).toBe(true);
    imap.close();
  });

  test('an idle connection hears BYE and closes', async () => {
    const imap = await inbox();
    const gone = closed(imap);
    box.control.failImap({ name: 'byeDuringIdle', afterMs: 50 });
    const idle = imap.idle();
    await gone;
    expect(await idle).toBe(false);
  });

  test('open connections can be struck at any moment', async () => {
    const imap = await inbox();
    const idle = imap.idle();
    await idling();
    const gone = closed(imap);
    expect(box.control.endImapSessions({ user: alice.upn, effect: { kind: 'close' } })).toBe(1);
    await gone;
    await idle;
  });
});

describe('damaged messages', () => {
  const two =
    'From: x@y.example\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
    '--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: text/csv; name="a (b).csv"\r\n' +
    'Content-Disposition: attachment; filename="a (b).csv"\r\n\r\n1,2\r\n--b--\r\n';

  test('an unreadable message keeps its envelope but gives no content', async () => {
    await fill(3, 'short');
    box.control.damageMessage({
      user: alice.upn,
      mailbox: 'INBOX',
      uid: (await box.mail.list(alice.upn, 'INBOX')).messages[1]?.uid ?? 0,
      kind: 'unreadable',
    });
    const imap = await inbox();
    let envelopes = 0;
    for await (const message of imap.fetch('1:*', { uid: true, envelope: true })) envelopes += message.envelope ? 1 : 0;
    expect(envelopes).toBe(3);
    const subjects: unknown[] = [];
    const read = async () => {
      for await (const message of imap.fetch('1:*', { uid: true, source: true })) subjects.push(message.uid);
    };
    await refusalOf(read());
    expect(subjects).toHaveLength(2);
    imap.close();
  });

  test('a broken structure has NIL where a part is due', async () => {
    const uid = await box.mail.append(alice.upn, 'INBOX', two);
    const plain = await inbox();
    const whole = await plain.fetchOne(String(uid), { bodyStructure: true }, { uid: true });
    expect(whole && whole.bodyStructure?.childNodes).toHaveLength(2);
    box.control.damageMessage({ user: alice.upn, mailbox: 'INBOX', uid, kind: 'brokenStructure' });
    const broken = await plain
      .fetchOne(String(uid), { bodyStructure: true }, { uid: true })
      .catch((error: unknown) => error);
    expect(broken).not.toEqual(whole);
    plain.close();
  });
});

describe('the mailbox itself', () => {
  test('a mailbox gets another UIDVALIDITY, with new UIDs if asked', async () => {
    await fill(2, 'x');
    const before = await box.mail.list(alice.upn, 'INBOX');
    await box.control.changeUidValidity({ user: alice.upn, mailbox: 'INBOX', renumber: true });
    const imap = await inbox();
    expect(imap.mailbox && Number(imap.mailbox.uidValidity)).toBeGreaterThan(before.uidValidity);
    const after = await box.mail.list(alice.upn, 'INBOX');
    expect(after.messages).toHaveLength(2);
    expect(after.messages[0]?.uid).toBeGreaterThan(before.messages[1]?.uid ?? 0);
    imap.close();
  });

  test('the honest network takes a round trip for a command and a moment for each item', async () => {
    await fill(50, 'x');
    const imap = await inbox();
    box.control.setNetwork('honest');
    let started = performance.now();
    await imap.noop();
    expect(performance.now() - started).toBeGreaterThan(38);
    started = performance.now();
    let rows = 0;
    for await (const message of imap.fetch('1:*', { uid: true, envelope: true })) rows += message.uid ? 1 : 0;
    expect(rows).toBe(50);
    expect(performance.now() - started).toBeGreaterThan(85);
    imap.close();
  });
});

describe('what another server may lack', () => {
  /** A command as it stands: imapflow would not send what is not announced. */
  const exec = (imap: ImapFlow, command: string, attributes: object[]) =>
    (imap as unknown as { exec(command: string, attributes: object[]): Promise<unknown> }).exec(command, attributes);

  test('MOVE is neither announced nor known, and COPYUID not told', async () => {
    await fill(2, 'x');
    box.control.setImap({ without: ['MOVE', 'COPYUID'] });
    const imap = await inbox();
    expect(imap.capabilities.has('MOVE')).toBe(false);
    expect(imap.capabilities.has('UIDPLUS')).toBe(true);
    const copied = await imap.messageCopy('1', 'Archive');
    expect(copied && copied.uidMap).toBeUndefined();
    expect((await box.mail.list(alice.upn, 'Archive')).messages).toHaveLength(1);
    const refused = await refusalOf(
      exec(imap, 'UID MOVE', [
        { type: 'SEQUENCE', value: '1' },
        { type: 'ATOM', value: 'Archive' },
      ]),
    );
    expect(refused).toMatchObject({ responseStatus: 'BAD' });
    await box.reset();
    expect((await imapClient(box, alice.upn)).capabilities.has('MOVE')).toBe(true);
  });

  test('without UIDPLUS nothing is expunged by UID', async () => {
    box.control.setImap({ without: ['UIDPLUS'] });
    const imap = await inbox();
    expect(imap.capabilities.has('UIDPLUS')).toBe(false);
    const refused = await refusalOf(exec(imap, 'UID EXPUNGE', [{ type: 'SEQUENCE', value: '1' }]));
    expect(refused).toMatchObject({ responseStatus: 'BAD' });
  });
});

describe('an answer that is lost', () => {
  test('means that the command was carried out all the same', async () => {
    await fill(2, 'x');
    const imap = await inbox();
    box.control.failImap({ on: '^MOVE', effect: { kind: 'lostAnswer', then: 'close' } });
    await refusalOf(imap.messageMove('1', 'Archive').then((moved) => Promise.reject(new Error(String(moved)))));
    expect((await box.mail.list(alice.upn, 'Archive')).messages).toHaveLength(1);
    expect((await box.mail.list(alice.upn, 'INBOX')).messages).toHaveLength(1);
  });
});
