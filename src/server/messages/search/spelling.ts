/** A message's words as the text that each database indexes. Pure, and free of any database, so that another thread can do it. */
import { documentOf, keyOf, type SearchDocument } from './document';
import type { SearchEntry } from './searchIndex';

/** A message as it goes into the index. */
export interface IndexedMessage extends Pick<SearchDocument, 'id' | 'userId' | 'internalDate'> {
  /** Its words, as {@link spell} wrote them for the app's database; a Buffer has them in UTF-8. */
  text: string | Buffer;
}

type Rows = Pick<SearchDocument, 'rows'>;

/** SQLite: words with a space between; between two lists the bare key, which is no word. */
function fts5Text({ rows, userId }: Rows & Pick<SearchDocument, 'userId'>): string {
  return rows.map(({ key, words }) => key + words.join(` ${key}`)).join(` ${keyOf(userId)} `);
}

/** Letters the parser of MariaDB would split a word at: it knows no marks, and nothing beyond the first 65,536 characters. */
const UNKNOWN = /[\p{M}\u{10000}-\u{10ffff}]/gu;
/** A word as MariaDB and MySQL index it whole. */
export const mysqlWord = (word: string): string =>
  word.replace(UNKNOWN, (letter) => `_${letter.codePointAt(0)!.toString(36)}_`).slice(0, 80);

/** MariaDB and MySQL: words with a space around each; a full stop, which is no word, between two lists. */
export const wordText = ({ rows }: Rows): string =>
  ` ${rows.map(({ key, words }) => words.map((word) => mysqlWord(key + word)).join(' ')).join(' . ')} `;

/** PostgreSQL remembers positions up to here, and so many of one word. */
const LAST_POSITION = 16383;
const POSITIONS = 200;

/** PostgreSQL: the text of a tsvector, words with their positions; between two lists one is left out. */
export function tsvectorOf({ rows }: Rows): string {
  const positions = new Map<string, number[]>();
  let position = 0;
  for (const { key, words } of rows) {
    for (const bare of words) {
      const word = key + bare;
      position += 1;
      const known = positions.get(word);
      if (!known) positions.set(word, position <= LAST_POSITION ? [position] : []);
      else if (position <= LAST_POSITION && known.length < POSITIONS) known.push(position);
    }
    position += 1;
  }
  let text = '';
  for (const [word, at] of positions) text += at.length > 0 ? `'${word}':${at.join(',')} ` : `'${word}' `;
  return text;
}

const SPELLINGS: Readonly<Record<string, (document: SearchDocument) => string>> = {
  sqlite: fts5Text,
  postgres: tsvectorOf,
  mariadb: wordText,
  mysql: wordText,
};

/**
 * @param dialect as Sequelize names the database
 * @throws Error on a database that NocoBase does not run on with this plugin
 */
export function spell(dialect: string, document: SearchDocument): string {
  const spelling = SPELLINGS[dialect];
  if (!spelling) throw new Error(`No full-text search on ${dialect}`);
  return spelling(document);
}

/** {@link spell} for what is found of a message. */
export const indexTextOf = (dialect: string, entry: SearchEntry): string => spell(dialect, documentOf(entry));
