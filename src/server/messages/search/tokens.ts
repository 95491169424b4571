/**
 * Text into words that every database indexes alike: they get words of ours and split nothing themselves. Pure.
 * A change here makes stored words differ from asked ones: raise {@link TOKENS_VERSION}, and what is stored is indexed anew.
 */

/** Which words are in the index; see rebuild.ts. */
export const TOKENS_VERSION = 1;

/** Characters of a word; longer ones are cut, in what is stored and what is asked alike. */
const LONGEST_WORD = 40;
/** An address as one word may be longer; MariaDB indexes words of up to 84 characters. */
const LONGEST_ADDRESS = 64;

const APOSTROPHES = /(?<=\p{L})['’ʼ‘`´′＇](?=\p{L})/gu;
/** Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Vowel signs of other scripts are letters. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0655\u0670]/g;
/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
/** Written without spaces: such text is found by pairs of neighbours. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]/u;
const RUNS = new RegExp(`(?:${UNSPACED.source}\\p{M}*)+|(?:(?!${UNSPACED.source})[^])+`, 'gu');
const ADDRESS = /[\p{L}\p{N}\p{M}._%+=-]+@[\p{L}\p{N}\p{M}.-]+/gu;
/** The fast way for most mail. */
const ASCII = /^[\u0000-\u007f]*$/;

/** Small letters without marks and apostrophes: `Ґанок’s` → `ґанокs`. */
export function fold(text: string): string {
  const joined = text.replace(APOSTROPHES, '');
  if (ASCII.test(joined)) return joined.toLowerCase();
  return joined
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

/** The words of a text in their order; pairs of neighbours where it is written without spaces, and the last one alone. */
export function wordsOf(text: string): string[] {
  return splitWords(fold(text));
}

function splitWords(folded: string): string[] {
  const words: string[] = folded.match(WORDS) ?? [];
  if (!UNSPACED.test(folded)) return words.map(cut);
  return words.flatMap((word) =>
    UNSPACED.test(word)
      ? (word.match(RUNS) ?? []).flatMap((run) => (UNSPACED.test(run) ? pairsOf(run) : [cut(run)]))
      : [cut(word)],
  );
}

const cut = (word: string): string => (word.length <= LONGEST_WORD ? word : [...word].slice(0, LONGEST_WORD).join(''));

function pairsOf(run: string): string[] {
  const letters = [...run];
  return letters.map((letter, at) => letter + (letters[at + 1] ?? ''));
}

/** Addresses in a text, each as one word: `Ann.Lee@x.example` → `ann_lee_x_example`. */
export function addressesOf(text: string): string[] {
  if (!text.includes('@')) return [];
  return [...new Set((fold(text).match(ADDRESS) ?? []).map(addressWord))];
}

/** An address as one word. No other word has an underscore. */
export function addressWord(address: string): string {
  return (fold(address).match(WORDS) ?? []).join('_').slice(0, LONGEST_ADDRESS);
}

/** Whether a text is written without spaces in between. */
export const isUnspaced = (text: string): boolean => UNSPACED.test(text);
