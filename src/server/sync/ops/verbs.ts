/** What a user can want of a message, and how long it is tried. */
import { DAY } from '../../../shared/constants';
import type { ServerFlags } from '../plan';

/** Flags that are set and taken back, and `answered`, which sending a reply sets. */
export type FlagVerb = 'seen' | 'flagged' | 'answered';
export type Verb = FlagVerb | 'move' | 'remove';

export const FLAG_VERBS: readonly FlagVerb[] = ['seen', 'flagged', 'answered'];
export const isFlagVerb = (verb: Verb): verb is FlagVerb => verb !== 'move' && verb !== 'remove';

/** Flags on the wire (RFC 9051 section 2.3.2). */
export const FLAG: Readonly<Record<FlagVerb, string>> = {
  seen: '\\Seen',
  flagged: '\\Flagged',
  answered: '\\Answered',
} satisfies Partial<Record<keyof ServerFlags, string>>;

/** Columns of mailMessages that show a wish before the server has it. */
export const WANTED: Readonly<Record<Verb, 'seenWanted' | 'flaggedWanted' | 'mailboxWanted' | 'removeWanted' | null>> =
  {
    seen: 'seenWanted',
    flagged: 'flaggedWanted',
    answered: null,
    move: 'mailboxWanted',
    remove: 'removeWanted',
  };

/** After so many refusals by the server a wish is given up and said to be. */
export const MAX_ATTEMPTS = 5;
/** UIDs in one command: scattered ones still fit into a line. */
export const A_COMMAND = 500;
/** Messages of one request. */
export const MOST_AT_ONCE = 1000;
/** Ops that ended well are kept this long for whoever looks into a fault, the others until they were read or are this old. */
export const DONE_KEPT_FOR = DAY;
export const NOTICES_KEPT_FOR = 14 * DAY;
