/** Finds the links in plain text. Pure; the result becomes React text nodes and anchors, never html. */

export interface TextPiece {
  text: string;
  /** http, https or mailto only. */
  href?: string;
}

/** What ends a link: in Chinese and Japanese no blank stands between a link and the sentence around it. */
const END = String.raw`\s<>"'\x60“”、。〈-】〔-〛！（），：；？`;
// Bounded, and an address begins where no other sign of one stands before it: mail may hold a single word of a megabyte.
const LINK = new RegExp(
  [
    String.raw`\bhttps?:\/\/[^${END}]{1,4000}`,
    String.raw`\bwww\.[^${END}.]{1,63}\.[^${END}]{1,4000}`,
    String.raw`(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}`,
  ].join('|'),
  'gi',
);

/** Punctuation after a link, and a bracket it did not open, belong to the sentence. */
function trimLink(link: string): string {
  const count = (sign: string) => link.split(sign).length - 1;
  const unopened = new Map([
    [')', count(')') - count('(')],
    [']', count(']') - count('[')],
  ]);
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link[end - 1];
    const surplus = unopened.get(last);
    if (surplus !== undefined && surplus > 0) unopened.set(last, surplus - 1);
    else if (!/[.,;:!?…»”’*_~|\\]/.test(last)) break;
  }
  return link.slice(0, end);
}

function hrefOf(link: string): string | undefined {
  if (/^https?:/i.test(link) || /^www\./i.test(link)) {
    try {
      const url = new URL(/^www\./i.test(link) ? `https://${link}` : link);
      return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
    } catch {
      return undefined;
    }
  }
  return `mailto:${link}`;
}

/** The text in order, cut where links begin and end. Joined again it is the text unchanged. */
export function linkify(text: string): TextPiece[] {
  const found: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimLink(match[0]);
    const href = hrefOf(link);
    if (!href) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: link, href });
    at = match.index + link.length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/**
 * Plain text in the part its author wrote and the quotation at its end (lines with `>`, with the line that introduces them).
 * Only a quotation that closes the text is split off: answers between quoted lines stay where they are.
 */
export function splitTextQuote(text: string): { own: string; quote: string } {
  const lines = text.split('\n');
  let end = lines.length;
  while (end > 0 && lines[end - 1].trim() === '') end -= 1;
  let start = end;
  while (start > 0 && (/^\s*>/.test(lines[start - 1]) || lines[start - 1].trim() === '')) start -= 1;
  while (start < end && lines[start].trim() === '') start += 1;
  if (start === end) return { own: text, quote: '' };
  const before = lines.slice(0, start);
  while (before.length > 0 && before.at(-1)?.trim() === '') before.pop();
  if (before.at(-1)?.trim().endsWith(':')) {
    const introduction = before.pop() ?? '';
    // Mailers wrap a long one around the address in it.
    if (/^\s*<[^<>\s]+@/.test(introduction) || /<[^<>\s]+@[^<>\s]+>\s*$/.test(before.at(-1) ?? '')) before.pop();
  }
  if (before.every((line) => line.trim() === '')) return { own: text, quote: '' };
  return { own: before.join('\n').trimEnd(), quote: lines.slice(before.length).join('\n').trim() };
}
