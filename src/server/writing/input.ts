/** Values of signatures and templates as they come and as they are stored. Pure. */
import { MailError } from '../errors';

const LONGEST_NAME = 100;

/** A name on one line. @throws MailError permanent `invalidInput` (name) */
export function nameOf(value: unknown): string {
  const name = typeof value === 'string' ? value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() : '';
  if (!name || name.length > LONGEST_NAME) {
    throw new MailError('permanent', 'invalidInput', { params: { field: 'name' } });
  }
  return name;
}

export const storedText = (value: unknown): string => (typeof value === 'string' ? value : '');
