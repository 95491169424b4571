/** Parts of a message (RFC 2045, 2046, 2183, 2231) with the habits of the mailers that are met most. */
import { base64Lines, encodeText, encodedWords, isAscii, quotedPrintable, type Charset } from './encoding';
import type { Random } from './random';

/** Header lines of a part, each with its CRLF, and its encoded body. */
export interface Part {
  head: string;
  body: Buffer[];
}

/** Lines of 8bit and 7bit bodies stay below the limit of RFC 5322 section 2.1.1. */
const LONGEST_LINE = 900;

export function textPart(random: Random, type: string, text: string, charset: Charset): Part {
  const lines = text.endsWith('\r\n') ? text : `${text}\r\n`;
  const bytes = encodeText(lines, charset);
  const short = lines.split('\r\n').every((line) => line.length < LONGEST_LINE);
  const [encoding, body] = transferOf(random, { bytes, charset, short, ascii: bytes.every((byte) => byte < 128) });
  return {
    head: `Content-Type: ${type}; charset="${charset}"\r\nContent-Transfer-Encoding: ${encoding}\r\n`,
    body: [typeof body === 'string' ? Buffer.from(body, 'latin1') : body],
  };
}

function transferOf(
  random: Random,
  { bytes, charset, short, ascii }: { bytes: Buffer; charset: Charset; short: boolean; ascii: boolean },
): [string, Buffer | string] {
  if (charset === 'iso-2022-jp') return ['base64', base64Lines(bytes)];
  if (ascii && short && random.chance(0.3)) return ['7bit', bytes];
  if (short && random.chance(0.15)) return ['8bit', bytes];
  return random.chance(0.3) ? ['base64', base64Lines(bytes)] : ['quoted-printable', quotedPrintable(bytes)];
}

export function multipart(random: Random, subtype: string, parts: readonly Part[], parameters = ''): Part {
  const boundary = `----=_Part_${random.word()}_${random.word()}`;
  return {
    head: `Content-Type: multipart/${subtype};${parameters}\r\n boundary="${boundary}"\r\n`,
    body: [
      Buffer.from('This is a multi-part message in MIME format.\r\n'),
      ...parts.flatMap(({ head, body }) => [Buffer.from(`\r\n--${boundary}\r\n${head}\r\n`), ...body]),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ],
  };
}

export interface File {
  name: string;
  type: string;
  content: Buffer;
  /** Makes it an inline image. */
  contentId?: string;
}

export function filePart(random: Random, { name, type, content, contentId }: File, charset: Charset): Part {
  const word = isAscii(name) ? name : encodedWords(name, charset).replaceAll('\r\n ', ' ');
  // Encoded-words in quotes are forbidden, and what Outlook writes.
  const filename =
    isAscii(name) || random.chance(0.5) ? `filename="${word}"` : `filename*=UTF-8''${encodeURIComponent(name)}`;
  return {
    head: [
      `Content-Type: ${type}; name="${word}"`,
      ...(contentId ? [`Content-ID: <${contentId}>`] : []),
      `Content-Disposition: ${contentId ? 'inline' : 'attachment'};`,
      ` ${filename}`,
      'Content-Transfer-Encoding: base64',
      '',
    ].join('\r\n'),
    body: [Buffer.from(base64Lines(content), 'latin1')],
  };
}
