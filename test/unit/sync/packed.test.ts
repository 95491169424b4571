import { expect, test } from 'vitest';
import { messageOf } from '../../../src/server/sync/reader/envelopes';
import { packMessage, unpackMessage } from '../../../src/server/sync/reader/packed';
import { utf8Buffers } from '../../../src/server/sync/reader/utf8';

test('a message crosses as it is, whatever is missing and whatever stands in it', () => {
  const headers = [
    'Date: Mon, 2 Feb 2026 10:00:00 +0100',
    'From: "Grüße" <a@x.example>',
    'Subject: =?utf-8?q?a=F0=9F=98=80b?= \ud800',
    'References: <1@x> <2@x>',
    '',
  ].join('\r\n');
  const rows = [
    { seq: 1, uid: 1 },
    { seq: 2, uid: 2, headers: Buffer.from(headers), internalDate: new Date(1), size: 7, flags: new Set(['\\Seen']) },
    { seq: 3, uid: 3, headers: Buffer.from('Date: never\r\n'), bodyStructure: { type: 'text/plain', part: '1' } },
  ];
  const utf8 = utf8Buffers(0);
  for (const row of rows) {
    const message = messageOf(row as never, new Date(0));
    expect(unpackMessage(packMessage(message, utf8))).toEqual(message);
  }
});
