/** The mailboxes of all accounts with their unread counts, kept fresh by live events. */
import { useCallback } from 'react';
import type { ErrorView, MailboxView } from '../../../shared/types';
import { LIVE_EVENTS } from '../../../shared/constants';
import { useApi } from '../../api';
import { useLiveEvent } from '../../live';
import { useLoad } from '../../load';
import { useSoon } from '../useSoon';

export interface Mailboxes {
  mailboxes: MailboxView[];
  loaded: boolean;
  error: ErrorView | null;
  reload: () => void;
}

const NONE: MailboxView[] = [];

export function useMailboxes(): Mailboxes {
  const api = useApi();
  const { data, error, reload: read } = useLoad(api.mailboxes.list);
  const reload = useCallback(() => void read(), [read]);
  const soon = useSoon(reload);
  useLiveEvent(LIVE_EVENTS.mailbox, soon);
  useLiveEvent(LIVE_EVENTS.thread, soon);
  useLiveEvent(LIVE_EVENTS.account, soon);
  return { mailboxes: data ?? NONE, loaded: data !== undefined || error !== null, error, reload };
}
