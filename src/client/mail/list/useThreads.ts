/** The list of threads of a view: pages by cursor, kept over a change of view, and read again where it changes. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, ThreadPage, ThreadView } from '../../../shared/types';
import { LIVE_EVENTS } from '../../../shared/constants';
import { errorView, useApi, type MailApi } from '../../api';
import { useLiveEvent } from '../../live';
import { appendPage, patchRow, refreshRows, type ThreadRows } from './threadPages';
import { useSoon } from '../useSoon';
import { viewKey, type MailView } from '../view';

const PAGE = 50;
/** A list longer than this is read again in its newest part only. */
const REFRESHED = 200;

export interface ThreadListQuery {
  view: Extract<MailView, { kind: 'role' | 'mailbox' }> | null;
  unread: boolean;
  /** Words to search; empty lists everything. */
  search: string;
}

export interface Threads {
  /** null: nothing known yet. */
  rows: ThreadRows | null;
  /** Why the last reading failed; rows known before stay. */
  error: ErrorView | null;
  loadingMore: boolean;
  loadMore: () => void;
  reload: () => void;
  patch: (id: string, change: Partial<ThreadView>) => void;
}

function read(
  api: MailApi,
  { view, unread, search }: ThreadListQuery,
  page: { before?: string; limit: number },
  signal: AbortSignal,
): Promise<ThreadPage> {
  const place = view?.kind === 'mailbox' ? { mailboxId: view.id } : { role: view?.role };
  const query = { ...place, unread, ...page };
  return search ? api.threads.search({ ...query, query: search }, signal) : api.threads.list(query, signal);
}

/** @param openId the thread that is open: it stays in the list when a filter no longer covers it */
export function useThreads(query: ThreadListQuery, openId: string | null): Threads {
  const api = useApi();
  const { view, unread, search } = query;
  const key = view ? `${viewKey(view)} ${unread ? 'unread' : 'all'} ${search}` : '';
  const kept = useRef(new Map<string, ThreadRows>());
  const [, setVersion] = useState(0);
  const [error, setError] = useState<{ key: string; view: ErrorView } | null>(null);
  const [loadingMore, setLoadingMore] = useState(false);
  const latest = useRef({ key, query, openId });
  latest.current = { key, query, openId };

  const store = useCallback((at: string, rows: ThreadRows) => {
    kept.current.set(at, rows);
    setVersion((version) => version + 1);
  }, []);

  const controller = useRef<AbortController>();
  const reload = useCallback(() => {
    const now = latest.current;
    if (!now.key) return;
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    const known = kept.current.get(now.key);
    const limit = Math.min(Math.max(known?.threads.length ?? 0, PAGE), REFRESHED);
    read(api, now.query, { limit }, signal).then(
      (page) => {
        if (signal.aborted) return;
        const before = kept.current.get(now.key) ?? { threads: [], next: null };
        store(now.key, refreshRows(before, page, latest.current.openId));
        setError(null);
      },
      (thrown: unknown) => {
        if (!signal.aborted) setError({ key: now.key, view: errorView(thrown) });
      },
    );
  }, [api, store]);

  useEffect(() => {
    reload();
    return () => controller.current?.abort();
  }, [reload, key]);

  const soon = useSoon(reload);
  useLiveEvent(LIVE_EVENTS.thread, soon);
  useLiveEvent(LIVE_EVENTS.mailbox, soon);

  const loadMore = useCallback(() => {
    const now = latest.current;
    const before = kept.current.get(now.key)?.next;
    if (!before || loadingMore) return;
    setLoadingMore(true);
    read(api, now.query, { before, limit: PAGE }, new AbortController().signal)
      .then(
        (page) => {
          const rows = kept.current.get(now.key);
          // Read again meanwhile: its own cursor leads on.
          if (rows?.next === before) store(now.key, appendPage(rows, page));
        },
        (thrown: unknown) => setError({ key: now.key, view: errorView(thrown) }),
      )
      .finally(() => setLoadingMore(false));
  }, [api, loadingMore, store]);

  const patch = useCallback((id: string, change: Partial<ThreadView>) => {
    for (const [at, rows] of kept.current) kept.current.set(at, patchRow(rows, id, change));
    setVersion((version) => version + 1);
  }, []);

  return {
    rows: kept.current.get(key) ?? null,
    error: error?.key === key ? error.view : null,
    loadingMore,
    loadMore,
    reload,
    patch,
  };
}
