/** The readable text of a message, and its first words for lists. Pure. */
import { oneLine } from '../../imap/decode';
import { textOfHtml } from '../../imap/htmlText';

/** Longest preview, in characters; the column is a little longer. */
const PREVIEW_LENGTH = 200;
/** More of a text than this is neither shown in a preview nor searched. */
const LONGEST_TEXT = 64 * 1024;

/** Text to read and to search, or null where there is none: of html (raw: it is never shown as html) what is left without tags. */
export function readableTextOf({ text, html }: { text: string | null; html: string | null }): string | null {
  if (text?.trim()) return text.slice(0, LONGEST_TEXT);
  return html === null ? text : textOfHtml(html, LONGEST_TEXT);
}

const INVISIBLE = /[\u200b-\u200d\u2060\ufeff\u00ad\u034f]+/g;
/** Quotes and rules say nothing about this message. */
const SAYS_NOTHING = /^\s*(>|[-_=*]{4,}\s*$)/;
/** No more of a text is looked at. */
const LOOKED_AT = 8000;

/** First words of a readable text. */
export function previewOf(text: string | null): string {
  let words = '';
  for (const line of (text ?? '').slice(0, LOOKED_AT).split('\n')) {
    if (SAYS_NOTHING.test(line)) continue;
    words += `${oneLine(line.replace(INVISIBLE, ''), LOOKED_AT)} `;
    if (words.length > 2 * PREVIEW_LENGTH) break;
  }
  return oneLine(words, PREVIEW_LENGTH);
}
