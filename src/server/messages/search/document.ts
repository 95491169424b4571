/** What the index holds of one message. Pure. */
import type { AddressView } from '../../../shared/types';
import { addressesOf, addressWord, wordsOf } from './tokens';
import type { SearchEntry } from './searchIndex';

/** Words that follow each other, which matters to words in a row. */
export interface WordRow {
  /** What each of them starts with in the index: {@link keyOf} or {@link senderKeyOf}. */
  key: string;
  words: readonly string[];
}

/** A message as lists of words. */
export interface SearchDocument {
  id: string;
  userId: string;
  internalDate: Date;
  rows: readonly WordRow[];
}

/** Characters of the text that are indexed; what follows in a longer one is not found. */
export const INDEXED_TEXT = 32 * 1024;
const INDEXED_RECIPIENTS = 200;
const INDEXED_NAMES = 100;

/**
 * Every word starts with a key of its user, so that a search reads lists of his mail only, whoever else has the same words; and no
 * word is one of those that databases leave out.
 */
export const keyOf = (userId: string): string => `${BigInt(userId).toString(36)}_`;
/** The same for words of the sender. No word starts with an underscore. */
export const senderKeyOf = (userId: string): string => `${keyOf(userId)}_`;

const written = ({ name, address }: AddressView): string => (name === address ? address : `${name} ${address}`);

export function documentOf(entry: SearchEntry): SearchDocument {
  const key = keyOf(entry.userId);
  const from = entry.from ? written(entry.from) : '';
  const text = (entry.text ?? '').slice(0, INDEXED_TEXT);
  const recipients = entry.recipients.slice(0, INDEXED_RECIPIENTS).map(written);
  const names = entry.attachmentNames.slice(0, INDEXED_NAMES);
  const shown = [entry.subject, from, ...recipients, ...names, text];
  const addresses = new Set([from, ...recipients, text, entry.subject].flatMap(addressesOf));
  const sender = [...wordsOf(from), ...(entry.from?.address ? [addressWord(entry.from.address)] : [])];
  return {
    id: entry.id,
    userId: entry.userId,
    internalDate: entry.internalDate,
    rows: [
      ...shown.map((field) => ({ key, words: wordsOf(field) })),
      { key, words: [...addresses] },
      { key: senderKeyOf(entry.userId), words: sender },
    ].filter(({ words }) => words.length > 0),
  };
}
