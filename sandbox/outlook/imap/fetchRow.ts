/** Damage done to single FETCH responses. */

/** One whole `* n FETCH (...)` response: its text pieces and, between them, its literals. */
export type FetchRow = (string | Buffer)[];

export const FETCH_START = /^\* \d+ FETCH \(/;

/** Whether the server had to convert the message to MIME for this line. */
export function isConverted(line: string): boolean {
  return FETCH_START.test(line) && /\b(ENVELOPE|BODY|BODYSTRUCTURE|RFC822)/.test(line);
}

export function uidOf(row: FetchRow): number | undefined {
  const match = /[( ]UID (\d+)/.exec(textOf(row));
  return match ? Number(match[1]) : undefined;
}

/** Whether the row gives away content or structure. */
export function hasContent(row: FetchRow): boolean {
  return /\b(BODY\[|BODYSTRUCTURE|RFC822(\.TEXT|\.HEADER)? )/.test(textOf(row));
}

/** Puts NIL where the first part of the structure is due, as Exchange does for some messages. */
export function breakStructure(row: FetchRow): FetchRow {
  const bytes = Buffer.concat(row.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)));
  const text = bytes.toString('latin1');
  const start = text.indexOf('BODYSTRUCTURE (');
  if (start < 0) return row;
  const open = start + 'BODYSTRUCTURE '.length;
  const first = open + 1;
  if (text[first] !== '(') {
    // A single part: its type becomes NIL.
    const end = skip(text, first);
    return [Buffer.from(`${text.slice(0, first)}NIL${text.slice(end)}`, 'latin1')];
  }
  const end = skip(text, first);
  return [Buffer.from(`${text.slice(0, first)}NIL ${text.slice(end)}`, 'latin1')];
}

function textOf(row: FetchRow): string {
  return row.filter((piece) => typeof piece === 'string').join('');
}

/** The position after the list, string, literal or atom at `from`. */
function skip(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const char = text[at];
    if (char === undefined) return at;
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === '"') at = endOfQuoted(text, at);
    const literal = char === '{' ? /^\{(\d+)\}\r\n/.exec(text.slice(at, at + 16)) : null;
    if (literal) at += literal[0].length + Number(literal[1]) - 1;
    at++;
    if (depth === 0 && (char === ')' || char === '"' || literal || /[ )]/.test(text[at] ?? ' '))) return at;
  } while (at < text.length);
  return at;
}

/** The position of the closing quote. */
function endOfQuoted(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
