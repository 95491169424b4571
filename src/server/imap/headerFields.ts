/** Lines of a header to its fields (RFC 5322 section 2.2). Pure; the input is hostile. */

const MAX_HEADERS = 512 * 1024;
const MAX_FIELD = 128 * 1024;
const FIELD = /^([!-9;-~]{1,100})[ \t]*:(.*)$/s;

const TAB = 9;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

/**
 * Unfolded values by lower-case name, several fields of a name in their order. What is no field is left out, and so is
 * everything after 512 KB and the rest of a value after 128 KB.
 * @returns values in latin1, which keeps every byte
 */
export function headerFields(headers: Buffer): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  const text = headers.subarray(0, MAX_HEADERS).toString('latin1');
  let unfolded = '';
  for (let from = 0; from <= text.length;) {
    const feed = text.indexOf('\n', from);
    const end = feed < 0 ? text.length : feed;
    const folded = feed >= 0 && isBlank(text.charCodeAt(feed + 1));
    const line = text.slice(from, feed > from && text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : end);
    unfolded = unfolded === '' ? line : unfolded + line;
    if (!folded) {
      addField(fields, unfolded);
      unfolded = '';
    }
    from = end + 1;
  }
  return fields;
}

const isBlank = (code: number) => code === SPACE || code === TAB;

function addField(fields: Map<string, string[]>, line: string): void {
  if (line === '') return;
  const [, name, value] = FIELD.exec(line) ?? [];
  if (name === undefined || value === undefined) return;
  const key = name.toLowerCase();
  const trimmed = value.slice(0, MAX_FIELD).trim();
  const known = fields.get(key);
  if (known) known.push(trimmed);
  else fields.set(key, [trimmed]);
}
