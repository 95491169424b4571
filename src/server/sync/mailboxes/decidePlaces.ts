/** Whether a mailbox still is the one its rows are about, where its UIDVALIDITY does not tell. Pure. */
import type { MailboxStatus } from '../../imap/mailbox';
import type { ComparedStatus } from '../plan';

/**
 * UIDNEXT never goes back under one UIDVALIDITY (RFC 9051 section 2.3.1.1): where it does, another mailbox may bear the name,
 * since Exchange gives the same UIDVALIDITY to many.
 * @param last what was remembered of the last comparison
 */
export function wentBack(last: unknown, { uidValidity, uidNext }: MailboxStatus): boolean {
  if (typeof last !== 'object' || last === null) return false;
  const before = last as Partial<ComparedStatus>;
  return before.uidValidity === uidValidity && uidNext > 0 && uidNext < (before.uidNext ?? 0);
}

/** A message we know, and when the server says that the one under its UID arrived; null where it says nothing. */
export interface Sampled {
  internalDate: Date | null;
  found: Date | null;
}

/**
 * What a sample of messages says of the places of all. Single dates that differ are the server's whims.
 * @param suspect UIDNEXT went back: then places are trusted only where most of the sample proves them
 */
export function decidePlaces(sample: readonly Sampled[], suspect: boolean): 'trust' | 'forget' {
  const comparable = sample.filter(({ internalDate, found }) => internalDate !== null && found !== null);
  const same = comparable.filter(({ internalDate, found }) => internalDate?.getTime() === found?.getTime()).length;
  if (suspect) return same * 2 > sample.length ? 'trust' : 'forget';
  return (comparable.length - same) * 2 > comparable.length ? 'forget' : 'trust';
}
