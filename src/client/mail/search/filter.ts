/** What a list is narrowed to, and the question it becomes for the server. Pure. */
import type { MailboxRole, ThreadSearch } from '../../../shared/types';
import { scopeOf, type Place } from '../changes/place';

/** Every field has a value that narrows nothing. */
export interface ListFilter {
  /** Words to search, as typed. */
  words: string;
  unread: boolean;
  flagged: boolean;
  attachment: boolean;
  /** Part of a sender's name or address. */
  from: string;
  /** First and last day, both included, as YYYY-MM-DD in the reader's time zone; empty: open. */
  since: string;
  until: string;
  /** `here`: the folder of the list; `everywhere`; else the id of a folder. */
  where: string;
  /** With `everywhere`: of one account only; empty: of all. */
  accountId: string;
}

export const EVERYTHING: ListFilter = {
  words: '',
  unread: false,
  flagged: false,
  attachment: false,
  from: '',
  since: '',
  until: '',
  where: 'here',
  accountId: '',
};

/** The toggles beside the search field. */
export const QUICK = ['unread', 'flagged', 'attachment'] as const;
export type Quick = (typeof QUICK)[number];

export const isFiltered = (filter: ListFilter): boolean => filterKey(filter) !== filterKey(EVERYTHING);

/** Equal keys, equal lists. */
export const filterKey = (filter: ListFilter): string =>
  JSON.stringify((Object.keys(EVERYTHING) as (keyof ListFilter)[]).map((field) => filter[field]));

/** Where the listed conversations lie: what is done with them is done there. */
export function filteredPlace(place: Place, { where }: ListFilter, roleOf: (mailboxId: string) => MailboxRole): Place {
  if (where === 'here') return place;
  if (where === 'everywhere') return { kind: 'everywhere' };
  return { kind: 'mailbox', mailboxId: where, role: roleOf(where), accountId: '' };
}

/** The question for the server. The plain list is cheaper, and enough for `unread` alone. */
export type ThreadsAsked =
  | { kind: 'list'; query: { mailboxId?: string; role?: MailboxRole; unread: boolean } }
  | { kind: 'search'; query: ThreadSearch };

export function asked(place: Place, filter: ListFilter): ThreadsAsked {
  const at =
    filter.where === 'here' ? scopeOf(place) : filter.where === 'everywhere' ? {} : { mailboxId: filter.where };
  const onlyUnread = filterKey({ ...filter, unread: false }) === filterKey(EVERYTHING);
  if (onlyUnread && place.kind !== 'everywhere') return { kind: 'list', query: { ...at, unread: filter.unread } };
  const { words, from, accountId, since, until } = filter;
  return {
    kind: 'search',
    query: {
      ...at,
      ...(words && { query: words }),
      ...(filter.unread && { unread: true }),
      ...(filter.flagged && { flagged: true }),
      ...(filter.attachment && { attachment: true }),
      ...(from && { from }),
      ...(filter.where === 'everywhere' && accountId && { accountId }),
      ...(since && { since: startOf(since, 0) }),
      ...(until && { until: startOf(until, 1) }),
    },
  };
}

/** The beginning of a day of the reader, `later` days on, as the server wants it. */
function startOf(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** The parts of a filter that are set and have no button of their own, each with the filter that is left without it. */
export function partsOf(filter: ListFilter): { part: 'from' | 'dates' | 'where' | 'account'; without: ListFilter }[] {
  const { from, since, until, where, accountId } = filter;
  return [
    ...(where !== 'here' ? [{ part: 'where' as const, without: { ...filter, where: 'here', accountId: '' } }] : []),
    ...(where === 'everywhere' && accountId
      ? [{ part: 'account' as const, without: { ...filter, accountId: '' } }]
      : []),
    ...(from ? [{ part: 'from' as const, without: { ...filter, from: '' } }] : []),
    ...(since || until ? [{ part: 'dates' as const, without: { ...filter, since: '', until: '' } }] : []),
  ];
}

/** What stands in the search field once the words to search are these: a blank before the next word is still being typed. */
export const typedBeside = (typed: string, words: string): string => (typed.trim() === words ? typed : words);
