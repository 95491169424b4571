/** Bytes of a message to text: transfer encoding (RFC 2045) and charset, with a best guess where the label lies. Pure. */
import { isUtf8 as isStrictUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import libmime from 'libmime';
import { decode as decodeCharset } from 'libmime/lib/charset.js';
import { decodeQuotedPrintable } from './quotedPrintable';

/** Removes the content transfer encoding; an unknown one means none. */
export function decodeTransfer(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding?.trim().toLowerCase()) {
    case 'base64':
      // The decoder skips line breaks and whatever else is not of the alphabet.
      return Buffer.from(bytes.toString('latin1'), 'base64');
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    default:
      return bytes;
  }
}

/** Whether bytes are UTF-8. A last character cut off by a size limit does not count against it where others speak for it. */
function isUtf8(bytes: Buffer): boolean {
  if (isStrictUtf8(bytes)) return true;
  const whole = bytes.subarray(0, endOfWholeCharacters(bytes));
  return whole.length < bytes.length && whole.some((byte) => byte >= 0x80) && isStrictUtf8(whole);
}

function endOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return bytes.length - back;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

const UNLABELLED = /^(|us-?ascii|ascii|ansi_x3\.4-1968|7-?bit|8-?bit|binary|default|unknown(-8bit)?|x-unknown)$/i;

/** The charset a page names in its head, for HTML that came without a label. */
function charsetInHtml(bytes: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(bytes.subarray(0, 4096).toString('latin1'))?.[1];
}

const decoders = new Map<string, TextDecoder>();

/** The platform's decoder, several times as fast as one in JavaScript, for a label of the WHATWG Encoding Standard (section 4.2). */
function decoderOf(label: string): TextDecoder | undefined {
  const name = label.toLowerCase();
  const known = decoders.get(name);
  if (known) return known;
  try {
    const decoder = new TextDecoder(name);
    // Only labels of the standard come here, and it names some two hundred.
    decoders.set(name, decoder);
    return decoder;
  } catch {
    return undefined;
  }
}

/**
 * Text of bytes under a charset label. Without a usable label: UTF-8 where the bytes are, else `fallback`, else windows-1252.
 */
export function decodeText(bytes: Buffer, charset: string | undefined, fallback?: string): string {
  const label = (charset ?? '').trim().replace(/^["']|["']$/g, '');
  if (/^(unicode-1-1-)?utf-?7$/i.test(label)) return iconv.decode(bytes, 'utf-7');
  if (/^utf-?8$/i.test(label)) return withoutBom(bytes.toString('utf8'));
  if (!UNLABELLED.test(label)) {
    const decoder = decoderOf(label);
    if (decoder) return decoder.decode(bytes);
    if (iconv.encodingExists(libmime.normalizeCharset(label))) return withoutBom(decodeCharset(bytes, label));
  }
  if (isUtf8(bytes)) return withoutBom(bytes.toString('utf8'));
  const guess = fallback && iconv.encodingExists(libmime.normalizeCharset(fallback)) ? fallback : 'windows-1252';
  return decodeCharset(bytes, guess);
}

/** The same for HTML, which may name its charset itself. */
export function decodeHtml(bytes: Buffer, charset: string | undefined): string {
  return decodeText(bytes, charset, charsetInHtml(bytes));
}

const withoutBom = (text: string) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

/** Unwraps format=flowed text (RFC 3676). */
export function unwrapFlowed(text: string, delSp: boolean): string {
  return libmime.decodeFlowed(text, delSp);
}

/** One line without control characters, at most `length` characters and no half surrogate at the end. */
export function oneLine(text: string, length: number): string {
  const line = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    // What is one plain space already is left alone: replacing it by itself takes longer than all the rest.
    .replace(/\s{2,}|[^\S ]/g, ' ')
    .trim();
  return line.length <= length ? line : line.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/**
 * Text that every database takes: without NUL and halves of characters.
 * @returns the same where there is nothing of that
 */
export const storable = (text: string): string => {
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text;
  // Only text with a half of a character is no good UTF-16, and there is little of that.
  return /[\ud800-\udfff]/.test(whole) ? whole.replace(HALVES, '\ufffd') : whole;
};

/** What does not belong into a text of any database, in JSON: NUL, and halves of characters. */
const UNSTORABLE = /\\u(?:0000|d[89ab][0-9a-f]{2})/;
const deepStorable = (_key: string, value: unknown) => (typeof value === 'string' ? storable(value) : value);

/** JSON whose texts are {@link storable}. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Written as an escape exactly where it is unstorable, so that good text is searched once and never copied.
  return UNSTORABLE.test(json) ? JSON.stringify(value, deepStorable) : json;
}
