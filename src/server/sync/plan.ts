/** What a pass over one mailbox has to do: differences of UID sets and of flags. Pure (RFC 4549 sections 3 and 4). */
import { DAY, HOUR } from '../../shared/constants';
import type { MailboxStatus } from '../imap/mailbox';

/** UIDs of a mailbox, each list ascending. */
export interface UidSets {
  all: readonly number[];
  unseen: readonly number[];
  flagged: readonly number[];
  answered: readonly number[];
}

/** A row that is stored with its place. */
export interface KnownMessage {
  id: string;
  uid: number;
  internalDate: Date;
}

export interface MailboxPlan {
  /** On the server and not stored, newest first. */
  fresh: number[];
  /** Stored, and not among what the server named. */
  missing: number[];
}

/** Members of an ascending list that are not in another one. */
function minus(list: readonly number[], other: readonly number[]): number[] {
  let at = 0;
  return list.filter((number) => {
    while (at < other.length && other[at]! < number) at++;
    return other[at] !== number;
  });
}

/** Members of an ascending list that are in another one too. */
function within(list: readonly number[], other: readonly number[]): number[] {
  let at = 0;
  return list.filter((number) => {
    while (at < other.length && other[at]! < number) at++;
    return other[at] === number;
  });
}

/** Compares what is stored with what SEARCH found; both ascending. */
export function planMailbox(stored: readonly number[], onServer: readonly number[]): MailboxPlan {
  return { fresh: minus(onServer, stored).reverse(), missing: minus(stored, onServer) };
}

/**
 * Missing messages by what their absence proves.
 * @param since the start date SEARCH was limited to, or null for everything
 */
export function sortMissing(
  missing: readonly KnownMessage[],
  since: Date | null,
): { vanished: KnownMessage[]; doubtful: KnownMessage[] } {
  // SEARCH SINCE compares days in the server's zone: up to a day after the limit its silence proves nothing.
  const limit = since ? since.getTime() + DAY : -Infinity;
  const proved = ({ internalDate }: KnownMessage) => internalDate.getTime() >= limit;
  return { vanished: missing.filter(proved), doubtful: missing.filter((row) => !proved(row)) };
}

/** More than this many, or more than half of what is stored. */
const MASS_VANISH = 50;

/** So many that one answer is not believed: it is asked again on a new connection. */
export function isMassVanish(vanished: number, known: number): boolean {
  return vanished > MASS_VANISH || vanished * 2 > known;
}

/** Those of the vanished that a second, independent answer does not know either. */
export function confirmVanished(vanished: readonly KnownMessage[], secondAnswer: readonly number[]): KnownMessage[] {
  const there = new Set(secondAnswer);
  return vanished.filter(({ uid }) => !there.has(uid));
}

/** What a mailbox row remembers of the last time it was found equal to the server. */
export interface ComparedStatus extends MailboxStatus {
  /** Start date it was compared with, ISO 8601; null for everything. */
  since: string | null;
}

/** What to remember of a comparison. */
export const comparedStatus = (status: MailboxStatus, since: Date | null): ComparedStatus => ({
  ...status,
  since: since?.toISOString() ?? null,
});

/** What is remembered, where it can still be compared with: the same UIDVALIDITY and start date, and a UIDNEXT. */
function comparable(last: unknown, now: MailboxStatus, since: Date | null): ComparedStatus | null {
  if (typeof last !== 'object' || last === null) return null;
  const before = last as Partial<ComparedStatus>;
  const same = before.uidValidity === now.uidValidity && before.since === (since?.toISOString() ?? null);
  // Without UIDNEXT a deletion and an arrival look like nothing.
  const known = now.uidNext > 0 && (before.uidNext ?? 0) > 0 && before.messages !== undefined;
  return same && known ? (before as ComparedStatus) : null;
}

/** An unchanged STATUS means: no message came or went. It says little about flags (one read and one unread cancel out). */
export function sameStatus(last: unknown, now: MailboxStatus, since: Date | null): boolean {
  const before = comparable(last, now, since);
  return (
    before !== null &&
    before.messages === now.messages &&
    before.uidNext === now.uidNext &&
    before.unseen === now.unseen
  );
}

/** Whether a mailbox is as empty as what is stored of it. `stored` is null before it was compared for the first time. */
export const bothEmpty = (stored: number | null, { messages }: MailboxStatus): boolean =>
  messages === 0 && (stored ?? 0) === 0;

