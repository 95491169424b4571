/** The body of a mail being written: what the sender types, and the quoted message that follows it untouched. Pure. */
import { quotedText } from '../../shared/quotedText';

/**
 * A quotation begins at the first of these, which the editor itself never makes: the line that introduces a quoted
 * message, the head of a forwarded one (both as the server prepares them), and anything only other mail contains.
 */
const QUOTE_START = /<p>[^<]*<\/p>\s*<blockquote\b|<p>-{10} |<(?:blockquote|table|hr|center)\b|<div\s/i;

export interface RichContent {
  /** Html of the editor. */
  own: string;
  /** The signature below it, its line `-- ` (RFC 3676 section 4.3) included; empty for none. Chosen, not edited. */
  signature: string;
  /** Html of the quoted message: never edited, shown in the sandboxed frame. */
  quote: string;
}

/** Splits a draft's html in what the editor edits and what it must not touch. Joined again it is the html. */
export function splitRich(html: string): RichContent {
  const start = quoteStart(html);
  const above = html.slice(0, start).replace(/<(\/?)div>/g, '<$1p>');
  const signed = above.lastIndexOf(SIGNED);
  const end = signed < 0 ? above.length : signed;
  return { own: above.slice(0, end), signature: above.slice(end), quote: html.slice(start) };
}

function quoteStart(html: string): number {
  const found = html.search(QUOTE_START);
  let start = found < 0 ? html.length : found;
  // A block goes along with what lies in it.
  while (openDivs(html.slice(0, start)) > 0) start = html.lastIndexOf('<div>', start - 1);
  return start;
}

const openDivs = (html: string): number => html.split('<div>').length - html.split('</div>').length;

const SIGNED = '<p>-- </p>';

/** A signature as it stands in a mail; its pictures are part of it. */
export const signed = (html: string): string => (html.trim() === '' ? '' : SIGNED + html);

export const joinRich = ({ own, signature, quote }: RichContent): string => asLines(own + signature) + quote;

/** Paragraphs of the editor as lines: that is how they look there, while mail programs put a gap between paragraphs. */
export const asLines = (html: string): string => html.replace(/<(\/?)p>/g, '<$1div>');

const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Plain text as paragraphs; empty lines stay. */
export function textToHtml(text: string): string {
  if (text === '') return '';
  return text
    .split('\n')
    .map((line) => `<p>${line === '' ? '<br>' : escapeHtml(line)}</p>`)
    .join('');
}

const BLOCK = /^(P|DIV|LI|UL|OL|BLOCKQUOTE|TR|TABLE|H[1-6]|PRE|HR|BODY)$/;
const SILENT = /^(STYLE|SCRIPT|HEAD|TITLE|TEMPLATE)$/;

/** The part of a DOM node that {@link nodeText} reads. */
export interface TextNode {
  nodeName: string;
  nodeValue?: string | null;
  childNodes: ArrayLike<TextNode>;
}

/** The text of a DOM tree: blocks on lines of their own, quotations with `> `, list items with `- `. */
export function nodeText(node: TextNode): string {
  if (node.nodeName === '#text') return (node.nodeValue ?? '').replace(/[ \t\r\n]+/g, ' ');
  if (node.nodeName === 'BR') return '\n';
  if (SILENT.test(node.nodeName)) return '';
  let text = '';
  for (const child of Array.from(node.childNodes)) {
    const part = nodeText(child);
    if (!BLOCK.test(child.nodeName)) {
      // Space at the beginning of a line, and so between blocks, is not shown.
      const begins = text === '' ? BLOCK.test(node.nodeName) : text.endsWith('\n');
      text += begins ? part.replace(/^ /, '') : part;
      continue;
    }
    if (text !== '' && !text.endsWith('\n')) text += '\n';
    text += part.replace(/\n$/, '') + '\n';
  }
  if (node.nodeName === 'LI') return `- ${text.trim()}`;
  if (node.nodeName === 'BLOCKQUOTE') return quotedText(text.replace(/\n+$/, ''));
  return text;
}

/** Html as plain text; parsed in a document of its own, which loads and runs nothing. */
export function htmlToText(html: string): string {
  if (html === '') return '';
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return tidyText(nodeText(body));
}

/** Without spaces at the ends of lines, but for the line above a signature (RFC 3676 section 4.3), and with one empty line at most. */
export const tidyText = (text: string): string =>
  text
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(/\n+--\n/, '\n\n-- \n');

/** A plain text as a rich one: what stands below the line of a signature is one again. */
export function richOf(text: string): RichContent {
  const [, own, signature] = /^([^]*?)\n*^-- \n([^]*)$/m.exec(text) ?? ['', text, ''];
  return { own: textToHtml(own!), signature: signed(textToHtml(signature!)), quote: '' };
}

/** Whether a rich text has anything that plain text cannot keep. */
export const hasFormatting = ({ own, quote }: RichContent): boolean =>
  quote !== '' || /<(?!\/?(?:p|br)\b)[a-z]/i.test(own);
