/** Reading something for a component: loading, the answer, or an error that can be tried again. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView } from '../shared/types';
import { errorView } from './api';

export interface Loaded<T> {
  data: T | undefined;
  error: ErrorView | null;
  loading: boolean;
  /** Reads again; what is shown stays until the answer comes. */
  reload(): Promise<void>;
  /** Replaces what is shown, for instance by the answer of a save. */
  set(data: T): void;
}

/** Reads on mounting. `read` must be stable (useCallback). */
export function useLoad<T>(read: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Pick<Loaded<T>, 'data' | 'error' | 'loading'>>({
    data: undefined,
    error: null,
    loading: true,
  });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setState((old) => ({ ...old, loading: true }));
    try {
      const data = await read();
      if (mine === turn.current) setState({ data, error: null, loading: false });
    } catch (thrown) {
      if (mine === turn.current) setState((old) => ({ ...old, error: errorView(thrown), loading: false }));
    }
  }, [read]);
  useEffect(() => {
    void reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  const set = useCallback((data: T) => {
    turn.current += 1;
    setState({ data, error: null, loading: false });
  }, []);
  return { ...state, reload, set };
}
