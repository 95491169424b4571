/** One message the server refuses does not keep the others of its command: the command is halved until it is alone. */

/** Refusals in a row of halves: servers end connections on which too much is refused. */
const MOST_REFUSALS = 24;

export interface Halved<T> {
  /** Sent, and taken by the server. */
  taken: T[];
  /** Refused by themselves, or all of them where nothing was taken: then no single one is the reason. */
  refused: T[];
  /** Not sent by themselves any more: there were too many refusals. The next round goes on with them. */
  left: T[];
}

/**
 * Sends a command for many, then for halves of what was refused.
 * @param send one command; false where the server said no. What it throws ends the whole
 */
export async function halve<T>(
  items: readonly T[],
  send: (some: readonly T[]) => Promise<boolean>,
): Promise<Halved<T>> {
  const result: Halved<T> = { taken: [], refused: [], left: [] };
  const waiting: T[][] = items.length > 0 ? [[...items]] : [];
  for (let refusals = 0; refusals < MOST_REFUSALS;) {
    const some = waiting.pop();
    if (!some) return result;
    if (await send(some)) {
      result.taken.push(...some);
      continue;
    }
    refusals++;
    const half = Math.ceil(some.length / 2);
    if (some.length === 1) result.refused.push(...some);
    else waiting.push(some.slice(half), some.slice(0, half));
  }
  const rest = waiting.reverse().flat();
  if (result.taken.length === 0) result.refused.push(...rest);
  else result.left.push(...rest);
  return result;
}
