/**
 * Texts on their way to the app's thread: as bytes, which no garbage collection copies while they wait for their transaction. The
 * memory they lie in comes back to be filled again: what is new costs page faults, and the engine answers much of it with a
 * collection of everything the app has.
 */

const LARGEST = 512 * 1024;
const SMALLEST = 16 * 1024;
/** So much is kept for the next ones: what some pieces take. */
const MOST_SPARE = 24;

const encoder = new TextEncoder();
const spare: ArrayBuffer[] = [];

/** Keeps memory that came back. */
export function keepMemory(memory: readonly ArrayBuffer[]): void {
  for (const one of memory) if (one.byteLength === LARGEST && spare.length < MOST_SPARE) spare.push(one);
}

const memoryOf = (octets: number): Uint8Array => {
  const known = octets === LARGEST ? spare.pop() : undefined;
  return known ? new Uint8Array(known) : Buffer.allocUnsafeSlow(octets);
};

/**
 * Puts texts as UTF-8, and octets as they are, one behind another into few buffers, which are handed over as a whole: nothing else lies in
 * them.
 * @param about octets that are expected
 * @returns gives the octets where they lie by then
 */
export function utf8Buffers(about: number): (content: string | Uint8Array) => Uint8Array {
  const size = Math.min(Math.max(about, SMALLEST), LARGEST);
  let free: Uint8Array = new Uint8Array(0);
  return (content) => {
    // A unit of UTF-16 takes three octets at most; they are counted only where that does not fit.
    if (3 * content.length > free.length) {
      const needed = Buffer.byteLength(content);
      if (needed > free.length) free = memoryOf(Math.max(size, needed));
    }
    const length = put(content, free);
    const octets = free.subarray(0, length);
    free = free.subarray(length);
    return octets;
  };
}

/** @returns how many octets it takes there */
function put(content: string | Uint8Array, target: Uint8Array): number {
  if (typeof content === 'string') return encoder.encodeInto(content, target).written;
  target.set(content);
  return content.length;
}

/** Octets that crossed between the threads, as a Buffer of the same memory. */
export const asBuffer = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);

/** The memory that is not needed any more. @param kept what still lies in some of it */
export function memoryFreed(done: Iterable<Uint8Array>, kept: Iterable<Uint8Array> = []): ArrayBuffer[] {
  const freed = new Set([...done].map(({ buffer }) => buffer as ArrayBuffer));
  for (const { buffer } of kept) freed.delete(buffer as ArrayBuffer);
  return [...freed];
}
