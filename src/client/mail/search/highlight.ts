/** Which parts of a text a search was for. Pure. */

export interface Segment {
  text: string;
  hit: boolean;
}

const MOST = 10;

/** The words of a search as typed: `hel*` and `"in a row"` without their signs. */
export function soughtWords(query: string): string[] {
  const words = [...query.matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, row, word]) => (row ?? word ?? '').trim());
  return [...new Set(words.map((word) => word.replace(/^\*+|\*+$/g, '').toLowerCase()))].filter(Boolean).slice(0, MOST);
}

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
/** Scripts that write words without blanks have no beginnings to look for. */
const spaced = (word: string) => /^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{N}]/u.test(word);

/** The text in pieces; words count from their beginning, whatever their case. */
export function segmentsOf(text: string, words: readonly string[]): Segment[] {
  if (words.length === 0 || !text) return [{ text, hit: false }];
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const pattern = longestFirst.map((word) => (spaced(word) ? `(?<![\\p{L}\\p{N}])${escaped(word)}` : escaped(word)));
  const pieces = text.split(new RegExp(`(${pattern.join('|')})`, 'giu'));
  return pieces.map((piece, index) => ({ text: piece, hit: index % 2 === 1 })).filter((piece) => piece.text !== '');
}
