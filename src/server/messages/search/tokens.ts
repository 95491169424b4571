/**
 * Text into words that every database indexes alike: they get words of ours and split nothing themselves. Pure.
 * A change here makes stored words differ from asked ones: raise {@link TOKENS_VERSION}, and what is stored is indexed anew.
 */
import { remembering } from './memo';

/** Which words are in the index; see rebuild.ts. */
export const TOKENS_VERSION = 1;

/** Characters of a word; longer ones are cut, in what is stored and what is asked alike. */
const LONGEST_WORD = 40;
/** An address as one word may be longer; MariaDB indexes words of up to 84 characters. */
const LONGEST_ADDRESS = 64;

const APOSTROPHE = /['’ʼ‘`´′＇]/;
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
  const joined = APOSTROPHE.test(text) ? text.replace(APOSTROPHES, '') : text;
  if (ASCII.test(joined)) return joined.toLowerCase();
  return joined
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

/** Between words. */
const GAP = 0;
/** A letter or figure that is its own folded form. */
const PLAIN = 1;
/** Whatever needs a closer look. */
const OTHER = 2;
/** Latin, Greek, Cyrillic and Hebrew lie below. */
const FIRST_UNKNOWN = 0x600;
/** What characters mean for the words around them. */
const SIGNS = Uint8Array.from({ length: FIRST_UNKNOWN }, (_, code) => {
  const letter = String.fromCharCode(code);
  const folded = fold(letter);
  if (folded === letter && /^[\p{L}\p{N}]$/u.test(letter)) return PLAIN;
  const joins = folded === '' || /['’ʼ‘`´]/.test(letter) || /[\p{L}\p{N}\p{M}]/u.test(folded);
  return joins ? OTHER : GAP;
});

/** Stretches that needed a closer look come again and again; long ones do not. */
const KNOWN = { stretches: 10_000, length: 24 };

/**
 * The words of a text in their order; pairs of neighbours where it is written without spaces, and the last one alone.
 * What {@link splitWords} makes of the folded text, but most stretches between gaps are words as they are.
 */
export function wordsOf(text: string): string[] {
  // The only letter of which the small form has a mark that it had not: an apostrophe behind it would follow no letter any more.
  const small = text.replaceAll('İ', 'i').toLowerCase();
  const words: string[] = [];
  for (let from = 0; from < small.length;) {
    let at = from;
    let plain = true;
    for (; at < small.length; at++) {
      const code = small.charCodeAt(at);
      const sign = code < FIRST_UNKNOWN ? SIGNS[code] : OTHER;
      if (sign === GAP) break;
      if (sign !== PLAIN) plain = false;
    }
    if (at > from) {
      const stretch = small.slice(from, at);
      if (plain) words.push(cut(stretch));
      else for (const word of wordsWithin(stretch)) words.push(word);
    }
    from = at + 1;
  }
  return words;
}

const wordsWithin = (stretch: string): readonly string[] =>
  stretch.length > KNOWN.length ? splitWords(fold(stretch)) : knownWords(stretch);
const knownWords = remembering(KNOWN.stretches, (stretch): readonly string[] => splitWords(fold(stretch)));

/** The words of a folded text. */
export function splitWords(folded: string): string[] {
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
  const around = aroundAts(text);
  return around === '' ? [] : [...new Set((fold(around).match(ADDRESS) ?? []).map(addressWord))];
}

/** What no address goes across. */
const ENDS_ADDRESS = new Set([...' \t\r\n<>()[]{}",;:!?*/\\|'].map((sign) => sign.charCodeAt(0)));

/** The stretches of a text that have an `@`, with spaces in between: there are few of them. */
function aroundAts(text: string): string {
  let around = '';
  for (let at = text.indexOf('@'), end = 0; at >= 0; at = text.indexOf('@', end)) {
    let start = at;
    while (start > end && !ENDS_ADDRESS.has(text.charCodeAt(start - 1))) start--;
    for (end = at + 1; end < text.length && !ENDS_ADDRESS.has(text.charCodeAt(end));) end++;
    around += `${text.slice(start, end)} `;
  }
  return around;
}

/** An address as one word. No other word has an underscore. */
export function addressWord(address: string): string {
  return (fold(address).match(WORDS) ?? []).join('_').slice(0, LONGEST_ADDRESS);
}

/** Whether a text is written without spaces in between. */
export const isUnspaced = (text: string): boolean => UNSPACED.test(text);
