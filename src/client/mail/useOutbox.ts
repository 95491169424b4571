/** Drafts and mails on their way, kept fresh by live events. */
import { useCallback, useEffect, useState } from 'react';
import { LIVE_EVENTS } from '../../shared/constants';
import type { AddressView, ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useLiveEvent } from '../live';
import { useSoon } from './useSoon';

export interface Outbox {
  /** null while read for the first time. */
  rows: OutboxView[] | null;
  error: ErrorView | null;
  reload: () => void;
}

export function useOutbox(): Outbox {
  const api = useApi();
  const [state, setState] = useState<Omit<Outbox, 'reload'>>({ rows: null, error: null });
  const reload = useCallback(() => {
    api.outbox.list().then(
      (rows) => setState({ rows, error: null }),
      (thrown: unknown) => setState((before) => ({ ...before, error: errorView(thrown) })),
    );
  }, [api]);
  useEffect(reload, [reload]);
  const soon = useSoon(reload);
  useLiveEvent(LIVE_EVENTS.outbox, soon);
  return { ...state, reload };
}

/** Rows of the drafts list. */
export const drafts = (rows: readonly OutboxView[]): OutboxView[] => rows.filter(({ state }) => state === 'draft');

/** Rows of the outbox: what waits or needs a decision first, then what was sent lately. */
export function leaving(rows: readonly OutboxView[]): OutboxView[] {
  const order = ['uncertain', 'failed', 'sending', 'queued', 'sent'];
  return rows
    .filter(({ state }) => state !== 'draft')
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.updatedAt.localeCompare(a.updatedAt));
}

/** How many mails of the outbox are not settled. */
export const waiting = (rows: readonly OutboxView[]): number =>
  rows.filter(({ state }) => state !== 'draft' && state !== 'sent').length;

/** Everybody a mail goes to. */
export const recipientsOf = ({ to, cc, bcc }: Pick<OutboxView, 'to' | 'cc' | 'bcc'>): AddressView[] => [
  ...to,
  ...cc,
  ...bcc,
];
