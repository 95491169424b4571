/** Network and database work at the same time. */

/** Pieces on their way or waiting to be stored: the server answers while one is decoded and others are committed together. */
const AHEAD = 3;

/**
 * Fetches the next pieces while the last one is stored, so that neither side waits for the other.
 * @param next fetches a piece, once the one before has come; null at the end: it is not called again then
 * @param store has the pieces in their order, one at a time
 * @throws what either threw first; nothing is being fetched any more by then
 */
export async function overlap<T>(
  next: () => Promise<T | null> | null,
  store: (piece: T) => Promise<void>,
): Promise<void> {
  const coming: Promise<T | null>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const fetchAnother = () => {
    const piece = last.then((before) => (stopped || before === null ? null : next()));
    // It is awaited when it is its turn; until then nobody else listens.
    piece.catch(() => undefined);
    coming.push(piece);
    last = piece;
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
