import { describe, expect, test } from 'vitest';
import type { MessageView } from '../../../src/shared/types';
import { withoutCopies } from '../../../src/server/messages/copies';
import { readCursor, writeCursor } from '../../../src/server/messages/cursor';
import { downloadHeaders } from '../../../src/server/messages/download';
import { htmlToText } from '../../../src/server/messages/htmlToText';
import { dataUri, INLINE_LIMITS, referredImages, wantedImages } from '../../../src/server/messages/inlineImages';
import { readTicket, ticketKey, writeTicket } from '../../../src/server/messages/ticket';
import { messageRow, messageView } from '../../../src/server/messages/views';

describe('download tickets', () => {
  const key = ticketKey(Buffer.alloc(32, 1), 'main');
  const now = new Date('2026-03-01T10:00:00Z');
  const ticket = { userId: '7', messageId: '123456789012345678', part: '2.1' };
  const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  const written = writeTicket(key, ticket, now);
  const refused = expect.objectContaining({ code: 'linkExpired' });

  test('say whose file of which message they are for', () => {
    expect(readTicket(key, written, later(59_000))).toEqual(ticket);
  });

  test('end after a minute', () => {
    expect(() => readTicket(key, written, later(60_001))).toThrow(refused);
  });

  test('are not believed from the future, after the clock was set back', () => {
    expect(() => readTicket(key, written, later(-3_600_000))).toThrow(refused);
  });

  test('of another app or host are refused', () => {
    expect(() => readTicket(ticketKey(Buffer.alloc(32, 1), 'other'), written, now)).toThrow(refused);
    expect(() => readTicket(ticketKey(Buffer.alloc(32, 2), 'main'), written, now)).toThrow(refused);
  });

  test('that were changed are refused', () => {
    const [, signature] = written.split('.');
    const other = Buffer.from(JSON.stringify(['8', ticket.messageId, ticket.part, later(1).getTime()])).toString(
      'base64url',
    );
    expect(() => readTicket(key, `${other}.${signature}`, now)).toThrow(refused);
  });

  test.each([undefined, null, '', 'x', '.', 'a.b', ['x'], {}, 'a'.repeat(5000), `${written}x`, written.slice(0, -1)])(
    'that are no tickets (%j) are refused',
    (value) => {
      expect(() => readTicket(key, value, now)).toThrow(refused);
    },
  );
});

