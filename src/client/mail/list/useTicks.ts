/** The ticks of the list that is shown: another list starts without, and what is gone loses its tick. */
import { useCallback, useMemo, useState } from 'react';
import { allOrNone, NOTHING_TICKED, pruned, ranged, toggled, type Ticked } from './selection';

export interface Ticks {
  ids: ReadonlySet<string>;
  /** Something is ticked. */
  any: boolean;
  toggle: (id: string) => void;
  /** From the line ticked last to this one. */
  range: (id: string) => void;
  /** Everything in the list, or nothing if everything was ticked. */
  all: () => void;
  clear: () => void;
}

/** @param order ids of the list, from top to bottom */
export function useTicks(listKey: string, order: readonly string[]): Ticks {
  const [state, setState] = useState<{ key: string; ticked: Ticked }>({ key: listKey, ticked: NOTHING_TICKED });
  const ticked = useMemo(
    () => pruned(state.key === listKey ? state.ticked : NOTHING_TICKED, order),
    [state, listKey, order],
  );
  const change = useCallback(
    (step: (before: Ticked) => Ticked) =>
      setState((before) => ({
        key: listKey,
        ticked: step(before.key === listKey ? pruned(before.ticked, order) : NOTHING_TICKED),
      })),
    [listKey, order],
  );
  return useMemo(
    () => ({
      ids: ticked.ids,
      any: ticked.ids.size > 0,
      toggle: (id) => change((before) => toggled(before, id)),
      range: (id) => change((before) => ranged(before, order, id)),
      all: () => change((before) => allOrNone(before, order)),
      clear: () => change(() => NOTHING_TICKED),
    }),
    [ticked, change, order],
  );
}
