import { describe, expect, test } from 'vitest';
import {
  blockRemoteImages,
  contentIdOf,
  safeLink,
  sanitise,
  sanitiseForEditor,
} from '../../../src/server/messages/sanitise';
import { safeStyle } from '../../../src/server/messages/styles';

const shown = (html: string) => blockRemoteImages(sanitise(html).html);

describe('what is dangerous goes', () => {
  test.each([
    ['scripts', '<p>a<script>alert(1)</script>b</p>', '<p>ab</p>'],
    ['handlers', '<p onclick="x()" ONMOUSEOVER=y>a</p>', '<p>a</p>'],
    ['frames', '<iframe src="https://x.test">no</iframe>a', 'a'],
    [
      'forms, with their words kept',
      '<form action="https://x.test"><input name=a>Sign <button>in</button></form>',
      'Sign in',
    ],
    ['refresh and base', '<meta http-equiv=refresh content="0;url=//x"><base href="//x">a', 'a'],
    ['style sheets', '<style>@import "//x"</style><link rel=stylesheet href="//x">a', 'a'],
    ['svg', '<svg onload=alert(1)><a xlink:href="javascript:1">a</a></svg>', '<a>a</a>'],
    ['math', '<math><mtext><img src=x onerror=1></mtext></math>', '<img />'],
    ['ids, names and classes, which could shadow the page', '<p id=body name=cookie class=ant-btn>a</p>', '<p>a</p>'],
    ['comments', 'a<!-- <script>1</script> --><!--[if mso]><b>x</b><![endif]-->b', 'ab'],
    ['raw text tricks', '<xmp><img src=x onerror=1></xmp><noembed></noembed>a', 'a'],
    ['objects', '<object data="//x"><embed src="//x"></object><applet></applet>a', 'a'],
    [
      'tags with names of the language',
      '<constructor><b>x</b></constructor><valueof>y</valueof><p>a',
      '<b>x</b>y<p>a</p>',
    ],
    ['media', '<video poster="//x"><source src="//x"></video><audio src="//x"></audio>a', 'a'],
  ])('%s', (_name, hostile, expected) => {
    expect(shown(hostile)).toBe(expected);
  });

  test.each([
    'background:url(https://x.test/a.png)',
    'background-image:url("//x.test")',
    'background:url(x) no-repeat center / cover',
    'background:linear-gradient(#fff, #000)',
    'b\\61ckground:url(x)',
    'list-style:url(x)',
    'content:"x"',
    'position:fixed;top:0;left:0;z-index:9',
    'width:expression(alert(1))',
    'behavior:url(x)',
    '-moz-binding:url(x)',
    'color:var(--x)',
    'width:calc(100% + 1px)',
    'color:red/**/url(x)',
    'cursor:url(x)',
    'filter:blur(3px)',
    'margin-top:-500px',
    `color:${'r'.repeat(9000)}`,
  ])('style: %s', (style) => {
    expect(safeStyle(style)).toBe('');
  });

  test('a bad declaration does not take the good ones along', () => {
    expect(safeStyle('COLOR: Red ; background:url(x); font-family: "Segoe UI", Arial; padding:0 4px!important')).toBe(
      'color:Red;font-family:"Segoe UI", Arial;padding:0 4px !important',
    );
  });
});

test.each([
  ['background:#123456 url(https://x.test/a.png) no-repeat center', 'background:#123456'],
  ['background: url("https://x.test/a(1).png") 0 0 rgb(1, 2, 3) !important', 'background:rgb(1, 2, 3) !important'],
  ['background:Navy none repeat scroll 0% 0%;color:#fff', 'background:Navy;color:#fff'],
  ['background:transparent url(x)', 'background:transparent'],
])('of %j the colour behind the picture stays: the words are written for it', (style, expected) => {
  expect(safeStyle(style)).toBe(expected);
});

