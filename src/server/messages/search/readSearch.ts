/** A search as it came with a request, checked: whose mail, which words, which filters. */
import { Op, type WhereOptions } from 'sequelize';
import type { ThreadSearch } from '../../../shared/types';
import { ownedAccount, requireOwned } from '../../access/owned';
import { ownerlessAccounts } from '../../access/ownerless';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { isQuietly } from '../columns';
import { flagIs, lyingIn } from '../conditions';
import { readCursor, type Cursor } from '../cursor';
import { placesOf, visibleAmong, visibleTo } from '../rows';
import { isYes, pageLimit, readRole } from '../threads';
import type { WordQuery } from './adapters';
import { readSender, readTerms } from './terms';

/** Values of `mailThreads:search`, as they came. */
export type ThreadSearchInput = Partial<Record<keyof ThreadSearch, unknown>>;

export interface Search {
  words: WordQuery;
  /** What a message must be besides having the words, where messages are looked for by it… */
  where: WhereOptions;
  /** …and where they are given by their ids or threads. */
  whereAmong: WhereOptions;
  since: Date | null;
  /** Not included. */
  until: Date | null;
  /** Of one account only. */
  accountId: string | null;
  cursor: Cursor | null;
  limit: number;
}

/**
 * Where nothing is asked, all mail of the viewer is meant.
 * @returns null where words were typed that cannot be found
 * @throws MailError permanent `searchTooLong` | `notFound` (mailbox, account) | `cursorInvalid` | `invalidInput`
 */
export async function readSearch(mail: MailContext, viewer: Viewer, input: ThreadSearchInput): Promise<Search | null> {
  const [terms, sender] = [readTerms(input.query), readSender(input.from)];
  const since = dateIn(input.since, 'since');
  const until = dateIn(input.until, 'until');
  const [{ accountId, conditions }, ownerless] = await Promise.all([
    scopeOf(mail, viewer, input),
    ownerlessAccounts(mail),
  ]);
  const filters: WhereOptions[] = [
    ...conditions,
    ...(isYes(input.unread) ? [flagIs(mail, 'seen', false)] : []),
    ...(isYes(input.flagged) ? [flagIs(mail, 'flagged', true)] : []),
    ...(isYes(input.attachment) ? [{ hasAttachments: true }] : []),
    ...(since ? [{ internalDate: { [Op.gte]: since } }] : []),
    ...(until ? [{ internalDate: { [Op.lt]: until } }] : []),
  ];
  const cursor = readCursor(input.before);
  if (!terms || !sender) return null;
  filters.push({ threadId: { [Op.ne]: null } });
  return {
    words: { userId: viewer.userId, terms: [...terms, ...sender] },
    where: {
      [Op.and]: [visibleTo(mail, viewer, ownerless), ...(accountId ? [{ accountId }] : []), ...filters],
    } as WhereOptions,
    whereAmong: {
      [Op.and]: [
        visibleAmong(mail, viewer, ownerless),
        ...(accountId ? [isQuietly(mail, 'mailMessages', 'accountId', accountId)] : []),
        ...filters,
      ],
    } as WhereOptions,
    since,
    until,
    accountId,
    cursor,
    limit: pageLimit(input.limit),
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

interface Scope {
  conditions: WhereOptions[];
  accountId: string | null;
}

async function scopeOf(mail: MailContext, viewer: Viewer, input: ThreadSearchInput): Promise<Scope> {
  const scope: Scope = { conditions: [], accountId: null };
  if (isGiven(input.accountId)) {
    scope.accountId = (await ownedAccount(mail, viewer, input.accountId)).id;
  }
  if (isGiven(input.mailboxId)) {
    const mailbox = await requireOwned(mail, viewer, 'mailboxes', input.mailboxId);
    scope.accountId ??= String(mailbox.accountId as string);
    scope.conditions.push(lyingIn([mailbox.id]));
  } else if (isGiven(input.role)) {
    const role = readRole(input.role);
    const places = [...(await placesOf(mail, viewer)).values()];
    scope.conditions.push(lyingIn(places.filter((place) => place.role === role).map((place) => place.mailboxId)));
  }
  return scope;
}

/** @throws MailError permanent `invalidInput` */
function dateIn(value: unknown, field: string): Date | null {
  if (!isGiven(value)) return null;
  const date = new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(date.getTime())) throw new MailError('permanent', 'invalidInput', { params: { field } });
  return date;
}
