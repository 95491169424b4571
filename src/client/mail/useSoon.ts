/** Many calls, one answer: live events come in bursts. */
import { useCallback, useEffect, useRef } from 'react';

/** Events come in bursts: one request answers them. */
const GATHER = 400;

/** Calls `run` once, soon after the first of several calls, also where they never pause (a first sync); never after the component is gone. */
export function useSoon(run: () => void, delay = GATHER): () => void {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, delay);
  }, [delay]);
}
