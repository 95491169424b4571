/** Text of html-only mail: for reading, quoting and searching. Pure. */
import { convert } from 'html-to-text';

const LONGEST_TEXT = 500_000;

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
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad\u034f]/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, LONGEST_TEXT);
}

/** What is left of html without its tags, in one linear pass: the last resort where nothing else may touch it. */
export function withoutTags(html: string): string {
  let text = '';
  for (let at = 0; at < html.length && text.length < LONGEST_TEXT;) {
    const open = html.indexOf('<', at);
    if (open < 0) return text + html.slice(at, at + LONGEST_TEXT);
    text += html.slice(at, open);
    const close = html.indexOf('>', open);
    if (close < 0) return text;
    text += ' ';
    at = close + 1;
  }
  return text;
}
