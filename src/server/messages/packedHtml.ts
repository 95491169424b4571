/**
 * Raw html as a row keeps it: compressed (RFC 7932). It says the same things again and again, and nobody looks for anything in it, but
 * it was four fifths of what a mailbox took in the database.
 */
import { brotliCompress, brotliCompressSync, brotliDecompress, constants, type BrotliOptions } from 'node:zlib';
import { promisify } from 'node:util';

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

/** {@link packHtml} in a thread of its own. */
export function packHtmlHere(html: string): Buffer {
  const octets = Buffer.from(html);
  return brotliCompressSync(octets, optionsFor(octets));
}

/**
 * @param row of mailBodies; where it has no `packedHtml`, `html` as an earlier version kept it
 * @returns html as it was sent; null where the message has none
 */
export async function unpackHtml({ packedHtml, html }: Readonly<Record<string, unknown>>): Promise<string | null> {
  if (packedHtml instanceof Uint8Array) return (await decompress(packedHtml)).toString() || null;
  return typeof html === 'string' && html !== '' ? html : null;
}
