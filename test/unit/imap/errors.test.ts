import { describe, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { toImapError } from '../../../src/server/imap/errors';

/** Errors as imapflow 2.10 throws them. */
const cases: [string, object, { kind: string; code: string }][] = [
  [
    'a refused token',
    { authenticationFailed: true, responseStatus: 'NO', responseText: 'AUTHENTICATE failed.' },
    { kind: 'reauthorize', code: 'loginRefused' },
  ],
  [
    'a refused token with a response code',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'AUTHENTICATIONFAILED' },
    { kind: 'reauthorize', code: 'loginRefused' },
  ],
  [
    'a mailbox that does not open after the login',
    { authenticationFailed: true, response: 'BAD User is authenticated but not connected.' },
    { kind: 'transient', code: 'notConnected' },
  ],
  [
    'a front end in trouble',
    { authenticationFailed: true, responseStatus: 'NO', responseText: 'Server Unavailable. 15' },
    { kind: 'transient', code: 'serverBusy' },
  ],
  [
    'a malformed exchange',
    { authenticationFailed: true, responseStatus: 'BAD', responseText: 'Command Error. 12' },
    { kind: 'transient', code: 'serverBusy' },
  ],
  [
    'UNAVAILABLE at login',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'UNAVAILABLE' },
    { kind: 'transient', code: 'serverBusy' },
  ],
  [
    'throttling at login',
    { authenticationFailed: true, responseText: 'Request is throttled. Suggested Backoff Time: 5000 milliseconds' },
    { kind: 'throttled', code: 'throttled' },
  ],
  ['throttling', { code: 'ETHROTTLE', throttleReset: 92415 }, { kind: 'throttled', code: 'throttled' }],
  [
    'too many connections',
    { responseStatus: 'NO', responseText: 'Too many simultaneous connections' },
    { kind: 'throttled', code: 'tooManyConnections' },
  ],
  [
    'the end of the token',
    { code: 'NoConnection', reason: 'Session invalidated - AccessTokenExpired' },
    { kind: 'transient', code: 'sessionEnded' },
  ],
  [
    'a folder that is gone',
    { responseStatus: 'NO', mailboxMissing: true },
    { kind: 'permanent', code: 'mailboxMissing' },
  ],
  ['a folder STATUS does not find', { code: 'NotFound' }, { kind: 'permanent', code: 'mailboxMissing' }],
  [
    'NONEXISTENT',
    { responseStatus: 'NO', serverResponseCode: 'NONEXISTENT' },
    { kind: 'permanent', code: 'mailboxMissing' },
  ],
  ['a lost connection', { code: 'EConnectionClosed' }, { kind: 'transient', code: 'connectionLost' }],
  ['BYE', { code: 'NoConnection', reason: 'Connection is closed. 13' }, { kind: 'transient', code: 'connectionLost' }],
  ['a reset', { code: 'ECONNRESET' }, { kind: 'transient', code: 'connectionLost' }],
  ['silence', { code: 'ETIMEOUT' }, { kind: 'transient', code: 'timeout' }],
  ['no greeting', { code: 'GREETING_TIMEOUT' }, { kind: 'transient', code: 'timeout' }],
  ['an unknown host', { code: 'ENOTFOUND' }, { kind: 'transient', code: 'serverUnreachable' }],
  ['a closed port', { code: 'ECONNREFUSED' }, { kind: 'transient', code: 'serverUnreachable' }],
  ['a foreign certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, { kind: 'transient', code: 'tlsFailed' }],
  ['another host’s certificate', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, { kind: 'transient', code: 'tlsFailed' }],
  ['a literal beyond all bounds', { code: 'LiteralTooLarge' }, { kind: 'transient', code: 'replyUnreadable' }],
  ['garbage', { code: 'ParserError11' }, { kind: 'transient', code: 'replyUnreadable' }],
  [
    'a refused command',
    { responseStatus: 'NO', responseText: 'Search failed.' },
    { kind: 'transient', code: 'commandRefused' },
  ],
  ['anything else', {}, { kind: 'transient', code: 'connectionLost' }],
];

describe('an IMAP error', () => {
  test.each(cases)('%s is told apart', (_name, thrown, expected) => {
    expect(toImapError(Object.assign(new Error('x'), thrown))).toMatchObject(expected);
  });

  test('waits as long as it was told, within reason', () => {
    expect(toImapError({ code: 'ETHROTTLE', throttleReset: 92415 }).retryAfterMs).toBe(92415);
    expect(toImapError({ code: 'ETHROTTLE', throttleReset: 9e12 }).retryAfterMs).toBe(120 * 60_000);
    const text = {
      authenticationFailed: true,
      responseText: 'Request is throttled. Suggested Backoff Time: 5000 milliseconds',
    };
    expect(toImapError(text).retryAfterMs).toBe(5000);
  });

  test('says nothing of what the server said', () => {
    const view = toImapError({ responseStatus: 'NO', responseText: 'secret@example.com' }).toView();
    expect(JSON.stringify(view)).not.toContain('secret');
  });

  test('that is ours already stays as it is, and nothing thrown is too strange', () => {
    const ours = new MailError('permanent', 'messageGone');
    expect(toImapError(ours)).toBe(ours);
    for (const strange of [undefined, null, 'text', 7]) expect(toImapError(strange).code).toBe('connectionLost');
  });
});
