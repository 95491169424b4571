/** What a list of mailboxes means for those that are known. Pure. */
import type { MailboxRole } from '../../../shared/types';
import { storable } from '../../imap/decode';
import { syncsByDefault, type ListedMailbox } from './roles';

/** A mailbox row, as far as lists are compared. */
export interface KnownMailbox {
  id: string;
  path: string;
  delimiter: string;
  role: MailboxRole;
  syncing: boolean;
  missing: boolean;
  /** Messages that have their place in it. */
  stored: number;
}

export interface ListPlan {
  /** Listed under the path that is known; among them those that were missing. */
  kept: Map<string, ListedMailbox>;
  /** Known and not listed, and not noted as missing yet. */
  gone: KnownMailbox[];
  /** Listed and not known. */
  appeared: ListedMailbox[];
}

/** Longer paths would make longer command lines than servers take. */
const LONGEST_PATH = 2000;

/** What can be selected at all, and told from others by a row: no database keeps NUL and half a character as they are. */
export function selectable({ path, flags }: ListedMailbox): boolean {
  const names = [...flags].map((flag) => flag.toLowerCase());
  if (path.length > LONGEST_PATH || storable(path) !== path) return false;
  return !names.includes('\\noselect') && !names.includes('\\nonexistent');
}

/** Differences of two lists, by path. */
export function planList(known: readonly KnownMailbox[], listed: readonly ListedMailbox[]): ListPlan {
  const byPath = new Map(listed.map((one) => [one.path, one]));
  const paths = new Set(known.map(({ path }) => path));
  return {
    kept: new Map(known.flatMap(({ id, path }) => (byPath.has(path) ? [[id, byPath.get(path)!]] : []))),
    gone: known.filter(({ path, missing }) => !missing && !byPath.has(path)),
    appeared: [...byPath.values()].filter(({ path }) => !paths.has(path)),
  };
}

/** So many that the list is not believed before it was asked for again. */
export function isShortList(known: readonly KnownMailbox[], listed: readonly ListedMailbox[]): boolean {
  const there = known.filter(({ missing }) => !missing);
  return planList(there, listed).gone.length * 2 > there.length;
}

/** Those that have most names in common with a mailbox at the end of the path; none where not even the last one is the same. */
export function nearest(
  { path, delimiter }: Pick<KnownMailbox, 'path' | 'delimiter'>,
  appeared: readonly ListedMailbox[],
): ListedMailbox[] {
  if (!delimiter) return [];
  const names = path.split(delimiter).reverse();
  let best: ListedMailbox[] = appeared.filter(
    (one) => one.path === names[0] || one.path.endsWith(delimiter + names[0]),
  );
  for (let end = names[0]!, next = 1; next < names.length && best.length > 1; next++) {
    end = names[next]! + delimiter + end;
    const nearer = best.filter((one) => one.path === end || one.path.endsWith(delimiter + end));
    if (nearer.length === 0) break;
    best = nearer;
  }
  return best;
}

/** Pairs that exclude each other: a mailbox that fits two others fits none. */
function unambiguous(pairs: readonly [KnownMailbox, ListedMailbox][]): [KnownMailbox, ListedMailbox][] {
  const times = <T>(items: T[], item: T) => items.filter((other) => other === item).length;
  const olds = pairs.map(([old]) => old);
  const news = pairs.map(([, now]) => now);
  return pairs.filter(([old, now]) => times(olds, old) === 1 && times(news, now) === 1);
}

/** The part of two paths before what they have in common at their ends: `A/x` and `B/x` → `A`, `B`. */
function renamedPart(from: string, to: string, delimiter: string): [string, string] {
  if (!delimiter) return [from, to];
  const [a, b] = [from.split(delimiter), to.split(delimiter)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    a.pop();
    b.pop();
  }
  return [a.join(delimiter), b.join(delimiter)];
}

/**
 * Which of the gone mailboxes now bear another name: those whose content was found there, those whose name differs in case
 * only (Exchange does not tell them apart), and those that hold nothing to prove it by but lie below, or above, one that was.
 * @param proven gone mailboxes and the appeared ones that hold their messages
 * @returns new mailbox by id of the old one
 */
export function planRenames(
  { gone, appeared }: Pick<ListPlan, 'gone' | 'appeared'>,
  proven: readonly [KnownMailbox, ListedMailbox][],
): Map<string, ListedMailbox> {
  const renamed = new Map<string, ListedMailbox>();
  const taken = new Set<ListedMailbox>();
  const pair = (pairs: readonly [KnownMailbox, ListedMailbox][]) => {
    for (const [old, now] of unambiguous(pairs)) {
      if (renamed.has(old.id) || taken.has(now)) continue;
      renamed.set(old.id, now);
      taken.add(now);
    }
  };
  pair(proven);
  const free = () => ({
    olds: gone.filter(({ id }) => !renamed.has(id)),
    news: appeared.filter((one) => !taken.has(one)),
  });
  const sameLetters = (old: KnownMailbox, now: ListedMailbox) => old.path.toLowerCase() === now.path.toLowerCase();
  const { olds, news } = free();
  pair(
    olds.flatMap((old) =>
      news.filter((now) => sameLetters(old, now)).map((now): [KnownMailbox, ListedMailbox] => [old, now]),
    ),
  );

  const byId = new Map(gone.map((one) => [one.id, one]));
  const parts = [...renamed].map(([id, now]) => renamedPart(byId.get(id)!.path, now.path, now.delimiter));
  const rest = free();
  const empty = rest.olds.filter(({ stored }) => stored === 0);
  pair(
    empty.flatMap((old) => {
      const paths = new Set(
        parts.flatMap(([from, to]) => {
          if (old.path === from) return [to];
          return old.path.startsWith(from + old.delimiter) ? [to + old.path.slice(from.length)] : [];
        }),
      );
      return rest.news.filter(({ path }) => paths.has(path)).map((now): [KnownMailbox, ListedMailbox] => [old, now]);
    }),
  );
  return renamed;
}

/**
 * Whether a mailbox that appears is synced: unless it holds no mail, or lies below one that was switched off, since what is
 * made inside of it belongs to it.
 * @param known the mailboxes there are, under the names they bear now
 */
export function syncsFromTheStart(
  listed: ListedMailbox,
  role: MailboxRole,
  known: readonly Pick<KnownMailbox, 'path' | 'syncing'>[],
): boolean {
  if (!syncsByDefault(listed, role)) return false;
  const parent = known
    .filter(({ path }) => listed.delimiter !== '' && listed.path.startsWith(path + listed.delimiter))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return parent?.syncing ?? true;
}

/** What flags and names say, and what the user says, of one mailbox. */
export interface RoleFacts {
  id: string;
  listedRole: MailboxRole;
  chosenRole: MailboxRole | null;
  missing: boolean;
}

/** The roles that follow: the user's choice wins, here and over every other mailbox that would have the role. */
export function effectiveRoles(mailboxes: readonly RoleFacts[]): Map<string, MailboxRole> {
  const there = mailboxes.filter(({ missing }) => !missing);
  const chosen = new Set(there.flatMap(({ chosenRole }) => chosenRole ?? []));
  return new Map(
    mailboxes.map(({ id, listedRole, chosenRole, missing }) => {
      if (missing) return [id, 'none'];
      if (chosenRole !== null) return [id, chosenRole];
      return [id, listedRole !== 'none' && chosen.has(listedRole) ? 'none' : listedRole];
    }),
  );
}
