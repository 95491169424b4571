/** The mailboxes of all accounts with their unread counts, kept fresh by live events. */
import { useCallback, useEffect, useState } from 'react';
import type { ErrorView, MailboxView } from '../../../shared/types';
import { LIVE_EVENTS } from '../../../shared/constants';
import { errorView, useApi } from '../../api';
import { useLiveEvent } from '../../live';
import { useSoon } from '../useSoon';

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
