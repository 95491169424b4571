/** The short ways of reading a header give what the long one gives. */
import { describe, expect, test } from 'vitest';
import { anyAddresses, plainAddresses } from '../../../src/server/imap/addresses';
import { envelopeOf } from '../../../src/server/imap/envelope';
import { corpusMessages } from '../../server/corpora/corpus';
import { slowEnvelopeOf } from './slowEnvelope';

/** Numbers that look random and are the same every time (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  ...[
    '"',
    '<',
    '>',
    '(',
    ')',
    ',',
    ';',
    ':',
    '\\',
    '@',
    '.',
    ' ',
    '  ',
    '\t',
    ', ',
    '=?',
    '?=',
    "'",
    '[',
    ']',
    '\r',
    '\0',
  ],
  ...[
    'Ann',
    'a@b.example',
    '<a@b.example>',
    '"Doe, Ann"',
    '"Ann" <a@b.example>',
    'Ann Doe <ann.doe@b.example>',
    'x+y@z',
  ],
  ...[
    '=?utf-8?Q?Gr=C3=BC=C3=9Fe?= <g@b.example>',
    '=?utf-7?Q?Caf+AOk-?=',
    '=?utf-8?B?0IbQstCw0L0=?=',
    'é',
    'undisclosed:;',
  ],
  ...[
    '"a b" <c@d>, "e (f)" <g@h>',
    "O'Neil & Sons <o@n.example>",
    '<a@b> <c@d>',
    '"x@y.example" <z@w>',
    '=?x?q?=3Ca@b=3E?=',
  ],
];
const IDS = [
  '<1@x>',
  '<a b@x>',
  '<no-at>',
  '<',
  '>',
  ' ',
  '\t',
  'bare@id',
  '<2@\r\n x>',
  '(note)',
  '"s"',
  'é',
  '<é@x>',
];
const DATES = [
  'Mon, 2 Feb 2026 10:00:00 +0200',
  '2 Feb 26 1:02 GMT',
  'Tue Mar  5 14:03:22 2002',
  'never',
  '32 Jan 2026 00:00',
];
const LINES = ['\r\n', '\n', '\r\n ', '\n\t', '\r\n\r\n', '\r'];

function header(random: (below: number) => number): Buffer {
  const some = (list: readonly string[], most: number) =>
    Array.from({ length: random(most + 1) }, () => list[random(list.length)]).join('');
  const names = ['Date', 'From', 'Sender', 'Reply-To', 'To', 'to', 'Cc', 'BCC', 'Subject', 'Message-ID', 'In-Reply-To'];
  const fields = [...names, 'References', 'X-Microsoft-Original-Message-ID', 'X y', ''];
  const text = Array.from({ length: random(14) }, () => {
    const name = fields[random(fields.length)]!;
    const pieces = /id$|^ref|^in-/i.test(name) ? IDS : name === 'Date' ? DATES : PIECES;
    const folded = random(3) === 0 ? [...pieces, ...LINES] : pieces;
    return `${name}${random(9) === 0 ? ' ' : ''}:${random(4) === 0 ? '' : ' '}${some(folded, 6)}${LINES[random(8)] ?? '\r\n'}`;
  }).join('');
  return Buffer.from(text, random(3) === 0 ? 'latin1' : 'utf8');
}

describe('the quick way', () => {
  test('reads generated headers as the long one does', () => {
    const random = randomOf(11);
    for (let count = 0; count < 4000; count++) {
      const bytes = header(random);
      expect(envelopeOf(bytes, 'windows-1251'), JSON.stringify(bytes.toString('latin1'))).toEqual(
        slowEnvelopeOf(bytes, 'windows-1251'),
      );
    }
  });

  test('reads lists of addresses as the library does, or leaves them to it', () => {
    const random = randomOf(12);
    let plain = 0;
    for (let count = 0; count < 20_000; count++) {
      const value = Array.from({ length: 1 + random(5) }, () => PIECES[random(PIECES.length)]).join('');
      const quick = plainAddresses(value);
      if (quick === null) continue;
      plain++;
      expect(quick, JSON.stringify(value)).toEqual(anyAddresses(value));
    }
    expect(plain).toBeGreaterThan(500);
  });

  test.each([
    ['a@b.example'],
    ['a@b.example, c@d.example,e@f'],
    ['"Doe, Ann (Sales); x:y" <ann.doe+tag@b.example>'],
    ["Ann O'Neil & Co. <ann@b.example>, Bob <bob@b.example>"],
    ['=?utf-8?Q?Gr=C3=BC=C3=9Fe?= <g@b.example>'],
    ['<a@b.example>'],
  ])('is taken for %s', (value) => {
    expect(plainAddresses(value)).toEqual(anyAddresses(value));
  });

  const messages = corpusMessages();
  test.runIf(messages.length > 0)('reads the headers of MAIL_CORPORA as the long one does', () => {
    for (const { name, raw } of messages) {
      const end = /\r?\n\r?\n/.exec(raw.subarray(0, 400_000).toString('latin1'))?.index ?? raw.length;
      const bytes = raw.subarray(0, end);
      expect(envelopeOf(bytes), name).toEqual(slowEnvelopeOf(bytes));
    }
  });
});
