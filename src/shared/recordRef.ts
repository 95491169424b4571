/** A record of the host as a browser names it. */
import type { RecordRef } from './types';

/** A record that is named from outside, or null where none can be meant. Whether there is one, and who may read it, is another question. */
export function recordRefOf(value: unknown): RecordRef | null {
  const { collection, id } = (value ?? {}) as Record<string, unknown>;
  const isId = (typeof id === 'string' && id !== '' && id.length <= 200) || typeof id === 'number';
  if (typeof collection !== 'string' || !/^[\w-]{1,100}$/.test(collection) || !isId) return null;
  return { collection, id: String(id) };
}