describe('headers of a download', () => {
  test('are exactly these', () => {
    expect(downloadHeaders('Q3 report.xlsx', 'application/vnd.ms-excel')).toEqual({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="Q3 report.xlsx"; filename*=UTF-8''Q3%20report.xlsx`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
      'Cache-Control': 'private, no-store',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
  });

  test.each([
    ['звіт.pdf', `attachment; filename="____.pdf"; filename*=UTF-8''%D0%B7%D0%B2%D1%96%D1%82.pdf`],
    ['a"b\r\nX: y.txt', `attachment; filename="ab X y.txt"; filename*=UTF-8''ab%20X%20y.txt`],
    ['../../etc/passwd', `attachment; filename="passwd"; filename*=UTF-8''passwd`],
    ["it's (1)%41.txt", `attachment; filename="it's (1)_41.txt"; filename*=UTF-8''it%27s%20%281%29%2541.txt`],
    ['', `attachment; filename="attachment"; filename*=UTF-8''attachment`],
    ['\ud800.txt', `attachment; filename="_.txt"; filename*=UTF-8''_.txt`],
  ])('name %j safely', (name, expected) => {
    expect(downloadHeaders(name, '')['Content-Disposition']).toBe(expected);
  });

  test.each([
    ['image/png', 'image/png'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['application/pdf', 'application/pdf'],
    ['image/svg+xml', 'application/octet-stream'],
    ['text/html', 'application/octet-stream'],
    ['image/png\r\nX: y', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('type %j becomes %s', (type, expected) => {
    expect(downloadHeaders('a', type)['Content-Type']).toBe(expected);
  });
});

describe('cursors', () => {
  test('come back as they were written', () => {
    const cursor = { date: new Date('2026-03-01T10:00:00.123Z'), id: '9007199254740993' };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });

  test.each(['x', 'MTIz', {}, 5, 'a'.repeat(1000), Buffer.from("1.1' OR 1=1").toString('base64url')])(
    'from elsewhere (%j) are refused',
    (value) => {
      expect(() => readCursor(value)).toThrow(expect.objectContaining({ code: 'cursorInvalid' }));
    },
  );

  test('that are missing mean the first page', () => {
    expect([readCursor(undefined), readCursor(''), readCursor(null)]).toEqual([null, null, null]);
  });
});

describe('a message in several mailboxes', () => {
  const message = (id: string, changes: Partial<MessageView> = {}): MessageView => ({
    ...messageView(
      { id, accountId: '1', mailboxId: '1', messageId: '<a@x>', subject: 'Hi', fromAddress: 'a@x' },
      'inbox',
    ),
    ...changes,
  });
  const sent = { mailboxId: '2', mailboxRole: 'sent' } as const;

  test('is shown once, as it was received', () => {
    expect(withoutCopies([message('1', sent), message('2')]).map(({ id }) => id)).toEqual(['2']);
  });

  test('is shown as it lies where the reader stands', () => {
    const both = [message('1', sent), message('2')];
    const shown = (isHere: (one: MessageView) => boolean) => withoutCopies(both, isHere).map(({ id }) => id);
    expect(shown(({ mailboxRole }) => mailboxRole === 'sent')).toEqual(['1']);
    expect(shown(({ mailboxId }) => mailboxId === '1')).toEqual(['2']);
    expect(shown(() => false)).toEqual(['2']);
  });

  test.each<[string, Partial<MessageView>]>([
    ['another sender', { from: { name: '', address: 'b@x' } }],
    ['another subject', { subject: 'Other' }],
    ['another date', { sentAt: '2026-03-01T10:00:00.000Z' }],
    ['no Message-ID', { messageId: '' }],
  ])('is shown beside one with %s: anyone can reuse a Message-ID', (_name, changes) => {
    expect(withoutCopies([message('1', { ...sent, ...changes }), message('2')])).toHaveLength(2);
  });

  test('is shown beside one that says something else', () => {
    const both = [message('1', sent), message('2')];
    expect(withoutCopies(both, undefined, ({ id }) => id)).toEqual(both);
    expect(withoutCopies(both, undefined, () => 'the same')).toHaveLength(1);
  });

  test('is shown once as long as nobody knows what its copy says', () => {
    const both = [message('1', sent), message('2')];
    expect(withoutCopies(both, undefined, ({ id }) => (id === '1' ? 'something' : ''))).toHaveLength(1);
    const three = [...both, message('3', { mailboxId: '3', mailboxRole: 'archive' })];
    expect(withoutCopies(three, undefined, ({ id }) => (id === '3' ? '' : id))).toEqual(three);
  });

  test('is shown twice where it really is twice in one mailbox', () => {
    expect(withoutCopies([message('1'), message('2')])).toHaveLength(2);
  });
});

describe('rows', () => {
  test('show what the user wants before the server has it, and take missing values', () => {
    const row = messageRow(
      { id: 5n, accountId: 6, seen: false, seenWanted: true, flagged: true, flaggedWanted: false },
      undefined,
    );
    expect(row).toMatchObject({ id: '5', accountId: '6', seen: true, flagged: false, from: '', mailboxRole: 'none' });
    expect(Object.values(row).every((value) => value === null || typeof value !== 'object')).toBe(true);
  });

  test('write addresses for people', () => {
    const to = [{ name: 'Olena', address: 'o@x' }, { name: '', address: 'p@x' }, 'nonsense', null];
    expect(messageRow({ id: 1, accountId: 1, to, fromName: 'A', fromAddress: 'a@x' }, undefined)).toMatchObject({
      to: 'Olena <o@x>, p@x',
      from: 'A <a@x>',
    });
  });
});

describe('inline images', () => {
  const png = Buffer.from('\x89PNG\r\n\x1a\n____', 'latin1');
  const image = { part: '2', filename: 'a', contentType: 'image/png', size: 100, inline: true, contentId: 'Logo@X' };

  test('are those the html refers to', () => {
    expect([...referredImages('<img src="cid:Logo%40X"><td background=cid:b@y>')]).toEqual(['logo@x', 'b@y']);
    expect(wantedImages([image, { ...image, contentId: 'other' }], new Set(['logo@x']))).toEqual([image]);
  });

  test('are found by names that mailers really give them: with blanks, brackets and signs of html', () => {
    const html = '<img src="cid:image (1).png"><img src=\'cid:a&amp;b@x\'><td style="background:url(cid:c@y)">';
    const referred = referredImages(html);
    expect(['image (1).png', 'a&b@x', 'c@y'].filter((id) => !referred.has(id))).toEqual([]);
  });

  test('are images by their bytes, whatever they are called', () => {
    expect(dataUri(png)).toMatch(/^data:image\/png;base64,/);
    expect(dataUri(Buffer.from('<svg onload=alert(1)>'))).toBeNull();
    expect(dataUri(Buffer.from('<html>'))).toBeNull();
  });

  test('have a limit each and together', () => {
    expect(dataUri(Buffer.concat([png, Buffer.alloc(INLINE_LIMITS.image)]))).toBeNull();
    const many = Array.from({ length: 60 }, (_, i) => ({ ...image, contentId: `${i}@x`, size: INLINE_LIMITS.image }));
    expect(wantedImages(many, new Set(many.map(({ contentId }) => contentId)))).toHaveLength(5);
    expect(wantedImages([{ ...image, size: 2 * INLINE_LIMITS.image }], new Set(['logo@x']))).toEqual([]);
  });
});

describe('text of html', () => {
  test('reads like the mail', () => {
    const html = '<style>p{}</style><h1>News</h1><p>Hello <a href="https://x.test">site</a></p><ul><li>one<li>two</ul>';
    expect(htmlToText(html)).toBe('News\n\nHello site <https://x.test>\n\n * one\n * two');
  });

  test('keeps the invisible signs that belong to words and pictures, and loses those that only fill', () => {
    expect(htmlToText('<p>می\u200cخواهم 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 क्\u200dष</p>')).toBe(
      'می\u200cخواهم 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 क्\u200dष',
    );
    expect(htmlToText('<p>Hi\u200c \u200c&zwnj;&nbsp;&zwnj;\u200b\u034f</p><p>a\u00adb</p>')).toMatch(/^Hi\s+ab$/);
  });
});