/** The first UID that may be new, where asking for the new ones alone can be enough; null where everything is to be compared. */
export function firstNewUid(last: unknown, now: MailboxStatus, since: Date | null): number | null {
  const before = comparable(last, now, since);
  return before && before.uidNext <= now.uidNext ? before.uidNext : null;
}

/**
 * Whether the messages that arrived explain the new count: then none has vanished, since a UID never returns
 * (RFC 9051 section 2.3.1.1).
 * @param arrived how many of all messages now on the server are new
 */
export function onlyArrivals(last: unknown, now: MailboxStatus, arrived: number): boolean {
  return (last as ComparedStatus).messages + arrived === now.messages;
}

/** Whether all flags and UIDs are compared although STATUS is unchanged. */
export function fullCompareDue(comparedAt: Date | null, now: Date): boolean {
  return !comparedAt || now.getTime() - comparedAt.getTime() >= HOUR;
}

/** Whether a repair was asked for since everything was last compared. */
export function repairDue(repairAskedAt: Date | null, comparedAt: Date | null): boolean {
  return repairAskedAt !== null && (comparedAt === null || comparedAt <= repairAskedAt);
}

/**
 * Whether a place bears another message than its row says, as far as a size and a date tell.
 * @param stored a size of 0 was never told; of a row without any header the date may be a guess
 * @param found as FETCH gave it; what it did not give proves nothing
 */
export function isAnotherMessage(
  stored: { size: number; internalDate: Date | null; headless: boolean },
  found: { size?: number; internalDate?: unknown },
): boolean {
  if (stored.size > 0 && found.size !== undefined && found.size !== stored.size) return true;
  if (stored.headless || !(found.internalDate instanceof Date)) return false;
  return found.internalDate.getTime() !== stored.internalDate?.getTime();
}

export interface ServerFlags {
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  draft: boolean;
}

/** Flags as FETCH names them (RFC 9051 section 2.3.2); servers differ in case. */
export function flagsOf(flags: Iterable<string>): ServerFlags {
  const names = new Set([...flags].map((flag) => flag.toLowerCase()));
  return {
    seen: names.has('\\seen'),
    flagged: names.has('\\flagged'),
    answered: names.has('\\answered'),
    draft: names.has('\\draft'),
  };
}

export type StoredFlags = ServerFlags & { uid: number };
export interface FlagChange {
  uid: number;
  set: Partial<ServerFlags>;
}

/** Messages whose flags differ from what FETCH FLAGS said; those it did not mention are left alone. */
export function fetchedFlagChanges(
  stored: readonly StoredFlags[],
  fetched: ReadonlyMap<number, ServerFlags>,
): FlagChange[] {
  return stored.flatMap((row) => {
    const now = fetched.get(row.uid);
    const names = now
      ? (['seen', 'flagged', 'answered', 'draft'] as const).filter((name) => row[name] !== now[name])
      : [];
    return names.length > 0 && now
      ? [{ uid: row.uid, set: Object.fromEntries(names.map((name) => [name, now[name]])) }]
      : [];
  });
}

/**
 * Messages whose flags differ from what SEARCH found. Only what is stored and was named by the server under the same
 * limits can differ: about the rest its silence says nothing.
 */
export function searchedFlagChanges(stored: UidSets, found: UidSets): FlagChange[] {
  const changes = new Map<number, Partial<ServerFlags>>();
  const note = (uids: readonly number[], set: Partial<ServerFlags>) => {
    for (const uid of uids) changes.set(uid, { ...changes.get(uid), ...set });
  };
  const compare = (before: readonly number[], now: readonly number[], name: keyof ServerFlags, value: boolean) => {
    note(within(minus(now, before), stored.all), { [name]: value });
    note(within(minus(before, now), found.all), { [name]: !value });
  };
  compare(stored.unseen, found.unseen, 'seen', false);
  compare(stored.flagged, found.flagged, 'flagged', true);
  compare(stored.answered, found.answered, 'answered', true);
  return [...changes].map(([uid, set]) => ({ uid, set }));
}

/** Batches of FETCH, newest first; the first one is small so that a list is readable at once. */
export function nextBatch(fresh: number[], first: boolean): number[] {
  return fresh.splice(0, first ? 50 : 500);
}
