/** What is searched for, read from what a person typed. Pure. */
import { MailError } from '../../errors';
import { addressWord, isUnspaced, wordsOf } from './tokens';

/** Words in a row. A single word is a row of one. */
export interface Term {
  words: readonly string[];
  /** The last word is only the beginning of one. */
  prefix: boolean;
  /** In the name and address of the sender only. */
  sender: boolean;
}

const LIMITS = { terms: 10, words: 60, length: 500 };
const CHUNKS = /"([^"]*)"?|([^\s"]+)/g;
const IS_ADDRESS = /[\p{L}\p{N}][^\s@]*@[\p{L}\p{N}]/u;

/**
 * Terms that must all be found: words, beginnings (`hel*`), and `"words in a row"`. What is written together (`offer_price`,
 * `12.50`) is a row too, and an address is one word.
 * @returns null where something was typed that holds no word
 * @throws MailError permanent `searchTooLong` | `invalidInput`
 */
export function readTerms(query: unknown): Term[] | null {
  const text = typed(query, 'query');
  const terms = [...text.matchAll(CHUNKS)].flatMap(([, quoted, chunk]) =>
    quoted === undefined ? termOf(chunk ?? '', false) : termOf(quoted, true),
  );
  if (terms.length === 0 && text.trim() !== '') return null;
  return within(terms);
}

/**
 * The words or beginnings of words that a sender's name or address must hold, in any order.
 * @returns null where something was typed that holds no word
 * @throws MailError permanent `searchTooLong` | `invalidInput`
 */
export function readSender(from: unknown): Term[] | null {
  const text = typed(from, 'from');
  const terms = text.split(/\s+/).flatMap((chunk) => termOf(`${chunk}*`, false));
  if (terms.length === 0 && text.trim() !== '') return null;
  return within(terms.map((term) => ({ ...term, sender: true })));
}

function typed(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new MailError('permanent', 'invalidInput', { params: { field } });
  if (value.length > LIMITS.length) throw new MailError('permanent', 'searchTooLong');
  return value;
}

function within(terms: Term[]): Term[] {
  const unique = [...new Map(terms.map((term) => [JSON.stringify(term), term])).values()];
  const words = unique.reduce((sum, term) => sum + term.words.length, 0);
  if (unique.length > LIMITS.terms || words > LIMITS.words) throw new MailError('permanent', 'searchTooLong');
  return unique;
}

function termOf(chunk: string, quoted: boolean): Term[] {
  const prefix = !quoted && chunk.endsWith('*');
  if (!/\s/.test(chunk.trim()) && IS_ADDRESS.test(chunk)) {
    return [{ words: [addressWord(chunk)], prefix, sender: false }];
  }
  const words = wordsOf(chunk);
  const last = words.at(-1);
  if (last === undefined) return [];
  if (isUnspaced(last) && [...last].length === 1) {
    // Stored as pairs and the last letter alone, which says nothing about what may follow it.
    const paired = words.at(-2)?.endsWith(last) && [...(words.at(-2) ?? '')].length === 2;
    return [{ words: paired ? words.slice(0, -1) : words, prefix: !paired, sender: false }];
  }
  return [{ words, prefix, sender: false }];
}
