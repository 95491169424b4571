/** Texts on their way to the app's thread: as bytes, which no garbage collection copies while they wait for their transaction. */

const LARGEST = 512 * 1024;
const SMALLEST = 16 * 1024;

const encoder = new TextEncoder();

/**
 * Puts texts as UTF-8 one behind another into few buffers, which are handed over as a whole: nothing else lies in them.
 * @param about octets that are expected
 * @returns gives the octets of a text
 */
export function utf8Buffers(about: number): (text: string) => Uint8Array {
  const size = Math.min(Math.max(about, SMALLEST), LARGEST);
  let free: Uint8Array = new Uint8Array(0);
  return (text) => {
    // A unit of UTF-16 takes three octets at most; they are counted only where that does not fit.
    if (3 * text.length > free.length) {
      const needed = Buffer.byteLength(text);
      if (needed > free.length) free = Buffer.allocUnsafeSlow(Math.max(size, needed));
    }
    const { written } = encoder.encodeInto(text, free);
    const octets = free.subarray(0, written);
    free = free.subarray(written);
    return octets;
  };
}

/** Octets of {@link utf8Buffers} as this side of the threads takes them. */
export const asBuffer = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
