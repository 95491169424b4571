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
