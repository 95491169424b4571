/** Many calls, one answer: live events come in bursts. */
import { useCallback, useEffect, useRef } from 'react';

/** Events come in bursts: one request answers them. */
const GATHER = 400;

/** Calls `run` once, soon after the last of several calls; never after the component is gone. */
export function useSoon(run: () => void, delay = GATHER): () => void {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), delay);
  }, [delay]);
}
