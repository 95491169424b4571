/** `mailThreads:search`: conversations by words and filters, newest match first. Words never reach a log. */
import { Op, type WhereOptions } from 'sequelize';
import type { ThreadPage } from '../../../shared/types';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { beyond, writeCursor, type Cursor } from '../cursor';
import { readAll, threadsById, threadView } from '../threads';
import { dateOf, type Values } from '../views';
import { searchAdapter, type Hit } from './adapters';
import { isIndexing } from './rebuild';
import { readSearch, type Search, type ThreadSearchInput } from './readSearch';

/** Messages looked at together, as a multiple of the page: few at first, because most searches fill their page with them. */
const BATCHES = [3, 10, 50];
const LARGEST_BATCH = 2000;
/** Messages that one page looks at at most; the next one goes on where it ended. */
const LOOKED_AT = 20_000;
/** Where fewer of the messages looked at belong to the result, it is tried from the other side: words first, or filters first. */
const POOR = 0.1;
const COLUMNS = ['id', 'threadId', 'internalDate', 'preview'];

/** Messages that match, newest first. */
interface Batch {
  rows: Values[];
  /** How many were looked at for them. */
  looked: number;
  /** Where to go on; null at the end. */
  next: Cursor | null;
}

/**
 * Conversations with a message that has all words and passes all filters.
 * @throws MailError permanent `searchTooLong` | `notFound` (mailbox, account) | `cursorInvalid` | `invalidInput`
 */
export async function searchThreads(mail: MailContext, viewer: Viewer, input: ThreadSearchInput): Promise<ThreadPage> {
  const search = await readSearch(mail, viewer, input);
  if (!search) return { threads: [], next: null };
  const [{ hits, next }, incomplete] = await Promise.all([fillPage(mail, search), isIncomplete(mail, search)]);
  const ids = hits.map((hit) => String(hit.threadId));
  const [threads, unread] = await Promise.all([threadsById(mail, viewer, ids), unreadOf(mail, ids)]);
  return {
    threads: hits.flatMap((hit) => {
      const thread = threads.get(String(hit.threadId));
      const part = { lastDate: hit.internalDate, preview: hit.preview, unreadCount: unread.get(String(hit.threadId)) };
      return thread ? [threadView(thread, part)] : [];
    }),
    next: next && writeCursor(next),
    ...(incomplete && { incomplete }),
  };
}

/** Whether mail that was not fetched or not indexed yet may be missing. */
async function isIncomplete(mail: MailContext, { accountId, words: { userId } }: Search): Promise<boolean> {
  const exists = async (collection: string, where: WhereOptions) => {
    const { model } = mail.db.getCollection(collection);
    return (await model.findOne({ where, attributes: ['id'], raw: true })) !== null;
  };
  const found = await Promise.all([
    exists('mailAccounts', { userId, ...(accountId && { id: accountId }), state: 'active', firstSyncDoneAt: null }),
    exists('mailboxes', { userId, ...(accountId && { accountId }), syncing: true, textsMissing: { [Op.gt]: 0 } }),
    isIndexing(mail),
  ]);
  return found.includes(true);
}

/** The newest match of each thread, up to a page of threads that no earlier page has shown. */
async function fillPage(mail: MailContext, search: Search): Promise<{ hits: Values[]; next: Cursor | null }> {
  const hits = new Map<string, Values>();
  let cursor = search.cursor;
  let looked = 0;
  let turned = false;
  let read = search.words.terms.length > 0 ? byWords : byFilters;
  for (let round = 0; ; round++) {
    const size = Math.min(search.limit * BATCHES[Math.min(round, BATCHES.length - 1)]!, LARGEST_BATCH);
    const batch = await read(mail, search, cursor, size);
    const shown = await shownBefore(mail, search, batch.rows);
    for (const row of batch.rows) {
      const threadId = String(row.threadId);
      const isNew = !shown.has(threadId) && !hits.has(threadId);
      if (isNew && hits.size === search.limit) return { hits: [...hits.values()], next: cursor };
      if (isNew) hits.set(threadId, row);
      cursor = cursorOf(row);
    }
    cursor = batch.next;
    looked += batch.looked;
    if (!cursor || hits.size === search.limit || looked >= LOOKED_AT) return { hits: [...hits.values()], next: cursor };
    if (search.words.terms.length > 0 && batch.rows.length < batch.looked * POOR) {
      read = read === byWords ? byFilters : byWords;
      // A small batch for the other side too: to find many messages that pass a filter means to read very many that do not.
      if (round === 0 && !turned) round = -1;
      turned = true;
    }
  }
}

