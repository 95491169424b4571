/** What a database must do for a search. One file a dialect; all of them find the same. */
import type { Transaction } from 'sequelize';
import type { Cursor } from '../../cursor';
import type { IndexedMessage } from '../spelling';
import type { Term } from '../terms';

/** What is asked of one user's messages. */
export interface WordQuery {
  userId: string;
  /** At least one; all must be found. */
  terms: readonly Term[];
}

/** A part of the time line, newest first: what comes after the cursor and is not older than `since`. */
export interface Stretch {
  before: Cursor | null;
  since: Date | null;
}

export interface Hit {
  id: string;
  date: Date;
}

export interface Found {
  hits: Hit[];
  /** Where to go on; null where there are no more. */
  next: Cursor | null;
}

/** What was found where nothing but the limit ended the search. */
export const foundUpTo = (hits: Hit[], limit: number): Found => ({
  hits,
  next: hits.length === limit ? (hits.at(-1) ?? null) : null,
});

/**
 * How many of the newest messages are looked through before an index without order is asked: a word in many of them fills a page at
 * once, and one that is not is in few. What stands in a row the index does not know, so for that more is looked through.
 */
export const lookedThrough = ({ terms }: WordQuery): number =>
  terms.some(({ words }) => words.length > 1) ? 10_000 : 1_000;
/** Whether looking through gave enough, so that the index need not be asked for now. */
export const isEnough = (hits: readonly Hit[], limit: number): boolean => hits.length * 3 >= limit;

export interface SearchAdapter {
  /** Makes the tables where they are missing. */
  create(): Promise<void>;
  /**
   * Stores messages, anew where they were already.
   * @param messages read one by one
   */
  write(messages: Iterable<IndexedMessage>, transaction: Transaction): Promise<void>;
  remove(messageIds: readonly string[], transaction: Transaction): Promise<void>;
  /** Messages with all terms, newest first: up to `limit`, and fewer where that is quicker. */
  newest(query: WordQuery, stretch: Stretch, limit: number): Promise<Found>;
  /** Which of these messages have all terms. */
  holding(query: WordQuery, messageIds: readonly string[]): Promise<Set<string>>;
}
