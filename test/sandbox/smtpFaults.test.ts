import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol } from '../../sandbox/outlook';
import type { Sandbox, SmtpFault } from '../../sandbox/outlook';
import { refusalOf, sandbox, smtpClient } from './clients';

let box: Sandbox;
beforeAll(async () => void (box = await sandbox()));
beforeEach(() => box.reset());
afterAll(() => box?.stop());

interface Letter {
  from?: string;
  to?: string;
  text?: string;
  messageId?: string;
  envelope?: { from: string; to: string[] };
}

async function send(letter: Letter = {}, token?: string) {
  const transport = await smtpClient(box, alice.upn, token);
  return transport.sendMail({ from: alice.upn, to: bob.upn, subject: 'hello', text: 'hi', ...letter });
}

const sentItems = async () => (await box.mail.list(alice.upn, 'Sent Items')).messages;

describe('refusals', () => {
  test.each<[NonNullable<SmtpFault['reply']>, number, string, string]>([
    ['authDisabledTenant', 535, '5.7.139', 'EAUTH'],
    ['authDisabledMailbox', 535, '5.7.139', 'EAUTH'],
    ['authTemporary', 454, '4.7.0', 'EAUTH'],
    ['tooManyConnections', 432, '4.3.2', 'EENVELOPE'],
    ['senderThreadLimit', 432, '4.3.2', 'EMESSAGE'],
    ['busy', 451, '4.7.500', 'EENVELOPE'],
    ['sendAsDenied', 550, '5.7.60', 'EENVELOPE'],
    ['recipientNotFound', 550, '5.1.10', 'EENVELOPE'],
    ['timeout', 451, '4.4.2', 'EMESSAGE'],
    ['quota', 554, '5.2.0', 'EMESSAGE'],
    ['mailboxFull', 554, '5.2.2', 'EMESSAGE'],
    ['submissionQuota', 554, 'SubmissionQuotaExceeded', 'EMESSAGE'],
    ['dailyLimit', 550, '5.1.90', 'EMESSAGE'],
    ['spamBlocked', 550, '5.1.8', 'EMESSAGE'],
    ['tooLarge', 552, '5.3.4', 'EMESSAGE'],
  ])('%s answers %i %s, and only once', async (reply, responseCode, words, code) => {
    box.control.failSmtp({ reply });
    const error = await refusalOf(send());
    expect(error).toMatchObject({ responseCode, code });
    expect(error.response).toContain(words);
    await send();
    expect(await sentItems()).toHaveLength(1);
  });

  test('any other reply can be said at any stage', async () => {
    box.control.failSmtp({ custom: { code: 451, text: '4.7.0 Come back later' }, stage: 'rcpt', user: alice.upn });
    expect(await refusalOf(send())).toMatchObject({ responseCode: 451 });
    box.control.failSmtp({ reply: 'serviceUnavailable' });
    await refusalOf(send());
  });

  test('SMTP AUTH can be off for one mailbox or for the tenant', async () => {
    box.control.setUser({ user: alice.upn, smtpDisabled: true });
    expect((await refusalOf(send())).response).toContain('disabled for the Mailbox');
    box.control.setUser({ user: alice.upn, smtpDisabled: false });
    box.control.setSmtp({ authDisabled: true });
    expect((await refusalOf(send())).response).toContain('disabled for the Tenant');
  });

  test.each([
    ['of another user', () => box.token(bob.upn)],
    ['without SMTP.Send', () => box.token(alice.upn, { scopes: ['IMAP.AccessAsUser.All'] })],
    ['for Graph', () => box.token(alice.upn, { audience: 'https://graph.microsoft.com' })],
    ['that has expired', () => box.token(alice.upn, { ttl: -10 })],
  ])('a token %s gets 535 5.7.3', async (_name, mint) => {
    const error = await refusalOf(send({}, await mint()));
    expect(error).toMatchObject({ responseCode: 535, code: 'EAUTH' });
    expect(error.response).toContain('5.7.3');
  });

  test('nobody sends as somebody else, in the envelope or in the header', async () => {
    expect(await refusalOf(send({ from: bob.upn }))).toMatchObject({ responseCode: 550 });
    const envelope = { from: alice.upn, to: [carol.upn] };
    expect(await refusalOf(send({ from: bob.upn, envelope }))).toMatchObject({ responseCode: 554 });
  });

  test('an unknown colleague is refused, a large message too', async () => {
    expect(await refusalOf(send({ to: 'nobody@contoso.onmicrosoft.com' }))).toMatchObject({ responseCode: 550 });
    box.control.setSmtp({ size: 20_000 });
    expect(await refusalOf(send({ text: 'x'.repeat(30_000) }))).toMatchObject({ responseCode: 552 });
  });

  test('more connections than allowed get 432', async () => {
    box.control.setSmtp({ maxConnections: 1 });
    const first = await smtpClient(box, alice.upn, undefined, true);
    const letter = { from: alice.upn, to: bob.upn, subject: 'hello', text: 'hi' };
    await first.sendMail(letter);
    expect(await refusalOf(send())).toMatchObject({ responseCode: 432 });
    await first.sendMail(letter);
    first.close();
  });
});

