/** What a pass over one mailbox has to do: differences of UID sets and of flags. Pure (RFC 4549 sections 3 and 4). */
import { DAY, HOUR } from '../../shared/constants';
import type { MailboxStatus } from '../imap/session';

/** A row that is stored with its place. */
export interface KnownMessage {
  id: string;
  uid: number;
  internalDate: Date;
}

export interface MailboxPlan {
  /** On the server and not stored, newest first. */
  fresh: number[];
  /** Stored and not on the server any more. */
  vanished: KnownMessage[];
  /** Stored, not found, but too old for the question that was asked: to be asked for by UID. */
  doubtful: KnownMessage[];
}

/** More than this many, or more than half of what is stored. */
const MASS_VANISH = 50;

/**
 * Compares what is stored with what SEARCH found.
 * @param since the start date SEARCH was limited to, or null for everything
 */
export function planMailbox(
  known: readonly KnownMessage[],
  onServer: readonly number[],
  since: Date | null,
): MailboxPlan {
  const there = new Set(onServer);
  const stored = new Set(known.map(({ uid }) => uid));
  // SEARCH SINCE compares days in the server's zone: up to a day after the limit its silence proves nothing.
  const limit = since ? since.getTime() + DAY : -Infinity;
  const missing = known.filter(({ uid }) => !there.has(uid));
  return {
    fresh: [...there].filter((uid) => !stored.has(uid)).sort((a, b) => b - a),
    vanished: missing.filter(({ internalDate }) => internalDate.getTime() >= limit),
    doubtful: missing.filter(({ internalDate }) => internalDate.getTime() < limit),
  };
}

/** So many that one answer is not believed: it is asked again on a new connection. */
export function isMassVanish(vanished: number, known: number): boolean {
  return vanished > MASS_VANISH || vanished * 2 > known;
}

/** Those of the vanished that a second, independent answer does not know either. */
export function confirmVanished(vanished: readonly KnownMessage[], secondAnswer: readonly number[]): KnownMessage[] {
  const there = new Set(secondAnswer);
  return vanished.filter(({ uid }) => !there.has(uid));
}

/** An unchanged STATUS means: no message came or went. It says little about flags (one read and one unread cancel out). */
export function sameStatus(last: unknown, now: MailboxStatus): boolean {
  if (typeof last !== 'object' || last === null) return false;
  const before = last as Partial<MailboxStatus>;
  return (
    before.messages === now.messages &&
    before.uidNext === now.uidNext &&
    before.uidValidity === now.uidValidity &&
    before.unseen === now.unseen &&
    // Without UIDNEXT a deletion and an arrival look like nothing.
    now.uidNext > 0
  );
}

/** Whether all flags and UIDs are compared although STATUS is unchanged. */
export function fullCompareDue(comparedAt: Date | null, now: Date): boolean {
  return !comparedAt || now.getTime() - comparedAt.getTime() >= HOUR;
}

/** Whether a repair was asked for since everything was last compared. */
export function repairDue(repairAskedAt: Date | null, comparedAt: Date | null): boolean {
  return repairAskedAt !== null && (comparedAt === null || comparedAt <= repairAskedAt);
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

export type StoredFlags = ServerFlags & { id: string; uid: number };
export interface FlagChange {
  id: string;
  set: Partial<ServerFlags>;
}

/** Rows whose flags differ from what FETCH FLAGS said; messages it did not mention are left alone. */
export function fetchedFlagChanges(
  stored: readonly StoredFlags[],
  fetched: ReadonlyMap<number, ServerFlags>,
): FlagChange[] {
  return stored.flatMap((row) => {
    const now = fetched.get(row.uid);
    return now ? changeOf(row, now) : [];
  });
}

/** Rows whose flags differ from what the SEARCHes found, by set difference. */
export function searchedFlagChanges(
  stored: readonly StoredFlags[],
  sets: { unseen: readonly number[]; flagged: readonly number[]; answered: readonly number[] },
): FlagChange[] {
  const unseen = new Set(sets.unseen);
  const flagged = new Set(sets.flagged);
  const answered = new Set(sets.answered);
  return stored.flatMap((row) =>
    changeOf(row, {
      seen: !unseen.has(row.uid),
      flagged: flagged.has(row.uid),
      answered: answered.has(row.uid),
      draft: row.draft,
    }),
  );
}

function changeOf(row: StoredFlags, now: ServerFlags): FlagChange[] {
  const names = (['seen', 'flagged', 'answered', 'draft'] as const).filter((name) => row[name] !== now[name]);
  if (names.length === 0) return [];
  return [{ id: row.id, set: Object.fromEntries(names.map((name) => [name, now[name]])) }];
}

/** Batches of FETCH, newest first; the first one is small so that a list is readable at once. */
export function nextBatch(fresh: number[], first: boolean): number[] {
  return fresh.splice(0, first ? 50 : 200);
}
