import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol, frank } from '../../sandbox/outlook';
import type { Sandbox } from '../../sandbox/outlook';
import { connect, imapClient, refusalOf, sandbox, smtpClient } from './clients';

const PLAIN = 'From: x@y.example\r\nSubject: one\r\nMessage-ID: <one@y.example>\r\n\r\nhello';

let box: Sandbox;
beforeAll(async () => void (box = await sandbox()));
beforeEach(() => box.reset());
afterAll(() => box?.stop());

describe('the IMAP side speaks as Exchange does', () => {
  test('a token from a real sign-in opens the mailbox', async () => {
    const { accessToken } = await connect(box, alice.upn);
    await box.mail.append(alice.upn, 'INBOX', PLAIN);
    const imap = await imapClient(box, alice.upn, { accessToken });
    await imap.mailboxOpen('INBOX');
    const message = await imap.fetchOne('*', { envelope: true, uid: true });
    expect(message && message.envelope?.subject).toBe('one');
    await imap.logout();
  });

  test('CONDSTORE, SPECIAL-USE and custom keywords are absent, MOVE comes after login', async () => {
    const imap = await imapClient(box, alice.upn);
    const mailbox = await imap.mailboxOpen('INBOX');
    expect(imap.capabilities.has('MOVE')).toBe(true);
    expect([...imap.capabilities.keys()]).not.toEqual(expect.arrayContaining(['CONDSTORE']));
    expect([...imap.capabilities.keys()]).not.toEqual(expect.arrayContaining(['SPECIAL-USE']));
    expect(mailbox.highestModseq).toBeUndefined();
    expect([...(mailbox.permanentFlags ?? [])]).not.toContain('\\*');
    await imap.logout();
  });

  test('folders are listed under their English names with the flags Exchange shows', async () => {
    const imap = await imapClient(box, alice.upn);
    const list = await imap.list();
    const sent = list.find(({ path }) => path === 'Sent Items');
    expect(sent?.flags.has('\\Sent')).toBe(true);
    expect(list.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['INBOX', 'Drafts', 'Deleted Items', 'Junk Email', 'Archive', 'Calendar']),
    );
    await imap.logout();
  });

  test('a moved message tells its new UID', async () => {
    const uid = await box.mail.append(alice.upn, 'INBOX', PLAIN);
    const imap = await imapClient(box, alice.upn);
    await imap.mailboxOpen('INBOX');
    const moved = await imap.messageMove(String(uid), 'Archive', { uid: true });
    expect(moved && moved.uidMap?.get(uid)).toBeGreaterThan(0);
    expect((await box.mail.list(alice.upn, 'INBOX')).messages).toEqual([]);
    expect((await box.mail.list(alice.upn, 'Archive')).messages).toHaveLength(1);
    await imap.logout();
  });

  test('folders made, renamed and deleted by another client are listed so at once', async () => {
    const long = `Projects/${'Дуже довга назва '.repeat(5)}`.trim();
    await box.mail.createMailbox(alice.upn, 'Projects');
    await box.mail.createMailbox(alice.upn, long);
    await box.mail.append(alice.upn, long, 'Subject: kept\r\n\r\nhello');
    await box.mail.renameMailbox(alice.upn, 'Projects', 'projects');
    const renamed = long.replace('Projects', 'projects');
    const names = await box.mail.mailboxes(alice.upn);
    expect(names).toContain(renamed);
    expect(names).not.toContain(long);
    expect((await box.mail.list(alice.upn, renamed)).messages).toMatchObject([{ uid: 1, subject: 'kept' }]);
    await box.mail.deleteMailbox(alice.upn, renamed);
    expect(await box.mail.mailboxes(alice.upn)).not.toContain(renamed);
  });

  test('new mail is pushed to an idle connection', async () => {
    const imap = await imapClient(box, alice.upn);
    await imap.mailboxOpen('INBOX');
    const arrived = new Promise<{ count: number }>((resolve) => imap.once('exists', resolve));
    const idle = imap.idle();
    await expect.poll(() => box.control.state().imapCommands.some(({ command }) => command === 'IDLE')).toBe(true);
    await box.mail.deliver('x@y.example', alice.upn, PLAIN);
    expect((await arrived).count).toBe(1);
    imap.close();
    await idle;
  });

  test.each([
    ['of another user', () => box.token(bob.upn)],
    ['for Graph', () => box.token(alice.upn, { audience: 'https://graph.microsoft.com' })],
    ['without the IMAP scope', () => box.token(alice.upn, { scopes: ['SMTP.Send'] })],
    ['that has expired', () => box.token(alice.upn, { ttl: -10 })],
    ['that is none', async () => 'abc.def.ghi'],
  ])('a token %s is refused with "AUTHENTICATE failed."', async (_name, mint) => {
    const error = await refusalOf(imapClient(box, alice.upn, { accessToken: await mint() }));
    expect(error).toMatchObject({ authenticationFailed: true, responseText: 'AUTHENTICATE failed.' });
    expect(error.oauthError).toBeUndefined();
  });
});

describe('the SMTP side speaks as Exchange does', () => {
  const message = {
    from: alice.upn,
    to: [bob.upn, 'someone@elsewhere.example'],
    bcc: carol.upn,
    subject: 'Grüße',
    text: 'hi',
  };

  test('a message reaches its recipients, without Bcc, and is filed once in Sent Items', async () => {
    const info = await (await smtpClient(box, alice.upn)).sendMail(message);
    expect(info.response).toMatch(/^250 2\.0\.0 OK/);
    const [received] = (await box.mail.list(bob.upn, 'INBOX')).messages;
    expect(received).toMatchObject({ subject: 'Grüße', messageId: info.messageId });
    expect((await box.mail.source(bob.upn, 'INBOX', received?.uid ?? 0)).toString()).not.toMatch(/^Bcc:/im);
    expect((await box.mail.list(carol.upn, 'INBOX')).messages).toHaveLength(1);
    const sent = (await box.mail.list(alice.upn, 'Sent Items')).messages;
    expect(sent).toMatchObject([{ messageId: info.messageId, flags: ['\\Seen'] }]);
    expect(box.control.state().submissions).toMatchObject([{ external: ['someone@elsewhere.example'] }]);
  });

  test('mail between organisations arrives', async () => {
    await (await smtpClient(box, frank.upn)).sendMail({ from: frank.upn, to: alice.upn, subject: 'offer', text: 'x' });
    expect((await box.mail.list(alice.upn, 'INBOX')).messages).toMatchObject([{ subject: 'offer' }]);
  });
});
