/** How pages of threads become one list, and how a list stays in place while the mailbox changes under it. Pure. */
import type { ThreadPage, ThreadView } from '../../../shared/types';

export interface ThreadRows {
  threads: ThreadView[];
  next: string | null;
  /** In a search: texts are still being fetched, so that older mail may be missing. */
  incomplete?: boolean;
}

const byId = (threads: readonly ThreadView[]) => new Set(threads.map(({ id }) => id));

/** A page that has something to show, or the last one: a search looks at so much mail at a time, and may have found nothing in that. */
export async function pageWithThreads(
  read: (before: string | undefined) => Promise<ThreadPage>,
  before?: string,
): Promise<ThreadPage> {
  let page = await read(before);
  while (page.threads.length === 0 && page.next !== null) page = await read(page.next);
  return page;
}

/** The next page below the list. A thread that moved up meanwhile is not shown twice. */
export function appendPage(rows: ThreadRows, page: ThreadPage): ThreadRows {
  const known = byId(rows.threads);
  return {
    threads: [...rows.threads, ...page.threads.filter(({ id }) => !known.has(id))],
    next: page.next,
    incomplete: page.incomplete,
  };
}

/**
 * The list after its beginning was read again. Rows older than what was read stay as they are; newer ones that did not
 * come again are gone, save the one that is open: it stays in its place until the reader leaves it.
 */
export function refreshRows(rows: ThreadRows, fresh: ThreadPage, openId: string | null): ThreadRows {
  const came = byId(fresh.threads);
  const last = fresh.threads.at(-1)?.lastDate;
  const older = (thread: ThreadView) => fresh.next !== null && last !== undefined && thread.lastDate < last;
  const tail = rows.threads.filter((thread) => !came.has(thread.id) && older(thread));
  const threads = [...fresh.threads, ...tail];
  const open = rows.threads.find(({ id }) => id === openId);
  if (open && !came.has(open.id) && !older(open)) {
    const before = threads.findIndex(({ lastDate }) => lastDate < open.lastDate);
    threads.splice(before < 0 ? threads.length : before, 0, open);
  }
  return { threads, next: tail.length > 0 ? rows.next : fresh.next, incomplete: fresh.incomplete };
}

/** Changes what is known of one thread. */
export function patchRow(rows: ThreadRows, id: string, change: Partial<ThreadView>): ThreadRows {
  return { ...rows, threads: rows.threads.map((thread) => (thread.id === id ? { ...thread, ...change } : thread)) };
}

/** The row `step` lines further; the first one where none is open; null in an empty list. */
export function neighbour(threads: readonly ThreadView[], openId: string | null, step: 1 | -1): ThreadView | null {
  const at = threads.findIndex(({ id }) => id === openId);
  if (at < 0) return threads[0] ?? null;
  return threads[Math.min(Math.max(at + step, 0), threads.length - 1)];
}
