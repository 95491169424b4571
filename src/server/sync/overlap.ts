/** Network and database work at the same time. */
import { gate } from '../gate';

/** Pieces on their way or waiting to be stored: some are committed together. */
const AHEAD = 3;
/** Pieces that are being fetched: the server is asked for the next one while the last one is decoded. */
const AT_ONCE = 2;

/** Fetches a piece. */
export type Fetch<T> = () => Promise<T>;

/**
 * Fetches the next pieces while the last one is stored, so that neither side waits for the other.
 * @param next gives the next piece to be fetched, one after the other; null at the end: it is not called again then
 * @param store has the pieces in their order, one at a time
 * @throws what any of them threw first; nothing is being fetched any more by then
 */
export async function overlap<T>(
  next: () => Promise<Fetch<T> | null> | Fetch<T> | null,
  store: (piece: T) => Promise<void>,
): Promise<void> {
  const coming: Promise<T | null>[] = [];
  const inTurn = gate(AT_ONCE);
  let given: Promise<Fetch<T> | null> | null = null;
  let stopped = false;
  const giveAnother = async (before: typeof given) => {
    if (before && (await before) === null) return null;
    return stopped ? null : next();
  };
  const fetchAnother = () => {
    const fetch = (given = giveAnother(given));
    // Its piece listens once it has a place; until then nobody does.
    fetch.catch(() => undefined);
    const piece = inTurn(async () => {
      const work = await fetch;
      return work && !stopped ? work() : null;
    });
    // It is awaited when it is its turn; until then nobody else listens.
    piece.catch(() => undefined);
    coming.push(piece);
  };
  for (let piece = 0; piece < AHEAD; piece++) fetchAnother();
  try {
    for (let piece = await coming.shift()!; piece !== null; piece = await coming.shift()!) {
      fetchAnother();
      await store(piece);
    }
  } finally {
    stopped = true;
    await Promise.allSettled(coming);
  }
}
