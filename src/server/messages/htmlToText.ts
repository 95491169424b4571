/** Text of html-only mail: for reading, quoting and searching. Pure. */
import { convert } from 'html-to-text';

export const LONGEST_TEXT = 500_000;

/** Signs that nobody sees. Joiners (U+200C, U+200D) belong to words of some scripts and to emoji; elsewhere newsletters are padded with them. */
const FILLING =
  /[\u200b\u2060\ufeff\u00ad\u034f]|(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;

/** Readable text of html: links keep their address, tables of newsletters become lines, images and hidden code go. */
export function htmlToText(html: string): string {
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 2_000_000, maxDepth: 200 },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, linkBrackets: ['<', '>'] } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  return text
    .replace(FILLING, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, LONGEST_TEXT);
}
