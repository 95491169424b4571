/** Row ids: decimal strings everywhere in our code, whatever the database driver makes of a bigint. */

const LARGEST_ID = 2n ** 63n - 1n;

/** A row id from outside, or null where it cannot be one: databases answer a malformed number with an error of their own. */
export function rowIdOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  if (!/^[1-9]\d{0,18}$/.test(text)) return null;
  return BigInt(text) <= LARGEST_ID ? text : null;
}

/** A copy whose attributes named `id` or `…Id` are strings. */
export function withStringIds(values: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if ((name === 'id' || name.endsWith('Id')) && (typeof value === 'number' || typeof value === 'bigint')) {
      copy[name] = String(value);
    }
  }
  return copy;
}
