/**
 * Raw html as a row keeps it: compressed (RFC 7932). It says the same things again and again, and nobody looks for anything in it, but
 * it was four fifths of what a mailbox took in the database.
 */
import { brotliCompress, brotliCompressSync, brotliDecompress, constants, type BrotliOptions } from 'node:zlib';
import { promisify } from 'node:util';
import { decodeHtml, decodeTransfer, storable } from '../imap/decode';
import type { TextPart } from '../imap/parts';

/** Faster than writing the rest of it to a disk; better ones gain a tenth and take several times as long. */
const QUALITY = 0;

const optionsFor = (octets: Buffer): BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: octets.length,
  },
});

const compress = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress);
const decompress = promisify<Uint8Array, Buffer>(brotliDecompress);

/** Html as `packedHtml` keeps it. */
export async function packHtml(html: string): Promise<Buffer> {
  const octets = Buffer.from(html);
  return compress(octets, optionsFor(octets));
}

/** Html of a part as the server sent it: most of it is never looked at, and decoding it takes longer than keeping it. */
export interface SentHtml extends Pick<TextPart, 'encoding' | 'charset'> {
  /** In the transfer encoding of the part. */
  octets: Buffer;
}

/** {@link packHtml} in a thread of its own. */
export function packHtmlHere(html: string | SentHtml): Buffer {
  const octets = typeof html === 'string' ? Buffer.from(html) : labelled(html);
  return brotliCompressSync(octets, optionsFor(octets));
}

/** Begins what is kept as it was sent: no text that can be stored begins with it. */
const AS_SENT = 0;

/** A line that says how to read it, and the octets. Base64 hides what is said twice, and is decoded at no cost. */
function labelled({ octets, encoding, charset }: SentHtml): Buffer {
  const isBase64 = encoding === 'base64';
  const label = JSON.stringify({ charset, ...(!isBase64 && { encoding }) });
  return Buffer.concat([
    Buffer.from([AS_SENT]),
    Buffer.from(`${label}\n`),
    isBase64 ? decodeTransfer(octets, encoding) : octets,
  ]);
}

function htmlOf(octets: Buffer): string {
  if (octets[0] !== AS_SENT) return octets.toString();
  const end = octets.indexOf('\n');
  const { encoding, charset } = JSON.parse(octets.toString('utf8', 1, end)) as Omit<SentHtml, 'octets'>;
  const content = octets.subarray(end + 1);
  try {
    return storable(decodeHtml(decodeTransfer(content, encoding), charset));
  } catch {
    // One message that cannot be decoded must not hide the others of its conversation.
    return storable(content.toString('latin1'));
  }
}

/**
 * @param row of mailBodies; where it has no `packedHtml`, `html` as an earlier version kept it
 * @returns html as its sender wrote it; null where the message has none
 */
export async function unpackHtml({ packedHtml, html }: Readonly<Record<string, unknown>>): Promise<string | null> {
  if (packedHtml instanceof Uint8Array) return htmlOf(await decompress(packedHtml)) || null;
  return typeof html === 'string' && html !== '' ? html : null;
}
