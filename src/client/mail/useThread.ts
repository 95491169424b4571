/** One conversation: read, kept fresh, and its flags changed at once and made true afterwards. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, MessageView, ThreadDetail } from '../../shared/types';
import { LIVE_EVENTS } from '../../shared/constants';
import { answersInOrder } from '../answersInOrder';
import { errorView, useApi } from '../api';
import { useLiveEvent } from '../live';
import { scopeOf, type Place } from './changes/place';
import { useSoon } from './useSoon';

export type FlagChange = Partial<Pick<MessageView, 'seen' | 'flagged'>>;

export interface OpenThread {
  /** null while it is read for the first time. */
  detail: ThreadDetail | null;
  error: ErrorView | null;
  /** Reads again; its promise ends when that is shown. */
  reload: () => Promise<void>;
  /** Shows the change at once; rejects, and shows the old flags again, where the server refuses. */
  setFlags: (ids: string[], change: FlagChange) => Promise<void>;
}

const changed = (detail: ThreadDetail, ids: readonly string[], change: FlagChange): ThreadDetail => ({
  ...detail,
  messages: detail.messages.map((message) => (ids.includes(message.id) ? { ...message, ...change } : message)),
});

/** @param place where the reader stands: of a message that lies in several mailboxes he sees, and changes, the copy there */
export function useThread(threadId: string | null, place: Place): OpenThread {
  const api = useApi();
  const [state, setState] = useState<{ id: string | null; detail: ThreadDetail | null; error: ErrorView | null }>({
    id: null,
    detail: null,
    error: null,
  });
  const current = useRef(threadId);
  current.current = threadId;
  const scope = JSON.stringify(scopeOf(place));
  const [answers] = useState(answersInOrder);

  const reload = useCallback(async () => {
    const id = current.current;
    if (!id) return;
    const take = answers.ask();
    const isNews = () => current.current === id && take();
    await api.threads.get(id, JSON.parse(scope) as ReturnType<typeof scopeOf>).then(
      (detail) => {
        if (isNews()) setState({ id, detail, error: null });
      },
      (thrown: unknown) => {
        if (!isNews()) return;
        const error = errorView(thrown);
        setState((before) => {
          const kept = before.id === id && error.kind !== 'permanent' ? before.detail : null;
          return { id, detail: kept, error };
        });
      },
    );
  }, [answers, api, scope]);

  useEffect(() => void reload(), [reload, threadId]);
  const soon = useSoon(() => void reload());
  useLiveEvent(LIVE_EVENTS.thread, (payload) => {
    if (!payload?.threadIds || (threadId && payload.threadIds.includes(threadId))) soon();
  });

  const setFlags = useCallback(
    async (ids: string[], change: FlagChange) => {
      const id = current.current;
      const show = (flags: FlagChange) =>
        setState((before) =>
          before.id === id && before.detail ? { ...before, detail: changed(before.detail, ids, flags) } : before,
        );
      show(change);
      try {
        await api.messages.setFlags({ ids }, change);
      } catch (thrown) {
        void reload();
        throw thrown;
      }
    },
    [api, reload],
  );

  const own = state.id === threadId;
  return { detail: own ? state.detail : null, error: own ? state.error : null, reload, setFlags };
}
