/** Conversations: a page of a mailbox by one indexed read, and all messages of one. */
import { Op, type WhereOptions } from 'sequelize';
import type { MailCollection } from '../../shared/mailCollections';
import type { MailboxRole, MessageView, ThreadDetail, ThreadPage, ThreadView } from '../../shared/types';
import { requireOwned, rowIdOf, withStringIds } from '../access/owned';
import { ofNone, ownerlessAccounts } from '../access/ownerless';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { readRows, type Selection } from '../readRows';
import { bouncesOf } from './bounces';
import { shownOnce } from './copies';
import { beyond, readCursor, writeCursor } from './cursor';
import { placesOf, visibleAmong, wholeNumber } from './rows';
import { addresses, dateOf, isoOrNull, messageView, shownMailbox, text, type Values } from './views';

/** Query of `mailThreads:list`, as it came. */
export type ThreadQuery = Partial<Record<'mailboxId' | 'role' | 'unread' | 'before' | 'limit', unknown>>;

const ROLES: readonly MailboxRole[] = ['inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'outbox', 'none'];
const DEFAULT_PAGE = 50;
export const LARGEST_THREAD_PAGE = 100;
/** A conversation shows its newest messages up to this many. */
const LARGEST_THREAD = 500;

export const isYes = (value: unknown): boolean => value === true || value === 1 || value === '1' || value === 'true';
export const pageLimit = (value: unknown): number => wholeNumber(value, DEFAULT_PAGE, LARGEST_THREAD_PAGE);

/** A role of a mailbox as it came with a request. @throws MailError permanent `invalidInput` */
export function readRole(value: unknown): MailboxRole {
  const role = ROLES.find((known) => known === value);
  if (!role) throw new MailError('permanent', 'invalidInput', { params: { field: 'role' } });
  return role;
}

/**
 * Conversations of one mailbox, or of all mailboxes of a role (default: the inboxes), newest first.
 * @throws MailError permanent `notFound` (mailbox) | `cursorInvalid` | `invalidInput`
 */
export async function listThreads(mail: MailContext, viewer: Viewer, query: ThreadQuery): Promise<ThreadPage> {
  const limit = pageLimit(query.limit);
  const cursor = readCursor(query.before);
  const userId = viewer.userId;
  const scope: WhereOptions = query.mailboxId
    ? { mailboxId: rowIdOf(query.mailboxId), userId }
    : { userId, role: readRole(query.role ?? 'inbox') };
  // Equality first: each case is one range of one index, read from its end.
  const read = (without: readonly string[]) =>
    readAll(mail, 'mailThreadMailboxes', {
      attributes: ['id', 'threadId', 'accountId', 'lastDate', 'unreadCount'],
      where: {
        [Op.and]: [
          scope,
          isYes(query.unread) ? { unread: true } : {},
          { lastDate: { [Op.ne]: null }, messageCount: { [Op.gt]: 0 } },
          beyond(cursor, 'lastDate'),
          ofNone(mail, 'mailThreadMailboxes', without),
        ],
      },
      order: [
        ['lastDate', 'DESC'],
        ['id', 'DESC'],
      ],
      limit: limit + 1,
    });
  // Two questions on one way to the database. Nothing of another user is read even where the second one says no.
  const [found, ownerless] = await Promise.all([
    read([]),
    query.mailboxId
      ? requireOwned(mail, viewer, 'mailboxes', query.mailboxId).then((): string[] => [])
      : ownerlessAccounts(mail),
  ]);
  const isGone = (part: Values) => ownerless.includes(String(part.accountId));
  // Hardly ever: a page stays full, and all others are one read.
  const parts = found.some(isGone) ? await read(ownerless) : found;
  const page = parts.slice(0, limit);
  const last = page.at(-1);
  const threads = await threadsById(
    mail,
    viewer,
    page.map((part) => part.threadId as string),
  );
  return {
    threads: page.flatMap((part) => {
      const thread = threads.get(part.threadId as string);
      return thread ? [threadView(thread, part)] : [];
    }),
    next: parts.length > limit && last ? writeCursor({ date: dateOf(last.lastDate), id: last.id as string }) : null,
  };
}

/** Threads of the viewer by id. */
export async function threadsById(mail: MailContext, viewer: Viewer, ids: string[]): Promise<Map<string, Values>> {
  if (ids.length === 0) return new Map();
  const rows = await readAll(mail, 'mailThreads', { where: { id: { [Op.in]: ids }, userId: viewer.userId } });
  return new Map(rows.map((row) => [row.id as string, row]));
}

/** @param part what is said of the thread where it is listed: date, unread count and, in a search, the preview */
export function threadView(thread: Values, part: Values): ThreadView {
  return {
    id: String(thread.id as string),
    accountId: String(thread.accountId as string),
    subject: text(thread.subject),
    participants: addresses(thread.participants),
    lastDate: isoOrNull(part.lastDate) ?? isoOrNull(thread.lastDate) ?? new Date(0).toISOString(),
    preview: text(part.preview) || text(thread.preview),
    messageCount: Number(thread.messageCount ?? 0),
    unreadCount: Number(part.unreadCount ?? 0),
    flagged: Boolean(thread.flagged),
    hasAttachments: Boolean(thread.hasAttachments),
  };
}

/**
 * One conversation with its messages, oldest first.
 * @param at where the reader stands: of copies the one there is shown
 * @throws MailError permanent `notFound` | `invalidInput`
 */
export async function getThread(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  at: Pick<ThreadQuery, 'mailboxId' | 'role'> = {},
): Promise<ThreadDetail> {
  const mailboxId = rowIdOf(at.mailboxId);
  const role = at.role ? readRole(at.role) : null;
  const isHere = (message: MessageView) =>
    mailboxId !== null ? message.mailboxId === mailboxId : message.mailboxRole === role;
  const thread = await requireOwned(mail, viewer, 'mailThreads', id);
  const [rows, places] = await Promise.all([
    readAll(mail, 'mailMessages', {
      // All of one account, which still has an owner.
      where: { [Op.and]: [{ threadId: thread.id }, visibleAmong(mail, viewer, [])] },
      order: [
        ['internalDate', 'DESC'],
        ['id', 'DESC'],
      ],
      limit: LARGEST_THREAD,
    }),
    placesOf(mail, viewer),
  ]);
  const roleOf = (row: Values) => (places.get(shownMailbox(row) ?? '')?.role ?? 'none') as MailboxRole;
  const sent = rows.filter((row) => roleOf(row) === 'sent');
  const bounces = await bouncesOf(mail, viewer, String(thread.accountId as string), sent);
  const views = rows.reverse().map((row) => messageView(row, roleOf(row), bounces.get(row)));
  return {
    id: thread.id,
    accountId: String(thread.accountId as string),
    subject: text(thread.subject),
    messages: await shownOnce(mail, views, isHere),
  };
}

/** Rows as plain values, no models, with ids as strings. Json may be text, a flag 0 or 1, a date a string: see views.ts. */
export async function readAll(mail: MailContext, collection: MailCollection, selection: Selection): Promise<Values[]> {
  return (await readRows(mail, collection, selection)).map(withStringIds);
}
