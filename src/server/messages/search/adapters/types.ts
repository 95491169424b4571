/** What a database must do for a search. One file a dialect; all of them find the same. */
import type { Transaction } from 'sequelize';
import type { Cursor } from '../../cursor';
import type { SearchDocument } from '../document';
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

export interface SearchAdapter {
  /** Makes the tables where they are missing. */
  create(): Promise<void>;
  /** Stores messages, anew where they were already. */
  write(documents: readonly SearchDocument[], transaction: Transaction): Promise<void>;
  remove(messageIds: readonly string[], transaction: Transaction): Promise<void>;
  /** Messages with all terms, newest first. Fewer than `limit` means that there are no more. */
  newest(query: WordQuery, stretch: Stretch, limit: number): Promise<Hit[]>;
  /** Which of these messages have all terms. */
  holding(query: WordQuery, messageIds: readonly string[]): Promise<Set<string>>;
}
