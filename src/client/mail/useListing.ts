/** A list of conversations and the one that is open, with everything the reader changes in them already shown. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MailboxView, ThreadView } from '../../shared/types';
import { listWith, threadWith } from './changes/change';
import type { Place } from './changes/place';
import { useChanges, type Changes } from './changes/useChanges';
import { useMover, type Mover } from './changes/useMover';
import { useTriage, type Triage } from './changes/useTriage';
import { survivor } from './list/selection';
import { useThreads, type Threads } from './list/useThreads';
import { useTicks, type Ticks } from './list/useTicks';
import type { ThreadsAsked } from './search/filter';
import { useThread, type OpenThread } from './useThread';

export interface Listing {
  threads: Threads;
  thread: OpenThread;
  ticks: Ticks;
  triage: Triage;
  mover: Mover;
  changes: Changes;
  /** Where the keyboard stands, when that is not the open conversation. */
  cursorId: string | null;
  setCursor: (id: string | null) => void;
  /** How far the list was scrolled when it was last seen; on a small screen an open conversation takes its place. */
  scrolled: React.MutableRefObject<{ key: string; top: number }>;
  /** This conversation stays unread although it is on the screen. */
  keptUnread: string | null;
}

interface ListingSetting {
  /** null where the view lists no conversations. */
  ask: ThreadsAsked | null;
  place: Place;
  /** Changes with the list. */
  listKey: string;
  mailboxes: readonly MailboxView[];
  threadId: string | null;
  /** Only one pane: after a change the reader comes back to the list. */
  narrow: boolean;
  onOpen: (thread: ThreadView) => void;
  onBack: () => void;
  /** Something changed: counters are read again. */
  onChanged: () => void;
}

export function useListing(setting: ListingSetting): Listing {
  const { ask, place, listKey, mailboxes, threadId, narrow, onOpen, onBack, onChanged } = setting;
  /** What the reader has put away is not kept in the list for being open still. */
  const left = useRef<ReadonlySet<string>>(new Set());
  const stored = useThreads(ask, threadId !== null && left.current.has(threadId) ? null : threadId);
  const storedThread = useThread(threadId, place);
  const changes = useChanges(async () => {
    onChanged();
    await Promise.allSettled([stored.reload(), storedThread.reload()]);
  });
  const { pending } = changes;
  const [cursor, setCursor] = useState<{ key: string; id: string | null }>({ key: listKey, id: null });
  const scrolled = useRef({ key: listKey, top: 0 });
  const [keptUnread, keepUnread] = useState<string | null>(null);

  useEffect(() => keepUnread(null), [threadId]);

  const { undo } = changes;
  const undoAll = useCallback(() => {
    left.current = new Set();
    return undo();
  }, [undo]);

  const rows = useMemo(
    () => stored.rows && { ...stored.rows, threads: listWith(stored.rows.threads, place, pending) },
    [stored.rows, place, pending],
  );
  const detail = useMemo(
    () => storedThread.detail && threadWith(storedThread.detail, pending, mailboxes),
    [storedThread.detail, pending, mailboxes],
  );
  const order = useMemo(() => rows?.threads.map(({ id }) => id) ?? [], [rows]);
  const ticks = useTicks(listKey, order);
  const cursorId = cursor.key === listKey && cursor.id !== threadId ? cursor.id : null;
  const moveCursor = useCallback((id: string | null) => setCursor({ key: listKey, id }), [listKey]);

  const onLeaving = (leaving: ReadonlySet<string>) => {
    ticks.clear();
    left.current = leaving;
    if (cursorId !== null && leaving.has(cursorId)) moveCursor(survivor(order, leaving, cursorId));
    if (threadId === null || !leaving.has(threadId)) return;
    const nextId = narrow ? null : survivor(order, leaving, threadId);
    const next = rows?.threads.find(({ id }) => id === nextId);
    if (next) onOpen(next);
    else onBack();
  };
  const onUnread = (ids: readonly string[]) => {
    if (threadId !== null && ids.includes(threadId)) keepUnread(threadId);
  };
  const triage = useTriage({ place, mailboxes, changes, detail, onLeaving, onUnread });
  const mover = useMover(triage, mailboxes, place);

  return {
    threads: { ...stored, rows },
    thread: { ...storedThread, detail },
    ...{ ticks, triage, mover, cursorId, changes: { ...changes, undo: undoAll } },
    setCursor: moveCursor,
    scrolled,
    keptUnread,
  };
}
