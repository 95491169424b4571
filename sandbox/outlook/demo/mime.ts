/** Composes messages the way Outlook does: alternative inside related inside mixed, each only where needed. */
import { rfc5322Date } from '../smtp/message';
import type { DemoFile } from './files';

export interface Person {
  name: string;
  email: string;
}

export interface Inline extends DemoFile {
  cid: string;
}

export interface Composed {
  id: string;
  date: Date;
  from: Person;
  to: Person[];
  cc?: Person[];
  subject: string;
  text: string;
  html?: string;
  inReplyTo?: string;
  references?: string[];
  attachments?: DemoFile[];
  inline?: Inline[];
  /** A text/calendar alternative with its method. */
  calendar?: { method: string; text: string };
  headers?: Record<string, string>;
}

interface Part {
  head: string[];
  body: string;
}

export function compose(message: Composed): Buffer {
  const boundary = (kind: string) => `_${kind}_${message.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 28)}_`;
  const alternatives = [textPart('plain', message.text)];
  if (message.html) alternatives.push(textPart('html', message.html));
  if (message.calendar) {
    const { method, text } = message.calendar;
    alternatives.push(encoded([`Content-Type: text/calendar; charset=utf-8; method=${method}`], Buffer.from(text)));
  }
  let content = multipart('alternative', boundary('000'), alternatives);
  if (message.inline?.length) {
    const images = message.inline.map((file) => filePart(file, 'inline', [`Content-ID: <${file.cid}>`]));
    content = multipart('related', boundary('001'), [content, ...images]);
  }
  if (message.attachments?.length) {
    const files = message.attachments.map((file) => filePart(file, 'attachment'));
    content = multipart('mixed', boundary('002'), [content, ...files]);
  }
  const head = [
    `Received: from mail.${message.from.email.split('@')[1] ?? ''} (192.0.2.25) by SANDBOX.PROD.OUTLOOK.COM with ESMTPS; ${rfc5322Date(message.date)}`,
    `From: ${address(message.from)}`,
    `To: ${message.to.map(address).join(',\r\n ')}`,
    ...(message.cc?.length ? [`Cc: ${message.cc.map(address).join(',\r\n ')}`] : []),
    `Subject: ${words(message.subject)}`,
    `Date: ${rfc5322Date(message.date)}`,
    `Message-ID: <${message.id}>`,
    ...(message.inReplyTo ? [`In-Reply-To: <${message.inReplyTo}>`] : []),
    ...(message.references?.length ? [`References: ${message.references.map((id) => `<${id}>`).join('\r\n ')}`] : []),
    ...Object.entries(message.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `X-MS-Has-Attach: ${message.attachments?.length ? 'yes' : ''}`,
    'MIME-Version: 1.0',
    ...content.head,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${content.body}`);
}

/** RFC 2047 words of at most 75 characters, cut between characters. */
export function words(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const pieces: string[] = [];
  let piece = '';
  for (const char of text) {
    if (Buffer.byteLength(piece + char) > 42) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  pieces.push(piece);
  return pieces.map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

function address({ name, email }: Person): string {
  return /^[\w .'-]*$/.test(name) ? `${name} <${email}>` : `${words(name)} <${email}>`;
}

function multipart(kind: string, boundary: string, parts: Part[]): Part {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const body = parts.map((part) => `--${boundary}\r\n${part.head.join('\r\n')}\r\n\r\n${part.body}\r\n`).join('');
  return { head: [`Content-Type: multipart/${kind}; boundary="${boundary}"`], body: `${body}--${boundary}--\r\n` };
}

function textPart(kind: 'plain' | 'html', text: string): Part {
  const type = `Content-Type: text/${kind}; charset="utf-8"`;
  const lines = text.replace(/\r?\n/g, '\r\n');
  const letters = lines.replace(/[^\x20-\x7e\r\n]/g, '').length;
  // Mostly Latin text stays legible; anything else is shorter in base64.
  return letters > lines.length * 0.8
    ? { head: [type, 'Content-Transfer-Encoding: quoted-printable'], body: quotedPrintable(lines) }
    : encoded([type], Buffer.from(lines));
}

function filePart(file: DemoFile, disposition: string, head: string[] = []): Part {
  const ascii = file.name.replace(/[^\x20-\x7e]/g, '_');
  const star = ascii === file.name ? '' : `;\r\n filename*=UTF-8''${encodeURIComponent(file.name)}`;
  return encoded(
    [
      `Content-Type: ${file.type};\r\n name="${words(file.name)}"`,
      `Content-Disposition: ${disposition}; filename="${ascii}"${star}`,
      ...head,
    ],
    file.bytes,
  );
}

function encoded(head: string[], bytes: Buffer): Part {
  const body = (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
  return { head: [...head, 'Content-Transfer-Encoding: base64'], body };
}

function quotedPrintable(text: string): string {
  return text
    .split('\r\n')
    .map((line) => {
      const escaped = [...Buffer.from(line)].map((byte) =>
        (byte < 32 || byte > 126 || byte === 61) && byte !== 9
          ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      );
      let out = '';
      let width = 0;
      for (const token of escaped) {
        if (width + token.length > 74) {
          out += '=\r\n';
          width = 0;
        }
        out += token;
        width += token.length;
      }
      return out.replace(/[ \t]$/, (blank) => `=${blank.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    })
    .join('\r\n');
}
