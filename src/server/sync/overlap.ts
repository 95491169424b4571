/** Network and database work at the same time. */

/**
 * Fetches the next piece while the last one is stored, so that neither side waits for the other; never more than two are held.
 * @param next starts to fetch; null at the end
 * @throws what either threw first; the other one has ended by then
 */
export async function overlap<T>(next: () => Promise<T> | null, store: (piece: T) => Promise<void>): Promise<void> {
  let coming = next();
  while (coming) {
    const piece = await coming;
    coming = next();
    // It is awaited in the next round; until then nobody else listens.
    const settled = coming?.then(
      () => undefined,
      () => undefined,
    );
    try {
      await store(piece);
    } catch (error) {
      await settled;
      throw error;
    }
  }
}
