import { describe, expect, test } from 'vitest';
import {
  addressText,
  isAddress,
  othersIn,
  parseAddress,
  parseAddresses,
  participantsLine,
  uniqueAddresses,
} from '../../../src/client/mail/addresses';
import { fileSize } from '../../../src/client/mail/fileSize';
import { fullDate, listDate, messageDate } from '../../../src/client/mail/dates';
import { linkify, splitTextQuote } from '../../../src/client/mail/linkify';

const person = (address: string, name = '') => ({ name, address });

describe('an address', () => {
  test.each(['a@b.co', 'o.k+tag@sub.contoso.example', "o'brien@x.ie", 'олена@пошта.укр', 'a@xn--80ak6aa92e.com'])(
    '%s can be written to',
    (text) => expect(isAddress(text)).toBe(true),
  );

  test.each([
    ...['', 'anna', 'anna@', '@x.com', 'a b@x.com', 'a@b', 'a@@b.com', 'a@b..com', '.a@b.com', 'a..b@c.com'],
    ...['a@b.com,c@d.com', 'a@b.com\r\nBcc: x@y.z', '<a@b.com>', 'a@-b.com', `${'a'.repeat(65)}@b.com`],
  ])('%j is shown as wrong', (text) => expect(isAddress(text)).toBe(false));

  test('keeps its name, quoted where it could be taken for two', () => {
    expect(addressText(person('a@b.co', 'Anna Müller'))).toBe('Anna Müller <a@b.co>');
    expect(addressText(person('a@b.co', 'Müller, Anna'))).toBe('"Müller, Anna" <a@b.co>');
    expect(addressText(person('a@b.co', 'a@b.co'))).toBe('a@b.co');
    expect(addressText(person('', 'Undisclosed recipients'))).toBe('Undisclosed recipients');
    expect(parseAddress('"Müller, Anna" <a@b.co>')).toEqual(person('a@b.co', 'Müller, Anna'));
    expect(parseAddress('a@b.co <a@b.co>')).toEqual(person('a@b.co'));
  });
});

describe('pasted addresses', () => {
  test.each([
    ['a@b.co, c@d.co; e@f.co', ['a@b.co', 'c@d.co', 'e@f.co']],
    ['"Doe, John" <j@d.co>, Ann <a@b.co>', ['j@d.co', 'a@b.co']],
    ['a@b.co\nc@d.co\r\n\n', ['a@b.co', 'c@d.co']],
    ['a@b.co c@d.co', ['a@b.co', 'c@d.co']],
    ['mailto:a@b.co', ['a@b.co']],
    ['Anna <a@b.co>;;, ', ['a@b.co']],
    ['not an address', ['not an address']],
    ['', []],
  ])('%j are %j', (text, addresses) => {
    expect(parseAddresses(text).map(({ address }) => address)).toEqual(addresses);
  });

  test('stay once, whatever their case', () => {
    const list = [person('A@b.co', 'First'), person('a@B.co', 'Second'), person('c@d.co')];
    expect(uniqueAddresses(list)).toEqual([list[0], list[2]]);
  });
});

describe('the people of a conversation', () => {
  const own = new Set(['me@x.co']);
  test.each([
    [[person('a@b.co', 'Anna Müller')], 'Anna Müller'],
    [[person('a@b.co', 'Anna Müller'), person('ME@x.co', 'Olena')], 'Anna Müller'],
    [[person('a@b.co', 'Anna Müller'), person('c@d.co', 'Bob Ross')], 'Anna, Bob'],
    [[person('me@x.co')], 'Me'],
    [[], ''],
    [['a', 'b', 'c', 'd', 'e'].map((name) => person(`${name}@x.org`)), 'a, b, c +2'],
  ])('%j read as %j', (people, line) => expect(participantsLine(people, own, 'Me')).toBe(line));
});

describe('an answer to all', () => {
  const mail = { from: person('ann@x.org'), replyTo: [], to: [person('ME@x.co')], cc: [] };
  const undisclosed = [person('', 'Undisclosed recipients')];
  const own = new Set(['me@x.co']);
  test.each([
    ['to the reader alone goes to its sender', {}, 1],
    ['to a list that does not name the reader goes to the list too', { to: [person('list@x.org')] }, 2],
    [
      'to a list that answers shall go to goes there alone',
      { to: [person('l@x.org')], replyTo: [person('L@x.org')] },
      1,
    ],
    ['to the reader and somebody else goes to both', { cc: [person('bob@x.org')] }, 2],
    ['of the reader goes to those he wrote to', { from: person('me@x.co'), to: [person('bob@x.org')] }, 1],
    ['to nobody who is named goes to its sender', { to: undisclosed }, 1],
  ])('%s', (_, changes, number) => expect(othersIn({ ...mail, ...changes }, own)).toHaveLength(number));
});

