/** The words of html, for previews and for searching: one linear pass, whatever the html is. Pure. */
import { decodeHTML } from 'entities';

/** Content that no reader sees. */
const HIDDEN = new Set(['style', 'script', 'title', 'head', 'template', 'noscript']);
/** Tags within a word or a line: what is left and right of them belongs together. */
const WITHIN_A_LINE = new Set(
  [
    'a',
    'abbr',
    'b',
    'bdi',
    'bdo',
    'big',
    'cite',
    'code',
    'em',
    'font',
    'i',
    'ins',
    'mark',
    'q',
    's',
    'small',
    'span',
  ].concat(['strike', 'strong', 'sub', 'sup', 'tt', 'u', 'wbr', 'o:p']),
);
const NAME = /[^\s/>]{0,20}/y;

function tagNameAt(html: string, at: number): string {
  NAME.lastIndex = at;
  return (NAME.exec(html)?.[0] ?? '').toLowerCase();
}

/** Where a tag that opens at `open` ends: `>` in a quoted value is none. */
function endOfTag(html: string, open: number): number {
  for (let at = open + 1; at < html.length; at++) {
    const sign = html.charCodeAt(at);
    if (sign === 62) return at;
    if ((sign !== 34 && sign !== 39) || html[at - 1] !== '=') continue;
    // A value may hold the sign that ends a tag; a quote that is never closed quotes nothing.
    const close = html.indexOf(html[at]!, at + 1);
    if (close < 0) return html.indexOf('>', at);
    at = close;
  }
  return -1;
}

/**
 * Text of html without tags, comments, styles and scripts.
 * @param longest of the result, in characters
 */
export function textOfHtml(html: string, longest: number): string {
  const pieces: string[] = [];
  let length = 0;
  let hidden = '';
  for (let at = 0; at < html.length && length < longest;) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (end > at && !hidden) {
      pieces.push(html.slice(at, end));
      length += end - at;
    }
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      if (close < 0) break;
      at = close + 3;
      continue;
    }
    const closing = html[open + 1] === '/';
    const name = tagNameAt(html, open + (closing ? 2 : 1));
    if (!/^[a-z!?]/.test(name)) {
      if (!hidden) pieces.push('<');
      at = open + 1;
      continue;
    }
    const close = endOfTag(html, open);
    if (close < 0) break;
    at = close + 1;
    if (hidden) {
      if (closing && name === hidden) hidden = '';
      else if (hidden === 'head' && name === 'body') hidden = '';
    } else if (!closing && HIDDEN.has(name) && html[close - 1] !== '/') {
      hidden = name;
    }
    if (!hidden && !WITHIN_A_LINE.has(name)) pieces.push('\n');
  }
  return tidy(decodeHTML(pieces.join(''))).slice(0, longest);
}

/** Single spaces and single line breaks, and none of the invisible signs that newsletters are padded with. */
function tidy(text: string): string {
  return (
    text
      .replace(/[\u200b-\u200d\u2060\ufeff\u00ad\u034f]+/g, '')
      // What is one plain space already is left alone: replacing it by itself takes longer than all the rest.
      .replace(/[^\S\n]{2,}|[^\S\n ]/g, ' ')
      .replace(/ \n[ \n]*|\n[ \n]+/g, '\n')
      .trim()
  );
}
