/** Drafts and mails on their way, kept fresh by live events. */
import { useCallback } from 'react';
import { LIVE_EVENTS } from '../../shared/constants';
import type { AddressView, ErrorView, OutboxView } from '../../shared/types';
import { useApi } from '../api';
import { useLiveEvent } from '../live';
import { useLoad } from '../load';
import { useSoon } from './useSoon';

export interface Outbox {
  /** null while read for the first time. */
  rows: OutboxView[] | null;
  error: ErrorView | null;
  reload: () => void;
}

export function useOutbox(): Outbox {
  const api = useApi();
  const { data, error, reload: read } = useLoad(api.outbox.list);
  const reload = useCallback(() => void read(), [read]);
  const soon = useSoon(reload);
  useLiveEvent(LIVE_EVENTS.outbox, soon);
  return { rows: data ?? null, error, reload };
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
