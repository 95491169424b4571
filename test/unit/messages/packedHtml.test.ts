import { expect, test } from 'vitest';
import { packHtml, packHtmlHere, unpackHtml } from '../../../src/server/messages/packedHtml';

const row = '<tr><td style="padding: 4px; font-family: Arial">Grüße 你好 😀</td></tr>\r\n';

test.each(['<p>Hello</p>', row.repeat(5000)])('html comes back as it was sent', async (html) => {
  for (const packedHtml of [await packHtml(html), packHtmlHere(html)]) {
    expect(await unpackHtml({ packedHtml, html: null })).toBe(html);
    // As some drivers give octets.
    expect(await unpackHtml({ packedHtml: new Uint8Array(packedHtml) })).toBe(html);
  }
});

test('html that repeats itself takes a fraction', () => {
  const html = row.repeat(500);
  expect(packHtmlHere(html).length).toBeLessThan(Buffer.byteLength(html) / 10);
});

test('what an earlier version stored as it was is read on', async () => {
  expect(await unpackHtml({ packedHtml: null, html: '<p>before</p>' })).toBe('<p>before</p>');
  expect(await unpackHtml({ packedHtml: packHtmlHere('<p>now</p>'), html: '<p>before</p>' })).toBe('<p>now</p>');
});

test('a message without html has none', async () => {
  expect(await unpackHtml({ packedHtml: null, html: null })).toBeNull();
  expect(await unpackHtml({ packedHtml: packHtmlHere(''), html: '' })).toBeNull();
});

const sent = (octets: Buffer, encoding?: string, charset?: string) =>
  unpackHtml({ packedHtml: packHtmlHere({ octets, encoding, charset }) });

test.each([
  ['quoted-printable', Buffer.from('<p>Gr=C3=BC=\r\n=C3=9Fe</p>')],
  ['base64', Buffer.from(Buffer.from('<p>Grüße</p>').toString('base64').replace(/.{8}/g, '$&\r\n'))],
  ['8bit', Buffer.from('<p>Grüße</p>')],
  [undefined, Buffer.from('<p>Grüße</p>')],
])('what was kept as it was sent is decoded when it is read: %s', async (encoding, octets) => {
  expect(await sent(octets, encoding, 'utf-8')).toBe('<p>Grüße</p>');
});

test('its charset is that of its part, else the one it names itself', async () => {
  expect(await sent(Buffer.from('<p>Gr=FC=DFe</p>'), 'quoted-printable', 'iso-8859-1')).toBe('<p>Grüße</p>');
  const named = Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0</p>', 'latin1');
  expect(await sent(named, '8bit')).toContain('<p>Пр</p>');
});

test.each(['"}\n<p>', 'no such charset', '\0', 'utf-7'])('a charset of %j does no harm', async (charset) => {
  expect(await sent(Buffer.from('<p>Hello</p>\n'), '7bit', charset)).toBe('<p>Hello</p>\n');
});

test('html that was kept as it was sent can be stored once it is decoded', async () => {
  expect(await sent(Buffer.from('<p>a=00b</p>'), 'quoted-printable')).toBe('<p>ab</p>');
  expect(await sent(Buffer.alloc(0), 'quoted-printable')).toBeNull();
});

test('base64 that repeats itself takes a fraction as well', () => {
  const octets = Buffer.from(Buffer.from(row.repeat(500)).toString('base64'));
  expect(packHtmlHere({ octets, encoding: 'base64', charset: 'utf-8' }).length).toBeLessThan(octets.length / 10);
});
