/** When a text that could not be fetched is asked for again. Pure. */
import { DAY, HOUR, MINUTE } from '../../../shared/constants';

/** Columns of mailMessages that say whether and when a text is to be fetched. */
export interface TextState {
  /** How often it was tried in vain; null = never again. */
  textTries: number | null;
  textRetryAt: Date | null;
}

/**
 * Exchange cannot convert some messages for ever, and others for a while only: while an attachment is looked at (Dynamic
 * Delivery), or a store is busy.
 */
const WAITS = [5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY];

/** Nothing is to be fetched any more. */
export const TEXT_DONE: TextState = { textTries: null, textRetryAt: null };

/** After it failed once more. */
export function triedInVain(tries: number, now: Date): TextState {
  const wait = WAITS[tries];
  return wait === undefined ? TEXT_DONE : { textTries: tries + 1, textRetryAt: new Date(now.getTime() + wait) };
}

/** Of a new row. @param unreadable whether not even its header could be read */
export function firstTry(unreadable: boolean, now: Date): TextState {
  return unreadable ? triedInVain(0, now) : { textTries: 0, textRetryAt: null };
}
