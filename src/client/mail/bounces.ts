/** What is said of a mail that came back. */
import type { BounceView } from '../../shared/types';
import type { Translate } from '../locale';

/** A sentence, or null where nothing came back. */
export function bounceSentence(t: Translate, bounces: readonly BounceView[]): string | null {
  if (bounces.length === 0) return null;
  const addresses = [...new Set(bounces.flatMap(({ recipients }) => recipients))].join(', ');
  return addresses
    ? t('It came back: not delivered to {{addresses}}.', { addresses })
    : t('It came back: a server could not deliver it.');
}
