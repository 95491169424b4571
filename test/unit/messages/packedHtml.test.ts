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
