import { describe, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { enhancedCodeOf, translateSmtpError, type SmtpStage } from '../../../src/server/submission/errors';

const parties = { host: 'smtp.office365.com', user: "o'neil@contoso.example", from: 'sales@contoso.example' };

/** As nodemailer reports a reply. */
function reply(response: string, command: string, more: object = {}): Error {
  const codes: Record<string, string> = { 'AUTH XOAUTH2': 'EAUTH', DATA: 'EMESSAGE', CONN: 'EPROTOCOL' };
  const fields = { code: codes[command] ?? 'EENVELOPE', command, response, responseCode: Number(response.slice(0, 3)) };
  return Object.assign(new Error(`refused: ${response}`), fields, more);
}

describe.each<[SmtpStage, string, [response: string, kind: string, code: string, who: string][]]>([
  [
    'connect',
    'CONN',
    [
      ['421 4.3.2 Service not available', 'throttled', 'serverBusy', 'nobody'],
      ['432 4.3.2 Concurrent connections limit exceeded', 'throttled', 'tooManyConnections', 'nobody'],
      ['554 5.7.1 Your address is blocked', 'permanent', 'smtpRefused', 'administrator'],
    ],
  ],
  [
    'login',
    'AUTH XOAUTH2',
    [
      [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
        'permanent',
        'smtpAuthDisabled',
        'administrator',
      ],
      [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
        'permanent',
        'smtpAuthDisabled',
        'administrator',
      ],
      [
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
        'permanent',
        'smtpLoginBlocked',
        'administrator',
      ],
      [
        '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
        'reauthorize',
        'loginRefused',
        'user',
      ],
      ['535 5.7.3 Authentication unsuccessful', 'reauthorize', 'loginRefused', 'user'],
      ['504 5.7.4 Unrecognized authentication type', 'permanent', 'smtpLoginUnsupported', 'administrator'],
      ['454 4.7.0 Temporary authentication failure', 'transient', 'serverBusy', 'nobody'],
    ],
  ],
  [
    'send',
    'MAIL FROM',
    [
      ['530 5.7.57 Client not authenticated to send mail', 'permanent', 'smtpLoginMissing', 'us'],
      [
        '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
        'permanent',
        'sendAsDenied',
        'administrator',
      ],
      ['552 5.3.4 Message size exceeds fixed maximum message size', 'permanent', 'messageTooLarge', 'user'],
      ['451 4.7.500 Server busy', 'transient', 'serverBusy', 'nobody'],
      ['503 5.5.1 Bad sequence of commands', 'transient', 'serverBusy', 'nobody'],
    ],
  ],
  [
    'send',
    'RCPT TO',
    [
      ['550 5.1.10 RESOLVER.ADR.RecipientNotFound', 'permanent', 'recipientRejected', 'user'],
      ['553 5.1.3 Invalid address', 'permanent', 'recipientRejected', 'user'],
      ['552 5.2.2 mailbox full', 'permanent', 'recipientRejected', 'user'],
      ['452 4.5.3 Too many recipients', 'permanent', 'tooManyRecipients', 'user'],
      ['450 4.2.1 Recipient busy', 'transient', 'serverBusy', 'nobody'],
    ],
  ],
  [
    'send',
    'DATA',
    [
      ['554 5.2.252 SendAsDenied; ann not allowed to send as sales', 'permanent', 'sendAsDenied', 'administrator'],
      [
        '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
        'permanent',
        'sendAsDenied',
        'administrator',
      ],
      ['554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException', 'throttled', 'dailyLimit', 'nobody'],
      ['550 5.1.90 daily limit for message recipients', 'throttled', 'dailyLimit', 'nobody'],
      ['554 5.2.0 STOREDRV.Submission.Exception:QuotaExceededException', 'permanent', 'ownMailboxFull', 'user'],
      ['554 5.2.2 mailbox full', 'permanent', 'ownMailboxFull', 'user'],
      ['550 5.2.251 mailbox throttled', 'permanent', 'ownMailboxFull', 'user'],
      ['550 5.2.253 no licence', 'permanent', 'noMailboxLicence', 'administrator'],
      ['550 5.2.254 too many recipients', 'permanent', 'tooManyRecipients', 'user'],
      ['550 5.1.8 Access denied, bad outbound sender', 'permanent', 'senderBlocked', 'administrator'],
      ['550 5.7.708 Access denied, traffic not accepted from this IP', 'permanent', 'senderBlocked', 'administrator'],
      ['552 5.3.4 Message size exceeds fixed maximum message size', 'permanent', 'messageTooLarge', 'user'],
      ['432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', 'throttled', 'tooManyConnections', 'nobody'],
      ['451 4.4.2 Connection dropped due to TimeOut', 'transient', 'serverBusy', 'nobody'],
      ['554 5.5.0 Protocol error', 'transient', 'serverBusy', 'nobody'],
      ['554 5.6.0 Corrupt message content', 'permanent', 'messageRejected', 'user'],
      ['554 no words and no code', 'permanent', 'messageRejected', 'user'],
    ],
  ],
])('%s, %s', (stage, command, rows) => {
  test.each(rows)('%s → %s %s (%s)', (response, kind, code, who) => {
    expect(translateSmtpError(stage, reply(response, command), parties)).toMatchObject({ kind, code, who });
  });
});

describe('without a reply', () => {
  test.each([
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'transient', 'serverUnreachable'],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'transient', 'serverUnreachable'],
    [{ code: 'ETIMEDOUT' }, 'transient', 'timeout'],
    [{ code: 'ECONNECTION' }, 'transient', 'connectionLost'],
    [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'transient', 'connectionLost'],
    [{ code: 'ETLS' }, 'transient', 'connectionLost'],
    [{ code: 'ESOCKET', originalCode: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'permanent', 'tlsFailed'],
    [{ code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'permanent', 'tlsFailed'],
    [{ code: 'ETLS', response: '502 5.5.1 not implemented', responseCode: 502 }, 'permanent', 'tlsMissing'],
  ])('%j → %s %s', (fields, kind, code) => {
    expect(translateSmtpError('connect', Object.assign(new Error('x'), fields), parties)).toMatchObject({ kind, code });
  });
});

test('the daily limit waits a day, too many connections less than a minute', () => {
  const wait = (response: string) => translateSmtpError('send', reply(response, 'DATA'), parties).retryAfterMs;
  expect(wait('550 5.1.90 daily limit')).toBe(24 * 3_600_000);
  expect(wait('432 4.3.2 Concurrent connections limit exceeded')).toBe(45_000);
});

test('the command for the administrator cannot be broken out of', () => {
  const disabled = reply('535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox.', 'AUTH XOAUTH2');
  expect(translateSmtpError('login', disabled, parties).params).toMatchObject({
    scope: 'mailbox',
    command: "Set-CASMailbox -Identity 'o''neil@contoso.example' -SmtpClientAuthenticationDisabled $false",
  });
});

test('refused recipients are named, the first five', () => {
  const rejected = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@x.example`);
  const error = translateSmtpError('send', reply('550 5.1.1 unknown', 'RCPT TO', { rejected }), parties);
  expect(error.params?.addresses).toBe(rejected.slice(0, 5).join(', '));
});

test('the server’s own words never leave the server', () => {
  const error = translateSmtpError('send', reply('554 5.6.0 <script>alert(1)</script>', 'DATA'), parties);
  expect(JSON.stringify(error)).not.toContain('script');
});

test('an error of ours stays what it is', () => {
  const ours = new MailError('transient', 'leaseLost');
  expect(translateSmtpError('send', ours, parties)).toBe(ours);
});

test.each([
  ['550 5.7.60 x', '5.7.60'],
  ['550-5.7.60 x', '5.7.60'],
  ['550 no', ''],
  ['550 15.7.60', ''],
])('the enhanced code of %j is %j', (response, code) => expect(enhancedCodeOf(response)).toBe(code));
