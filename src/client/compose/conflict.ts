/** A draft that somebody else (another tab, another machine) changed since it was read here. Pure. */
import type { OutboxInput, OutboxView } from '../../shared/types';

/** `changed`: there are two versions now. `left`: it was sent, or is about to be. `gone`: it was thrown away. */
export interface Conflict {
  kind: 'changed' | 'left' | 'gone';
  theirs: OutboxView | null;
}

const writing = ({ accountId, to, cc, bcc, subject, text, html }: OutboxInput, exact: boolean): string =>
  JSON.stringify([accountId, to, cc ?? [], bcc ?? [], subject, text, exact ? html : html === null]);

/**
 * What stands in the way of a save that was refused; null when nothing does: only files changed, or what is there is what was saved from
 * here, by a call whose answer was lost.
 * @param known the row this side last saw
 * @param saved what this side tries, or tried, to save
 * @param theirs the row as it is now; null when there is none
 */
export function conflictOf(
  known: OutboxView,
  saved: readonly OutboxInput[],
  theirs: OutboxView | null,
): Conflict | null {
  if (!theirs) return { kind: 'gone', theirs };
  if (theirs.state !== 'draft' && theirs.state !== 'failed') return { kind: 'left', theirs };
  if (writing(known, true) === writing(theirs, true)) return null;
  // The server makes html safe: its text is what can be compared.
  return saved.some((one) => writing(one, false) === writing(theirs, false)) ? null : { kind: 'changed', theirs };
}
