/** Messages count as read after they were on the screen for a while. */
import { useEffect, useRef } from 'react';

/** Milliseconds. */
const READ_AFTER = 1200;

/**
 * @param threadId the conversation on the screen
 * @param unread its messages that are to be marked; none where reading marks nothing
 * @param mark rejects where that is refused: the same messages are not tried again until the reader comes back to them
 */
export function useMarkRead(
  threadId: string,
  unread: readonly string[],
  mark: (ids: string[]) => Promise<unknown>,
): void {
  const latest = useRef(mark);
  latest.current = mark;
  const refused = useRef(new Set<string>());
  useEffect(() => {
    const ids = refused.current;
    return () => ids.clear();
  }, [threadId]);
  const key = unread.filter((id) => !refused.current.has(id)).join(' ');
  useEffect(() => {
    if (!key) return;
    const ids = key.split(' ');
    const timer = setTimeout(() => {
      latest.current(ids).catch(() => ids.forEach((id) => refused.current.add(id)));
    }, READ_AFTER);
    return () => clearTimeout(timer);
  }, [key, threadId]);
}