const cursorOf = (row: Values): Cursor => ({ date: dateOf(row.internalDate), id: String(row.id) });

/** Messages with the words, of them those that pass the filters. */
async function byWords(mail: MailContext, search: Search, cursor: Cursor | null, size: number): Promise<Batch> {
  const stretch = { before: earlier(cursor, search.until), since: search.since };
  const { hits, next } = await searchAdapter(mail).newest(search.words, stretch, size);
  return { rows: await rowsOf(mail, search, hits), looked: hits.length, next };
}

/** Messages that pass the filters, of them those with the words. */
async function byFilters(mail: MailContext, search: Search, cursor: Cursor | null, size: number): Promise<Batch> {
  const rows = await readAll(mail, 'mailMessages', {
    attributes: COLUMNS,
    where: { [Op.and]: [search.where, beyond(cursor, 'internalDate')] },
    order: [
      ['internalDate', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: size,
  });
  const last = rows.at(-1);
  return {
    rows: await havingWords(mail, search, rows),
    looked: rows.length,
    next: rows.length === size && last ? cursorOf(last) : null,
  };
}

async function havingWords(mail: MailContext, search: Search, rows: Values[]): Promise<Values[]> {
  if (search.words.terms.length === 0 || rows.length === 0) return rows;
  const ids = rows.map((row) => String(row.id));
  const holding = await searchAdapter(mail).holding(search.words, ids);
  return rows.filter((row) => holding.has(String(row.id)));
}

/** Rows of hits that pass the filters, in the order of the hits. */
async function rowsOf(mail: MailContext, search: Search, found: readonly Hit[]): Promise<Values[]> {
  if (found.length === 0) return [];
  const rows = await readAll(mail, 'mailMessages', {
    attributes: COLUMNS,
    where: { [Op.and]: [{ id: { [Op.in]: found.map(({ id }) => id) } }, search.whereAmong] },
  });
  const byId = new Map(rows.map((row) => [String(row.id), row]));
  return found.map(({ id }) => byId.get(id)).filter((row) => row !== undefined);
}

/** `until` is not included, and no id is smaller than 0. */
function earlier(cursor: Cursor | null, until: Date | null): Cursor | null {
  if (!until || (cursor && cursor.date < until)) return cursor;
  return { date: until, id: '0' };
}

/** Threads already shown on an earlier page: they have a match that is not beyond the page's cursor. */
async function shownBefore(mail: MailContext, search: Search, rows: readonly Values[]): Promise<Set<string>> {
  const { cursor } = search;
  if (!cursor || rows.length === 0) return new Set();
  const shown: WhereOptions = {
    [Op.or]: [{ internalDate: { [Op.gt]: cursor.date } }, { internalDate: cursor.date, id: { [Op.gte]: cursor.id } }],
  };
  const threadIds = [...new Set(rows.map((row) => String(row.threadId)))];
  const newer = await readAll(mail, 'mailMessages', {
    attributes: ['id', 'threadId'],
    where: { [Op.and]: [{ threadId: { [Op.in]: threadIds } }, search.whereAmong, shown] },
  });
  return new Set((await havingWords(mail, search, newer)).map((row) => String(row.threadId)));
}

/** Unread messages of threads of the viewer, in all mailboxes. */
async function unreadOf(mail: MailContext, threadIds: string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (threadIds.length === 0) return counts;
  const parts = await readAll(mail, 'mailThreadMailboxes', {
    attributes: ['id', 'threadId', 'unreadCount'],
    where: { threadId: { [Op.in]: threadIds } },
  });
  for (const part of parts) {
    const threadId = String(part.threadId);
    counts.set(threadId, (counts.get(threadId) ?? 0) + Number(part.unreadCount ?? 0));
  }
  return counts;
}
