/** Our decoder of quoted-printable gives what the library gives, whatever the input is. */
import libqp from 'libqp';
import { describe, expect, it } from 'vitest';
import { decodeQuotedPrintable } from '../../../src/server/imap/quotedPrintable';

const decode = (text: string) => decodeQuotedPrintable(Buffer.from(text, 'latin1')).toString('latin1');

/** The same numbers in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('quoted-printable', () => {
  it.each([
    ['=C3=A9t=C3=A9', 'Ã©tÃ©'],
    ['in small letters: =c3=a9', 'in small letters: Ã©'],
    ['a line that goes =\r\non', 'a line that goes on'],
    ['white space \t \r\nat ends  ', 'white space\r\nat ends'],
    ['escaped=20\r\nwhite space=20', 'escaped \r\nwhite space '],
    ['soft break =  \r\n with white space behind', 'soft break  with white space behind'],
    ['1 = 1, =XY, =4, =', '1 = 1, =XY, =4, '],
    ['raw \xe9 byte', 'raw \xe9 byte'],
    ['an escape =4=\r\n1 over two lines', 'an escape A over two lines'],
    ['', ''],
  ])('reads %j', (text, expected) => {
    expect(decode(text)).toBe(expected);
  });

  it('agrees with the library on what senders and attackers write, and leaves its input alone', () => {
    const pieces = [
      '=',
      '=',
      '=3D',
      '=c3=A9',
      ' ',
      '\t',
      '\r',
      '\n',
      '\r\n',
      '=\r\n',
      '=\n',
      'a',
      '4',
      '1',
      'F',
      '\xe9',
      'text',
    ];
    const next = numbers(1);
    for (let round = 0; round < 100_000; round++) {
      const bytes = Buffer.from(Array.from({ length: next(14) }, () => pieces[next(pieces.length)]).join(''), 'latin1');
      const before = bytes.toString('latin1');
      const decoded = decodeQuotedPrintable(bytes);
      if (!decoded.equals(libqp.decode(bytes))) expect(JSON.stringify(before)).toBe('decoded like the library');
      if (bytes.toString('latin1') !== before) expect(JSON.stringify(before)).toBe('unchanged');
    }
  });

  it('takes its time once only, whatever stands in a long line', () => {
    for (const piece of ['=', ' ', '= ', '=\n', '=4=\n', '==\n']) {
      const bytes = Buffer.from(piece.repeat(100_000), 'latin1');
      expect(decodeQuotedPrintable(bytes).equals(libqp.decode(bytes))).toBe(true);
    }
  });

  it('brings back what was encoded', () => {
    const next = numbers(2);
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(Array.from({ length: next(2000) }, () => next(256)));
      const wrapped = Buffer.from(libqp.wrap(libqp.encode(bytes)), 'latin1');
      expect(decodeQuotedPrintable(wrapped).equals(libqp.decode(wrapped))).toBe(true);
    }
  });
});
