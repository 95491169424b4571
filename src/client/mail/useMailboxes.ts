/** The mailboxes of all accounts with their unread counts, kept fresh by live events. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, MailboxView } from '../../shared/types';
import { LIVE_EVENTS } from '../../shared/constants';
import { errorView, useApi } from '../api';
import { useLiveEvent } from '../live';

/** Events come in bursts: one request answers them. */
export const GATHER = 400;

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

export interface Mailboxes {
  mailboxes: MailboxView[];
  loaded: boolean;
  error: ErrorView | null;
  reload: () => void;
}

export function useMailboxes(): Mailboxes {
  const api = useApi();
  const [state, setState] = useState<Omit<Mailboxes, 'reload'>>({ mailboxes: [], loaded: false, error: null });
  const reload = useCallback(() => {
    api.mailboxes.list().then(
      (mailboxes) => setState({ mailboxes, loaded: true, error: null }),
      (thrown: unknown) => setState((before) => ({ ...before, loaded: true, error: errorView(thrown) })),
    );
  }, [api]);
  useEffect(reload, [reload]);
  const soon = useSoon(reload);
  useLiveEvent(LIVE_EVENTS.mailbox, soon);
  useLiveEvent(LIVE_EVENTS.thread, soon);
  useLiveEvent(LIVE_EVENTS.account, soon);
  return { ...state, reload };
}
