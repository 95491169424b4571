/** What a wish means, now that the server was asked. Pure. */
import { groupBy } from '../rows';

/** done: the server is as wanted; store: tell it; overtaken: changed in Outlook meanwhile; wait: the pass will know more soon. */
export type OpDecision = 'done' | 'store' | 'overtaken';

/**
 * A flag.
 * @param base what the server had when the user decided
 * @param current what it has; undefined when the message is gone
 */
export function decideOp(base: boolean, wanted: boolean, current: boolean | undefined): OpDecision {
  if (current === undefined) return 'overtaken';
  if (current === wanted) return 'done';
  return current === base ? 'store' : 'overtaken';
}

/** What is known of a message that is to be moved or removed. */
export interface PlaceFacts {
  /** Mailbox the message lay in when the user decided. */
  base: string | null;
  /** Where the row says it lies now. */
  mailboxId: string | null;
  /** The row has no message on the server any more. */
  vanished: boolean;
  /** Its UID is known under the UIDVALIDITY of today. */
  placed: boolean;
  /** FETCH found that UID. */
  onServer: boolean;
  /** The command was sent before, and nobody noted its answer. */
  tried: boolean;
  /** The mailbox is compared in every pass, so that a message that is not there is followed or hidden soon. */
  followed: boolean;
}

/** look: our own command may have moved it already, so it is looked for in the target before anything is concluded. */
export type MoveDecision = 'done' | 'move' | 'look' | 'wait' | 'overtaken';

/** A move. @param target mailbox it is to be moved to */
export function decideMove(target: string, facts: PlaceFacts): MoveDecision {
  if (facts.mailboxId === target) return 'done';
  if (facts.vanished) return facts.tried ? 'look' : 'overtaken';
  if (facts.mailboxId !== facts.base) return 'overtaken';
  if (facts.placed && facts.onServer) return 'move';
  if (facts.tried) return 'look';
  return whileMissing(facts);
}

/** After {@link decideMove} said look, and it was not found in the target either. */
export function afterLook(facts: PlaceFacts): 'wait' | 'overtaken' {
  return facts.vanished ? 'overtaken' : whileMissing(facts);
}

/** A removal for good. */
export function decideRemoval(facts: PlaceFacts): 'done' | 'remove' | 'wait' | 'overtaken' {
  if (facts.vanished) return 'done';
  // Whoever moved it in Outlook meanwhile did not want it gone.
  if (facts.mailboxId !== facts.base) return 'overtaken';
  if (facts.placed && facts.onServer) return 'remove';
  if (facts.placed && facts.tried) return 'done';
  return whileMissing(facts);
}

const whileMissing = ({ followed }: PlaceFacts) => (followed ? 'wait' : 'overtaken');

/** What tells one message from another (RFC 4549 has nothing better without OBJECTID). */
export interface Identity {
  messageIdHash: string | null;
  headerHash: string | null;
  internalDate: Date | null;
  size: number | null;
  /** Its header could not be read. */
  unreadable: boolean;
}

/** Equal for equal messages. Exchange only estimates sizes, so they count only where no id does. */
function keyOf({ messageIdHash, headerHash, internalDate, size, unreadable }: Identity): string {
  const date = internalDate?.getTime() ?? '';
  // What cannot be read was stored without its size.
  if (unreadable) return `unreadable ${date}`;
  return messageIdHash ? `${messageIdHash} ${date} ${headerHash}` : `nameless ${date} ${headerHash} ${size}`;
}

/** Whether the message on the server is the one the row is about: asked before anything is destroyed. */
export const isSameMessage = (row: Identity, found: Identity): boolean => keyOf(row) === keyOf(found);

/**
 * Rows and the copies that are theirs. Copies of equal messages are equal: as many as there are rows go to them in the
 * order of their UIDs, any other number to none of them.
 */
export function pairCopies<R extends Identity & { uid: number | null }, C extends Identity & { uid: number }>(
  rows: readonly R[],
  copies: readonly C[],
): Map<R, C> {
  const byUid = (a: { uid: number | null }, b: { uid: number | null }) => (a.uid ?? 0) - (b.uid ?? 0);
  const found = groupBy(copies, keyOf);
  const pairs = new Map<R, C>();
  for (const [key, alike] of groupBy(rows, keyOf)) {
    const theirs = [...(found.get(key) ?? [])].sort(byUid);
    if (theirs.length !== alike.length) continue;
    [...alike].sort(byUid).forEach((row, index) => pairs.set(row, theirs[index]!));
  }
  return pairs;
}
