import type { MessageStructureObject } from 'imapflow';
import { describe, expect, test } from 'vitest';
import { joinSections, textOfPart } from '../../../src/server/imap/body';
import { decodeHtml, decodeText, decodeTransfer } from '../../../src/server/imap/decode';
import { packUids } from '../../../src/server/imap/fetch';
import { hasAttachments, partsOf, safeFilename } from '../../../src/server/imap/parts';
import { recycleAt } from '../../../src/server/imap/session';

const plain = (part: string, more: Partial<MessageStructureObject> = {}): MessageStructureObject => ({
  part,
  type: 'text/plain',
  encoding: '7bit',
  size: 10,
  ...more,
});
const html = (part: string): MessageStructureObject => ({
  part,
  type: 'text/html',
  encoding: 'quoted-printable',
  size: 10,
});
const image = (part: string, more: Partial<MessageStructureObject> = {}): MessageStructureObject => ({
  part,
  type: 'image/png',
  encoding: 'base64',
  size: 100,
  ...more,
});

describe('a structure', () => {
  test('of one text is that text', () => {
    const parts = partsOf({ type: 'text/plain', encoding: '8bit', parameters: { charset: 'utf-8' }, size: 3 });
    expect(parts).toMatchObject({
      trusted: true,
      attachments: [],
      sections: [{ plain: { part: '1', charset: 'utf-8' } }],
    });
  });

  test('of alternatives in related in mixed gives one section, an inline image and a file', () => {
    const parts = partsOf({
      type: 'multipart/mixed',
      childNodes: [
        {
          part: '1',
          type: 'multipart/related',
          childNodes: [
            { part: '1.1', type: 'multipart/alternative', childNodes: [plain('1.1.1'), html('1.1.2')] },
            image('1.2', { id: '<logo@x>', disposition: 'inline' }),
          ],
        },
        image('2', { disposition: 'attachment', dispositionParameters: { filename: '../../etc/фото.png' } }),
      ],
    });
    expect(parts.sections).toHaveLength(1);
    expect(parts.sections[0]).toMatchObject({ plain: { part: '1.1.1' }, html: { part: '1.1.2' } });
    expect(parts.attachments).toMatchObject([
      { part: '1.2', inline: true, contentId: 'logo@x' },
      { part: '2', inline: false, filename: 'фото.png' },
    ]);
    expect(hasAttachments(parts)).toBe(true);
  });

  test('alternatives with the html inside related stay one section', () => {
    const parts = partsOf({
      type: 'multipart/alternative',
      childNodes: [
        plain('1'),
        { part: '2', type: 'multipart/related', childNodes: [html('2.1'), image('2.2', { id: '<a>' })] },
      ],
    });
    expect(parts.sections).toHaveLength(1);
    expect(hasAttachments(parts)).toBe(false);
  });

  test('a text with a name is a file, an invitation and a message in a message too', () => {
    const parts = partsOf({
      type: 'multipart/mixed',
      childNodes: [
        plain('1'),
        plain('2', { disposition: 'inline', dispositionParameters: { filename: 'notes.txt' } }),
        { part: '3', type: 'text/calendar', size: 5 },
        {
          part: '4',
          type: 'message/rfc822',
          size: 5,
          envelope: { subject: 'Forwarded/one' },
          childNodes: [plain('4.1')],
        },
        { part: '5', type: 'application/ms-tnef', size: 5, parameters: { name: 'winmail.dat' } },
      ],
    });
    expect(parts.sections).toHaveLength(1);
    expect(parts.attachments.map(({ filename }) => filename)).toEqual([
      'notes.txt',
      'invite.ics',
      'one.eml',
      'winmail.dat',
    ]);
  });

  test.each<[string, MessageStructureObject | null]>([
    ['missing', null],
    ['of a part without type', { type: '/' }],
    ['of a multipart without parts', { type: 'multipart/mixed', childNodes: [] }],
    ['with NIL where a part is due', { type: 'multipart/', childNodes: [plain('1')] }],
    [
      'of too many parts',
      { type: 'multipart/mixed', childNodes: Array.from({ length: 600 }, (_x, i) => plain(`${i + 1}`)) },
    ],
  ])('%s is not trusted', (_name, structure) => {
    expect(partsOf(structure).trusted).toBe(false);
  });

  test('nested beyond reason ends', () => {
    let node: MessageStructureObject = plain('1');
    for (let depth = 0; depth < 5000; depth++) node = { type: 'multipart/mixed', childNodes: [node] };
    expect(partsOf(node).trusted).toBe(false);
  });
});

