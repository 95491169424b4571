/** What an account row says after a pass: when it is looked at again, and why not earlier. Pure. */
import { HOUR, MINUTE, SECOND } from '../../shared/constants';
import type { ErrorView } from '../../shared/types';
import { MailError, retryAt } from '../errors';

/** Columns of mailAccounts that a pass writes. */
export interface PassFacts {
  nextSyncAt: Date;
  backOffUntil: Date | null;
  syncFailures: number;
  lastError: ErrorView | null;
}

/** Exchange lets the login pass and the mailbox not open: a fault that passes by itself, or one that an administrator must mend. */
const NOT_CONNECTED_WAITS = [5 * MINUTE, 15 * MINUTE, HOUR];

/** Errors after which the row is not ours to write: somebody else holds the account, or it is gone. */
export function isNotOurs(error: MailError): boolean {
  return ['leaseLost', 'notFound', 'accountDisconnected'].includes(error.code);
}

/**
 * After a pass that failed. Every account is looked at again some time: what a person mends needs nobody to press a button.
 * @param failures failures in a row before this one
 * @param progressed whether the pass stored anything: then the next try need not wait longer than the last one
 */
export function afterFailure(
  error: MailError,
  failures: number,
  now: Date,
  { progressed = false, random }: { progressed?: boolean; random?: number } = {},
): PassFacts {
  const inARow = progressed ? 1 : failures + 1;
  if (error.code === 'notConnected') {
    const wait = NOT_CONNECTED_WAITS[Math.min(inARow, NOT_CONNECTED_WAITS.length) - 1]!;
    const until = new Date(now.getTime() + wait);
    // One refusal may be an incident at Microsoft; the third in a row lists the causes.
    const told = inARow >= 3 ? new MailError('permanent', 'noMailbox', { who: 'administrator' }) : error;
    return { nextSyncAt: until, backOffUntil: until, syncFailures: inARow, lastError: told.toView() };
  }
  const again = retryAt(error, inARow, now, random);
  return {
    nextSyncAt: again ?? new Date(now.getTime() + HOUR),
    backOffUntil: again,
    syncFailures: inARow,
    lastError: error.toView(),
  };
}

/**
 * After a pass without errors.
 * @param more there is more to do at once
 * @param random 0..1: accounts that were connected together do not stay in step
 */
export function afterSuccess(now: Date, pollInterval: number, more: boolean, random = Math.random()): PassFacts {
  const wait = more ? 0 : pollInterval * (0.9 + 0.2 * random);
  return { nextSyncAt: new Date(now.getTime() + wait), backOffUntil: null, syncFailures: 0, lastError: null };
}

/** A connection that lasted so long was fine: its end begins a new count of failures. */
const LONG_ENOUGH = MINUTE;

/**
 * How long an account is not listened to after its connection ended; the poll goes on meanwhile.
 * @param failures failures in a row before this one
 * @param lasted how long it was listened to, in milliseconds
 * @param random 0..1: a server that closes a thousand connections is not asked by all of them at once
 */
export function restAfter(
  error: MailError,
  failures: number,
  lasted: number,
  now: Date,
  random = Math.random(),
): { until: Date; failures: number } {
  const inARow = lasted >= LONG_ENOUGH ? 1 : failures + 1;
  const after = (wait: number) => new Date(now.getTime() + wait);
  if (error.code === 'notConnected') {
    return { until: after(NOT_CONNECTED_WAITS[Math.min(inARow, NOT_CONNECTED_WAITS.length) - 1]!), failures: inARow };
  }
  // What was fine for long is worth a new try at once.
  if (error.kind === 'transient' && inARow === 1 && lasted >= LONG_ENOUGH) {
    return { until: after(SECOND + 9 * SECOND * random), failures: inARow };
  }
  // What trying again cannot mend keeps the account out of the next look by itself.
  return { until: retryAt(error, inARow, now, random) ?? after(HOUR), failures: inARow };
}