describe('links in plain text', () => {
  test.each([
    ['see https://a.example/x?y=1&z=2.', 'https://a.example/x?y=1&z=2', 'https://a.example/x?y=1&z=2'],
    ['(www.a.example/b_(c))', 'www.a.example/b_(c)', 'https://www.a.example/b_(c)'],
    ['write to anna@b.example, please', 'anna@b.example', 'mailto:anna@b.example'],
    ['请看https://a.example/x，谢谢。', 'https://a.example/x', 'https://a.example/x'],
    ['（www.a.example/b）、再见', 'www.a.example/b', 'https://www.a.example/b'],
    ['“https://a.example/日本”。', 'https://a.example/日本', 'https://a.example/%E6%97%A5%E6%9C%AC'],
  ])('%j has one', (text, link, href) => {
    const pieces = linkify(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter((piece) => piece.href)).toEqual([{ text: link, href }]);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'no link here', 'http://', '<script>x</script>'])(
    '%j has none that could do harm',
    (text) => expect(linkify(text).every(({ href }) => !href)).toBe(true),
  );
});

describe('links in a text made to keep the reader waiting', () => {
  test.each([
    ['a word of a megabyte', 'a'.repeat(1_000_000)],
    ['an address without an end', `${'a'.repeat(300_000)}@${'b'.repeat(300_000)}`],
    ['brackets without an end', `http://a.example/${')'.repeat(500_000)}`],
    ['dots without an end', `www.${'.'.repeat(500_000)}`],
  ])('%s', (_what, text) => {
    const pieces = linkify(text);
    expect(pieces.map((piece) => piece.text).join('') === text).toBe(true);
  });
});

describe('a quotation at the end of a text', () => {
  test('is folded away with the line that introduces it', () => {
    const text = 'Yes.\n\nOn Monday Anna wrote:\n> Shall we?\n>\n> Anna\n';
    expect(splitTextQuote(text)).toEqual({ own: 'Yes.', quote: 'On Monday Anna wrote:\n> Shall we?\n>\n> Anna' });
  });

  test('is folded away with the whole of an introduction that was wrapped', () => {
    const introduction = 'On Mon, 23 Nov 2026 at 10:12, Anna Maria Example <anna.maria@partner.example>\nwrote:';
    expect(splitTextQuote(`Yes.\n\n${introduction}\n\n> Shall we?\n`)).toEqual({
      own: 'Yes.',
      quote: `${introduction}\n\n> Shall we?`,
    });
    expect(splitTextQuote('I have read it.\nMy answer:\n> Shall we?').own).toBe('I have read it.');
  });

  test.each(['> only quoted', 'Answers\n> between\nlines', 'No quotation', ''])('is not taken out of %j', (text) => {
    expect(splitTextQuote(text)).toEqual({ own: text, quote: '' });
  });
});

describe('dates', () => {
  const now = new Date(2025, 4, 20, 15, 0);
  const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();
  test('of a list: the time today, the day this year, else the whole date', () => {
    expect(listDate(at(2025, 4, 20, 9, 5), now, 'en-GB')).toBe('09:05');
    expect(listDate(at(2025, 4, 20, 9, 5), now, 'en-US')).toMatch(/^9:05\sAM$/);
    expect(listDate(at(2025, 2, 3), now, 'en-GB')).toBe('3 Mar');
    expect(listDate(at(2024, 2, 3), now, 'en-GB')).toBe('03/03/2024');
    expect(listDate(at(2025, 2, 3), now, 'uk-UA')).toMatch(/^3 бер/);
  });

  test('that cannot be read are left out, and an unknown language falls back', () => {
    expect(listDate('nonsense', now, 'en')).toBe('');
    expect(fullDate(null, 'en')).toBe('');
    expect(messageDate(at(2025, 2, 3, 10), now, 'not a language')).toContain('Mar');
  });
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1234, '1.2 kB'],
  [482_133, '482 kB'],
  [2_482_133, '2.5 MB'],
])('%d octets read as %s', (octets, text) => expect(fileSize(octets, 'en')).toBe(text));
