/** A function that keeps its identity, so that what gets it need not be drawn again. */
import { useCallback, useRef } from 'react';

/** Calls the newest version of `run`; only for events, never while rendering. */
export function useStable<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  const latest = useRef(run);
  latest.current = run;
  return useCallback((...args: A) => latest.current(...args), []);
}
