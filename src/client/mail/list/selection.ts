/** Which conversations of a list are ticked. Pure. */

export interface Ticked {
  ids: ReadonlySet<string>;
  /** Where a range begins: the line ticked last. */
  anchor: string | null;
}

export const NOTHING_TICKED: Ticked = { ids: new Set(), anchor: null };

/** Ticks a line, or takes its tick away. */
export function toggled({ ids }: Ticked, id: string): Ticked {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Ticks all lines from the anchor to this one; without an anchor only this one. The anchor stays. */
export function ranged(ticked: Ticked, order: readonly string[], id: string): Ticked {
  const from = ticked.anchor === null ? -1 : order.indexOf(ticked.anchor);
  const to = order.indexOf(id);
  if (to < 0) return ticked;
  if (from < 0) return { ids: new Set([...ticked.ids, id]), anchor: id };
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ticked.ids, ...range]), anchor: ticked.anchor };
}

/** All lines, or none where all were ticked already. */
export function allOrNone({ ids }: Ticked, order: readonly string[]): Ticked {
  if (order.length === 0 || order.every((id) => ids.has(id))) return NOTHING_TICKED;
  return { ids: new Set(order), anchor: order[0] };
}

/** Without lines that are gone. The same object where nothing changes. */
export function pruned(ticked: Ticked, order: readonly string[]): Ticked {
  const here = new Set(order);
  if ([...ticked.ids].every((id) => here.has(id))) return ticked;
  const ids = new Set([...ticked.ids].filter((id) => here.has(id)));
  return { ids, anchor: ticked.anchor !== null && here.has(ticked.anchor) ? ticked.anchor : null };
}

/** The line that comes into view when these leave: the next below the first of them, else the one above; null if none stays. */
export function survivor(order: readonly string[], leaving: ReadonlySet<string>, from: string): string | null {
  const at = order.indexOf(from);
  const below = order.slice(at + 1).find((id) => !leaving.has(id));
  return (
    below ??
    order
      .slice(0, Math.max(at, 0))
      .reverse()
      .find((id) => !leaving.has(id)) ??
    null
  );
}
