/** Finds conversations by words of subject, sender and preview. Words never reach a log. */
import { Op, type WhereOptions } from 'sequelize';
import type { ThreadPage } from '../../shared/types';
import { requireOwned } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { containing } from './columns';
import { flagIs } from './conditions';
import { beyond, readCursor, writeCursor, type Cursor } from './cursor';
import { placesOf, visibleTo } from './rows';
import { isYes, pageLimit, readAll, readRole, threadsById, threadView, type ThreadQuery } from './threads';
import type { Values } from './views';

const SEARCHED = ['subject', 'fromName', 'fromAddress', 'preview'];
const LIMITS = { words: 10, queryLength: 500 };
/** Matching messages that one page looks through at most. */
const LOOKED_THROUGH = 500;

/** Words of a search: separated by space, "quoted ones" together. @throws MailError permanent `searchTooLong` */
export function wordsOf(query: unknown): string[] {
  if (typeof query !== 'string') return [];
  if (query.length > LIMITS.queryLength) throw new MailError('permanent', 'searchTooLong');
  const words = [...query.replaceAll('\0', '').matchAll(/"([^"]+)"|([^\s"]+)/g)].map(
    ([, quoted, word]) => quoted?.trim() ?? word ?? '',
  );
  const unique = [...new Set(words.filter((word) => word !== ''))];
  if (unique.length > LIMITS.words) throw new MailError('permanent', 'searchTooLong');
  return unique;
}

/**
 * Conversations with a message that holds all words, newest match first. Without words nothing is found.
 * @throws MailError permanent `searchTooLong` | `notFound` (mailbox) | `cursorInvalid` | `invalidInput`
 */
export async function searchThreads(mail: MailContext, viewer: Viewer, query: ThreadQuery): Promise<ThreadPage> {
  const words = wordsOf(query.query);
  const limit = pageLimit(query.limit);
  const cursor = readCursor(query.before);
  if (words.length === 0) return { threads: [], next: null };
  const matching: WhereOptions = {
    [Op.and]: [
      visibleTo(viewer),
      await scopeOf(mail, viewer, query),
      { threadId: { [Op.ne]: null } },
      isYes(query.unread) ? flagIs(mail, 'seen', false) : {},
      ...words.map((word) => ({ [Op.or]: SEARCHED.map((name) => containing(mail, 'mailMessages', name, word)) })),
    ],
  };
  const found = await readAll(mail, 'mailMessages', {
    attributes: ['id', 'threadId', 'internalDate', 'preview'],
    where: { [Op.and]: [matching, beyond(cursor, 'internalDate')] },
    order: [
      ['internalDate', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: LOOKED_THROUGH,
  });
  const { hits, last } = newestOfEach(found, await seenBefore(mail, matching, found, cursor), limit);
  const ids = hits.map((hit) => hit.threadId as string);
  const [threads, unread] = await Promise.all([threadsById(mail, viewer, ids), unreadOf(mail, viewer, ids)]);
  const more = last !== undefined && (last !== found.at(-1) || found.length === LOOKED_THROUGH);
  return {
    threads: hits.flatMap((hit) => {
      const thread = threads.get(hit.threadId as string);
      const part = { lastDate: hit.internalDate, preview: hit.preview, unreadCount: unread.get(String(hit.threadId)) };
      return thread ? [threadView(thread, part)] : [];
    }),
    next: more ? writeCursor({ date: new Date(last.internalDate as string), id: last.id as string }) : null,
  };
}

async function scopeOf(mail: MailContext, viewer: Viewer, query: ThreadQuery): Promise<WhereOptions> {
  if (query.mailboxId) return { mailboxId: (await requireOwned(mail, viewer, 'mailboxes', query.mailboxId)).id };
  if (query.role === undefined || query.role === null || query.role === '') return {};
  const role = readRole(query.role);
  const places = [...(await placesOf(mail, viewer)).values()].filter((place) => place.role === role);
  return { mailboxId: { [Op.in]: places.map((place) => place.mailboxId) } };
}

/** Threads already shown on an earlier page: they have a match newer than the cursor. */
async function seenBefore(
  mail: MailContext,
  matching: WhereOptions,
  found: Values[],
  cursor: Cursor | null,
): Promise<Set<string>> {
  if (!cursor || found.length === 0) return new Set();
  const threadIds = [...new Set(found.map((row) => row.threadId as string))];
  const newer: WhereOptions = {
    [Op.or]: [{ internalDate: { [Op.gt]: cursor.date } }, { internalDate: cursor.date, id: { [Op.gte]: cursor.id } }],
  };
  const rows = await readAll(mail, 'mailMessages', {
    attributes: ['id', 'threadId'],
    where: { [Op.and]: [matching, { threadId: { [Op.in]: threadIds } }, newer] },
  });
  return new Set(rows.map((row) => row.threadId as string));
}

/**
 * The newest match of each thread, up to `limit` threads.
 * @returns the last row looked at too: the next page goes on after it
 */
export function newestOfEach(
  found: Values[],
  shown: ReadonlySet<string>,
  limit: number,
): { hits: Values[]; last: Values | undefined } {
  const hits = new Map<string, Values>();
  let last: Values | undefined;
  for (const row of found) {
    const threadId = row.threadId as string;
    const isNew = !shown.has(threadId) && !hits.has(threadId);
    if (isNew && hits.size === limit) break;
    if (isNew) hits.set(threadId, row);
    last = row;
  }
  return { hits: [...hits.values()], last };
}

async function unreadOf(mail: MailContext, viewer: Viewer, threadIds: string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (threadIds.length === 0) return counts;
  const parts = await readAll(mail, 'mailThreadMailboxes', {
    attributes: ['id', 'threadId', 'unreadCount'],
    where: { threadId: { [Op.in]: threadIds }, userId: viewer.userId },
  });
  for (const part of parts) {
    const threadId = part.threadId as string;
    counts.set(threadId, (counts.get(threadId) ?? 0) + Number(part.unreadCount ?? 0));
  }
  return counts;
}