describe('links', () => {
  test.each([
    ['https://example.com/a?b=c&d#e', 'https://example.com/a?b=c&d#e'],
    [' HTTP://Example.com', 'http://example.com/'],
    ['mailto:a@example.com?subject=Hi', 'mailto:a@example.com?subject=Hi'],
    ['mailto: a@example.com?subject=Stop this&body=Now\u200b', 'mailto:a@example.com?subject=Stop%20this&body=Now'],
    ['tel:+380441234567', 'tel:+380441234567'],
    ['javascript:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['\u0001javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['vbscript:x', null],
    ['file:///etc/passwd', null],
    ['//example.com', null],
    ['/admin/mail', null],
    ['#top', null],
    ['https://', null],
  ])('%j becomes %j', (href, expected) => {
    expect(safeLink(href)).toBe(expected);
  });

  test('open elsewhere and tell nobody where from', () => {
    expect(shown('<a href="https://x.test" target="_top" rel="opener" ping="//y">a</a>')).toBe(
      '<a href="https://x.test/" target="_blank" rel="noopener noreferrer">a</a>',
    );
  });
});

describe('images', () => {
  const html =
    '<p>a<img src="http://x.test/1.png" alt="Logo" srcset="//x 2x"><img src="//x.test/2.png"><img src="cid:Pic%40x"></p>';

  test('on other servers are counted and left out', () => {
    expect(sanitise(html).remoteImages).toBe(2);
    expect(shown(html)).toBe('<p>a<img alt="Logo" /><img /><img /></p>');
  });

  test('on other servers are asked over https when the reader wants them', () => {
    expect(sanitise(html).html).toBe(
      '<p>a<img alt="Logo" src="https://x.test/1.png" /><img src="https://x.test/2.png" /><img /></p>',
    );
  });

  test('that came along are put in by their Content-ID', () => {
    const inline = new Map([[contentIdOf('<Pic@X>'), 'data:image/png;base64,AAAA']]);
    expect(blockRemoteImages(sanitise('<img src="cid:Pic%40x">', inline).html)).toBe(
      '<img src="data:image/png;base64,AAAA" />',
    );
  });

  test.each(['data:image/svg+xml;base64,AAAA', 'data:text/html,x', 'data:image/png,x', 'blob:x', 'x.png', 'file:///x'])(
    '%s is no image to show',
    (src) => {
      expect(sanitise(`<img src="${src}">`)).toEqual({ html: '<img />', remoteImages: 0 });
    },
  );

  test('words that look like an image survive the blocking', () => {
    const text = '&lt;img src="https://x.test"&gt; <a title=" src=&quot;https://y.test&quot;">a</a>';
    expect(blockRemoteImages(sanitise(text).html)).toBe(sanitise(text).html);
  });
});

test('what mail is made of stays: tables, quotes, colours, lists, fonts, direction', () => {
  const html =
    '<table width="600" cellpadding="0" bgcolor="#ffffff"><tr><td align="center" style="padding:10px;color:#333">a</td></tr></table>' +
    '<blockquote><p dir="rtl">b</p></blockquote><ul><li>c</li></ul><font color="red" face="Arial" size="2">d</font>';
  expect(shown(html)).toBe(html);
});

test('the colours of the page itself stay, on a block', () => {
  expect(
    shown('<html><head><title>t</title></head><body bgcolor="#eeeeee" style="margin:0" onload=x>a</body></html>'),
  ).toBe('<div bgcolor="#eeeeee" style="margin:0">a</div>');
});

test('nesting without end costs neither the stack nor the words', () => {
  expect(shown(`${'<div>'.repeat(20_000)}deep`)).toContain('deep');
});

test('html that nests deeper than any mail is refused at once: the parser would take minutes', () => {
  expect(() => sanitise('<b>'.repeat(30_000))).toThrow('htmlUnsafe');
});

describe('html for the editor', () => {
  test('has structure, text and links only', () => {
    expect(
      sanitiseForEditor(
        '<div style="color:red;display:none" class=x><b>a</b> <a href="https://x.test">l</a><img src="https://x.test/i.png"><img src="cid:a"></div>',
      ),
    ).toBe('<div><b>a</b> <a href="https://x.test/" target="_blank" rel="noopener noreferrer">l</a></div>');
  });

  test('is refused where it nests as no editor does: the host waits while it is made safe', () => {
    expect(() => sanitiseForEditor('<b>'.repeat(5_000))).toThrow('invalidInput');
    expect(sanitiseForEditor(`${'<div>'.repeat(900)}a<br><img>b`)).toContain('ab');
    expect(sanitiseForEditor('<p>a<br>'.repeat(5_000))).toContain('<p>a<br /></p>');
  });

  test('is the same when it comes through twice', () => {
    const once = sanitiseForEditor('<p>a &amp; b <i>c</i><ol start=3><li>d</ol><td colspan=2>e');
    expect(sanitiseForEditor(once)).toBe(once);
  });
});
