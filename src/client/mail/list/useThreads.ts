/** The list of threads of a view: pages by cursor, kept over a change of view, and read again where it changes. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, ThreadPage, ThreadView } from '../../../shared/types';
import { LIVE_EVENTS } from '../../../shared/constants';
import { errorView, useApi, type MailApi } from '../../api';
import { useLiveEvent } from '../../live';
import { appendPage, pageWithThreads, patchRow, refreshRows, type ThreadRows } from './threadPages';
import { useSoon } from '../useSoon';
import type { ThreadsAsked } from '../search/filter';

const PAGE = 50;
/** A list longer than this is read again in its newest part only. */
const REFRESHED = 200;
/** Lists read lately, shown at once when the reader comes back to them. */
const KEPT_LISTS = 20;

export interface Threads {
  /** null: nothing known yet. */
  rows: ThreadRows | null;
  /** Why the last reading failed; rows known before stay. */
  error: ErrorView | null;
  loadingMore: boolean;
  loadMore: () => void;
  /** Reads again; its promise ends when the newest reading is shown or has failed. */
  reload: () => Promise<void>;
  patch: (id: string, change: Partial<ThreadView>) => void;
}

function read(
  api: MailApi,
  ask: ThreadsAsked,
  page: { before?: string; limit: number },
  signal: AbortSignal,
): Promise<ThreadPage> {
  const { before, limit } = page;
  return pageWithThreads(
    (from) =>
      ask.kind === 'search'
        ? api.threads.search({ ...ask.query, limit, before: from }, signal)
        : api.threads.list({ ...ask.query, limit, before: from }, signal),
    before,
  );
}

/**
 * @param ask null where the view lists no threads
 * @param openId the thread that is open: it stays in the list when a filter no longer covers it
 */
export function useThreads(ask: ThreadsAsked | null, openId: string | null): Threads {
  const api = useApi();
  const key = ask ? JSON.stringify(ask) : '';
  const kept = useRef(new Map<string, ThreadRows>());
  const [, setVersion] = useState(0);
  const [error, setError] = useState<{ key: string; view: ErrorView } | null>(null);
  const [loadingMore, setLoadingMore] = useState(false);
  const latest = useRef({ key, ask, openId });
  latest.current = { key, ask, openId };

  const store = useCallback((at: string, rows: ThreadRows) => {
    kept.current.delete(at);
    kept.current.set(at, rows);
    const [oldest] = kept.current.keys();
    if (kept.current.size > KEPT_LISTS && oldest !== undefined) kept.current.delete(oldest);
    setVersion((version) => version + 1);
  }, []);

  const controller = useRef<AbortController>();
  /** Who waits for the newest reading. */
  const waiting = useRef<(() => void)[]>([]);
  /** A reading is under way; something changed meanwhile. */
  const reading = useRef({ busy: false, again: false });
  const reload = useCallback((): Promise<void> => {
    const now = latest.current;
    if (!now.ask) {
      // What was asked for before was broken off: nothing will be shown.
      for (const resolve of waiting.current.splice(0)) resolve();
      return Promise.resolve();
    }
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    reading.current = { busy: true, again: false };
    const known = kept.current.get(now.key);
    const limit = Math.min(Math.max(known?.threads.length ?? 0, PAGE), REFRESHED);
    const shown = new Promise<void>((resolve) => waiting.current.push(resolve));
    read(api, now.ask, { limit }, signal)
      .then(
        (page) => {
          if (signal.aborted) return;
          const before = kept.current.get(now.key) ?? { threads: [], next: null };
          store(now.key, refreshRows(before, page, latest.current.openId));
          setError(null);
        },
        (thrown: unknown) => {
          if (!signal.aborted) setError({ key: now.key, view: errorView(thrown) });
        },
      )
      .finally(() => {
        if (signal.aborted) return;
        const { again } = reading.current;
        reading.current = { busy: false, again: false };
        for (const resolve of waiting.current.splice(0)) resolve();
        if (again) void reload();
      });
    return shown;
  }, [api, store]);

  useEffect(() => {
    void reload();
    return () => controller.current?.abort();
  }, [reload, key]);

  // Events during a first sync come faster than a list is read: none of them breaks a reading off.
  const soon = useSoon(() => {
    if (reading.current.busy) reading.current.again = true;
    else void reload();
  });
  useLiveEvent(LIVE_EVENTS.thread, soon);
  useLiveEvent(LIVE_EVENTS.mailbox, soon);

  const loadMore = useCallback(() => {
    const now = latest.current;
    const before = kept.current.get(now.key)?.next;
    if (!before || !now.ask || loadingMore) return;
    setLoadingMore(true);
    read(api, now.ask, { before, limit: PAGE }, new AbortController().signal)
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