describe('cut connections', () => {
  test.each<[NonNullable<SmtpFault['drop']>, number]>([
    ['connect', 0],
    ['auth', 0],
    ['mail', 0],
    ['rcpt', 0],
    ['data', 0],
    ['accepted', 1],
  ])('a drop at %s leaves %i message behind', async (drop, count) => {
    box.control.failSmtp({ drop });
    const error = await refusalOf(send());
    expect(error.responseCode).toBeUndefined();
    expect(await sentItems()).toHaveLength(count);
    expect((await box.mail.list(bob.upn, 'INBOX')).messages).toHaveLength(count);
  });

  test('the network below can be refused, cut or reset', async () => {
    box.control.failSmtpNetwork({ kind: 'refuse' });
    await refusalOf(send());
    box.control.failSmtpNetwork({ kind: 'reset', afterBytes: 600 });
    await refusalOf(send());
    await send();
  });
});

describe('Message-ID and the copy in Sent Items', () => {
  test('a rewritten Message-ID is told in the reply, and ours is kept beside it', async () => {
    box.control.setSmtp({ rewriteMessageId: true });
    const info = await send({ messageId: '<ours@app.example>' });
    const [copy] = await sentItems();
    expect(copy?.messageId).toMatch(/\.prod\.outlook\.com>$/);
    expect(info.response).toContain(copy?.messageId);
    const source = (await box.mail.source(alice.upn, 'Sent Items', copy?.uid ?? 0)).toString();
    expect(source).toContain('X-Microsoft-Original-Message-ID: <ours@app.example>');
    expect((await box.mail.list(bob.upn, 'INBOX')).messages[0]?.messageId).toBe(copy?.messageId);
  });

  test('the copy can come late', async () => {
    box.control.setSmtp({ sentCopy: 'late' });
    const { messageId } = await send();
    expect(await sentItems()).toEqual([]);
    expect(await box.control.releaseSentCopies()).toBe(1);
    expect(await sentItems()).toMatchObject([{ messageId }]);
  });

  test('a late copy comes by itself where a delay is set', async () => {
    box.control.setSmtp({ sentCopy: 'late', sentCopyDelayMs: 100 });
    await send();
    await expect.poll(async () => (await sentItems()).length).toBe(1);
  });

  test('the copy can be missing, foreign or double', async () => {
    box.control.setSmtp({ sentCopy: 'missing' });
    await send();
    expect(await sentItems()).toEqual([]);
    box.control.setSmtp({ sentCopy: 'foreign' });
    const { messageId } = await send();
    const [foreign] = await sentItems();
    expect(foreign?.messageId).not.toBe(messageId);
    box.control.setSmtp({ sentCopy: 'double' });
    await send();
    expect(await sentItems()).toHaveLength(3);
  });

  test('the honest network slows a submission down', async () => {
    box.control.setNetwork('honest');
    const started = performance.now();
    await send();
    // Greeting, EHLO, STARTTLS, TLS, EHLO, AUTH, MAIL, RCPT, DATA, dot: at least eight round trips.
    expect(performance.now() - started).toBeGreaterThan(8 * 40);
  });
});
