import { describe, expect, test } from 'vitest';
import { textOfHtml } from '../../../src/server/imap/htmlText';

describe('the text of html', () => {
  test.each([
    ['<p>One</p><p>Two</p>', 'One\nTwo'],
    ['a<b>b</b>c <i>d</i>', 'abc d'],
    ['<table><tr><td>1</td><td>2</td></tr></table>', '1\n2'],
    ['line<br>break<br/>again', 'line\nbreak\nagain'],
    ['<head><title>No</title><style>p{}</style></head><body>Yes</body>', 'Yes'],
    ['<head><meta charset="utf-8"><body>No end of the head', 'No end of the head'],
    ['<style>p > a {}</style>Text<script>if (a < b) {}</script>', 'Text'],
    ['<!-- hidden <p>x</p> -->shown<!--[if mso]><p>Outlook</p><![endif]-->', 'shown'],
    ['&lt;not a tag&gt; &amp; &nbsp; &#1047;&eacute;', '<not a tag> & Зé'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['<a href="x>y" title=\'a>b\'>link</a>', 'link'],
    ['it<span title="it\'s">\u200b s</span>', 'it s'],
    ['<o:p>Word</o:p>', 'Word'],
    ['', ''],
    ['no tags', 'no tags'],
    ['<p', ''],
    ['text<!-- never closed', 'text'],
    ['<style>never closed', ''],
  ])('%j is %j', (html, text) => {
    expect(textOfHtml(html, 1000)).toBe(text);
  });

  test('is no longer than asked for', () => {
    expect(textOfHtml('<p>word</p>'.repeat(1000), 100).length).toBeLessThanOrEqual(100);
  });

  test.each([
    '<'.repeat(300_000),
    '<!--'.repeat(100_000),
    '<a b="'.repeat(60_000),
    `<style>${'<'.repeat(300_000)}`,
    '&'.repeat(300_000),
  ])('does not take long over hostile input %#', (html) => {
    expect(textOfHtml(html, 200_000).length).toBeLessThanOrEqual(200_000);
  });
});