describe('text', () => {
  test.each<[string, Buffer, string | undefined, string]>([
    ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8]), 'windows-1251', 'При'],
    ['no label and UTF-8', Buffer.from('Привіт'), undefined, 'Привіт'],
    ['us-ascii that lies', Buffer.from('Привіт'), 'us-ascii', 'Привіт'],
    ['an unknown label', Buffer.from([0x63, 0xe9]), 'x-nonsense', 'cé'],
    ['UTF-7', Buffer.from('Caf+AOk-'), 'utf-7', 'Café'],
    ['ISO-2022-JP', Buffer.from('\x1b$B$"\x1b(B', 'latin1'), 'iso-2022-jp', 'あ'],
    ['a cut character', Buffer.from('Привіт').subarray(0, 11), undefined, 'Приві\ufffd'],
    ['a byte order mark', Buffer.from('\ufeffHello'), 'utf-8', 'Hello'],
  ])('in %s is read', (_name, bytes, charset, text) => {
    expect(decodeText(bytes, charset)).toBe(text);
  });

  test('in html may name its own charset', () => {
    const bytes = Buffer.from([...Buffer.from('<meta charset="windows-1251">'), 0xcf]);
    expect(decodeHtml(bytes, undefined)).toContain('П');
  });

  test('comes out of its transfer encoding', () => {
    expect(decodeTransfer(Buffer.from('SGVs\r\nbG8='), 'BASE64').toString()).toBe('Hello');
    expect(decodeTransfer(Buffer.from('a=3Db=\r\nc'), 'quoted-printable').toString()).toBe('a=bc');
    expect(decodeTransfer(Buffer.from('x'), undefined).toString()).toBe('x');
  });

  test('that flows is unwrapped', () => {
    const part = {
      part: '1',
      subtype: 'plain',
      encoding: '7bit',
      charset: 'utf-8',
      flowed: true,
      delSp: false,
      size: 1,
    } as const;
    expect(textOfPart(part, Buffer.from('one \r\ntwo\r\n'))).toContain('one two');
  });

  test('beside html is kept as text and quoted into the html', () => {
    const { sections } = partsOf({ type: 'multipart/mixed', childNodes: [html('1'), plain('2')] });
    const joined = joinSections(sections, ({ part }) => (part === '1' ? '<p>rich</p>' : 'footer <b>'));
    expect(joined.text).toBe('footer <b>');
    expect(joined.html).toBe('<p>rich</p>\n<pre>footer &lt;b&gt;</pre>');
  });
});

test.each([
  ['C:\\evil\\run.exe', 'run.exe'],
  ['a\u202egnp.exe', 'agnp.exe'],
  ['..', ''],
  ['con\0trol\r\n.txt', 'con trol .txt'],
])('the name %j becomes %j', (name, safe) => {
  expect(safeFilename(name)).toBe(safe);
});

test('a long name keeps its ending', () => {
  expect(safeFilename(`${'x'.repeat(500)}.pdf`)).toMatch(/^x+\.pdf$/);
  expect(safeFilename(`${'x'.repeat(500)}.pdf`).length).toBe(180);
});

test('UIDs are packed into ranges', () => {
  expect(packUids([7, 1, 2, 3, 9, 8, 3])).toBe('1:3,7:9');
  expect(packUids([5])).toBe('5');
  expect(packUids([])).toBe('');
});

test('a connection is replaced some minutes before its token ends, and not at once for a short one', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  expect(recycleAt(after(60), now, 0)).toEqual(after(55));
  // Never earlier, or the same token would be used again; many accounts not at once.
  expect(recycleAt(after(60), now, 1)).toEqual(after(59));
  expect(recycleAt(after(4), now, 0)).toEqual(after(2));
});
