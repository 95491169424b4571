/** Quoted-printable (RFC 2045 section 6.7) from bytes to bytes: a library goes through strings, and that took longer than the network. Pure. */

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

const NO_BYTE = 256;
/** Value of a hex digit of either case, {@link NO_BYTE} of anything else. */
const HEX = new Uint16Array(256).fill(NO_BYTE);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/**
 * Decodes what a sender encoded well or badly: a `=` that begins no escape stays, bytes that should have been escaped stay, white
 * space at the end of a line was added on the way and goes.
 */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  /** White space before it was meant: it was escaped, or its line goes on. */
  let meant = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === EQUALS) {
      let low = at + 2;
      let value = valueOf(bytes, at + 1, low);
      if (value >= NO_BYTE) {
        const next = afterSoftBreak(bytes, at);
        if (next > at) {
          at = next - 1;
          meant = length;
          continue;
        }
        const high = afterSoftBreaks(bytes, at + 1);
        low = afterSoftBreaks(bytes, high + 1);
        value = valueOf(bytes, high, low);
      }
      if (value < NO_BYTE) {
        decoded[length++] = value;
        at = low;
        meant = length;
        continue;
      }
    } else if (byte === LF || byte === CR) {
      while (length > meant && isBlank(decoded[length - 1])) length--;
    }
    decoded[length++] = byte;
  }
  while (length > meant && isBlank(decoded[length - 1])) length--;
  return decoded.subarray(0, length);
}

/** The byte that two hex digits stand for, or {@link NO_BYTE} and more. */
function valueOf(bytes: Buffer, high: number, low: number): number {
  return low < bytes.length ? (HEX[bytes[high]!]! << 4) | HEX[bytes[low]!]! : NO_BYTE;
}

/** Where the text goes on behind a soft line break at `at`; `at` where there is none. */
function afterSoftBreak(bytes: Buffer, at: number): number {
  if (bytes[at] !== EQUALS) return at;
  let end = at + 1;
  while (isBlank(bytes[end])) end++;
  if (end >= bytes.length) return end;
  if (bytes[end] === CR) {
    end++;
    while (isBlank(bytes[end])) end++;
  }
  return bytes[end] === LF ? end + 1 : at;
}

/** Where the text goes on behind all soft line breaks that follow each other at `at`. */
function afterSoftBreaks(bytes: Buffer, at: number): number {
  let end = at;
  for (let next = afterSoftBreak(bytes, end); next > end; next = afterSoftBreak(bytes, end)) end = next;
  return end;
}
