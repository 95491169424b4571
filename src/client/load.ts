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
  /** Answers may overtake each other: how many were asked for, and the newest that was shown. */
  const turns = useRef({ asked: 0, shown: 0 });
  const reload = useCallback(async () => {
    const turn = ++turns.current.asked;
    const show = (answer: Partial<Pick<Loaded<T>, 'data' | 'error'>>) => {
      if (turn <= turns.current.shown) return;
      turns.current.shown = turn;
      setState((old) => ({ ...old, ...answer, loading: turn < turns.current.asked }));
    };
    setState((old) => ({ ...old, loading: true }));
    try {
      show({ data: await read(), error: null });
    } catch (thrown) {
      show({ error: errorView(thrown) });
    }
  }, [read]);
  const dropAnswers = useCallback(() => void (turns.current.shown = turns.current.asked), []);
  useEffect(() => {
    void reload();
    return dropAnswers;
  }, [reload, dropAnswers]);
  const set = useCallback(
    (data: T) => {
      dropAnswers();
      setState({ data, error: null, loading: false });
    },
    [dropAnswers],
  );
  return { ...state, reload, set };
}
