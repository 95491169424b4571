/** Reading something for a component: loading, the answer, or an error that can be tried again. */
import { useCallback, useEffect, useState } from 'react';
import type { ErrorView } from '../shared/types';
import { answersInOrder } from './answersInOrder';
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
  const [answers] = useState(answersInOrder);
  const reload = useCallback(async () => {
    const isNews = answers.ask();
    const show = (answer: Partial<Pick<Loaded<T>, 'data' | 'error'>>) => {
      if (!isNews()) return;
      const loading = answers.pending();
      setState((old) => ({ ...old, ...answer, loading }));
    };
    setState((old) => ({ ...old, loading: true }));
    try {
      show({ data: await read(), error: null });
    } catch (thrown) {
      show({ error: errorView(thrown) });
    }
  }, [answers, read]);
  useEffect(() => {
    void reload();
    return answers.drop;
  }, [answers, reload]);
  const set = useCallback(
    (data: T) => {
      answers.drop();
      setState({ data, error: null, loading: false });
    },
    [answers],
  );
  return { ...state, reload, set };
}
