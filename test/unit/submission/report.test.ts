import { describe, expect, test } from 'vitest';
import {
  idsInText,
  idsOfReturned,
  isReportSender,
  reportedRecipients,
} from '../../../src/server/submission/reports/report';

const POSTFIX = `Reporting-MTA: dns; mx.partner.example
X-Postfix-Queue-ID: 4D2
Arrival-Date: Sun,  1 Mar 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; Bob@partner.example
Original-Recipient: rfc822;bob.b@partner.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bob@partner.example>:
    Recipient address rejected

Final-Recipient: rfc822; late@partner.example
Action: delayed
Status: 4.4.1
`;
const EXCHANGE = [
  'Reporting-MTA: dns;SANDBOX.PROD.OUTLOOK.COM',
  'Received-From-MTA: dns;SANDBOX.outlook.office365.com',
  '',
  'Final-recipient: RFC822;nobody@fabrikam.example',
  'Action: failed',
  'Status: 5.1.10',
  'Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient nobody@fabrikam.example not found',
  '',
].join('\r\n');

describe('a delivery status', () => {
  test('of Postfix names who failed and who is late', () => {
    expect(reportedRecipients(POSTFIX)).toEqual([
      { address: 'bob.b@partner.example', action: 'failed', status: '5.1.1' },
      { address: 'late@partner.example', action: 'delayed', status: '4.4.1' },
    ]);
  });

  test('of Exchange is read in its own spelling', () => {
    expect(reportedRecipients(EXCHANGE)).toEqual([
      { address: 'nobody@fabrikam.example', action: 'failed', status: '5.1.10' },
    ]);
  });

  test.each(['', 'nonsense', 'Action: failed', 'Final-Recipient: rfc822; x\nAction: failed', '\0\uffff\n\n\n'])(
    'that says nothing (%j) is nothing',
    (text) => expect(reportedRecipients(text)).toEqual([]),
  );

  test('of a million recipients is read to its limit', () => {
    const group = 'Final-Recipient: rfc822; a@x.example\nAction: failed\n\n';
    expect(reportedRecipients(group.repeat(100_000)).length).toBeLessThanOrEqual(201);
  });
});

test('a returned message is known by its own id, and by ours beside the one of Outlook.com', () => {
  const headers = [
    'Message-ID:',
    ' <new@sandbox.prod.outlook.com>',
    'Subject: a <b@c>',
    'X-Microsoft-Original-Message-ID: <ours@contoso.example>',
    '',
    'Message-ID: <in.the.body@x>',
  ].join('\r\n');
  expect(idsOfReturned(headers)).toEqual(['<new@sandbox.prod.outlook.com>', '<ours@contoso.example>']);
  expect(idsOfReturned('')).toEqual([]);
});

test('ids in a letter are found, and nothing else', () => {
  expect(idsInText('see <a@x> <a@x> <not an id> <b@y>')).toEqual(['<a@x>', '<b@y>']);
});

test.each([
  ['MAILER-DAEMON@mx.example', true],
  ['postmaster@outlook.com', true],
  ['MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@contoso.example', true],
  ['bob@mailer-daemon.example', false],
  ['', false],
])('%s is a server that reports: %s', (address, is) => expect(isReportSender(address)).toBe(is));
