/** The first words of a message for lists. Pure. */
import { convert } from 'html-to-text';
import { oneLine } from '../imap/decode';

/** Longest preview, in characters; the column is a little longer. */
const PREVIEW_LENGTH = 200;
/** More of a page than this is not looked at: it starts with styles. */
const HTML_READ = 64 * 1024;

/** Preview of a text or, without one, of html (raw: it is never shown as html). */
export function previewOf({ text, html }: { text: string | null; html: string | null }): string {
  const plain = text === null ? '' : previewOfText(text);
  return plain || html === null ? plain : previewOfText(textOfHtml(html));
}

function previewOfText(text: string): string {
  const lines = text
    .slice(0, 8000)
    .split(/\r?\n/)
    // Quotes and rules say nothing about this message.
    .filter((line) => !/^\s*(>|[-_=*]{4,}\s*$)/.test(line));
  return oneLine(lines.join(' ').replace(/[\u200b-\u200d\u2060\ufeff\u00ad\u034f]/g, ''), PREVIEW_LENGTH);
}

function textOfHtml(html: string): string {
  const body = html.slice(0, HTML_READ).replace(/<(style|script|title)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ');
  return convert(body, {
    wordwrap: false,
    limits: { maxInputLength: HTML_READ, maxDepth: 60, maxChildNodes: 200 },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}
