/** What follows from an attempt to deliver. Pure: the same outcome always leads to the same next step. */
import { DAY, HOUR, SECOND } from '../../shared/constants';
import { SEND_BLOCKING_CODES, type OutboxEvent } from '../../shared/states';
import type { ErrorView } from '../../shared/types';
import { MailError, retryAt } from '../errors';
import type { OutboxRow, OutboxValues } from './outbox';
import type { SubmitResult } from './smtp';

/** A mail that could not be handed over for this long is given up, */
export const LONGEST_TRIAL = 2 * DAY;
/** but not before it was tried so often: the app may have been off meanwhile. */
const FEWEST_TRIES = 5;
/** Sent is looked at for a copy of an uncertain mail for this long. */
export const LONGEST_LOOK = 3 * DAY;
const FIRST_LOOK = 5 * SECOND;
/** From so many attempts on, a mail whose worker is gone is not tried again at once. */
const MANY_CRASHES = 3;

/** An outcome of one attempt: the server's word, silence, or what kept it from being sent. */
export type Outcome = SubmitResult | { kind: 'failed'; error: MailError };

export interface AttemptFacts {
  /** Attempts so far, this one included. */
  attempts: number;
  /** When the mail was due. */
  sendAt: Date;
  now: Date;
  /** 0..1, given by tests. */
  random?: number;
}

export interface NextStep {
  event: OutboxEvent;
  values: OutboxValues;
}

/** The step of the row, with the values to write. */
export function afterAttempt(outcome: Outcome, { attempts, sendAt, now, random }: AttemptFacts): NextStep {
  switch (outcome.kind) {
    case 'accepted':
      return {
        event: 'accepted',
        values: {
          sentAt: now,
          serverMessageId: outcome.serverMessageId,
          nextAttemptAt: null,
          lastError: outcome.rejected.length ? someRejected(outcome.rejected) : null,
        },
      };
    case 'uncertain':
      return { event: 'lost', values: { nextAttemptAt: new Date(now.getTime() + FIRST_LOOK), lastError: null } };
    case 'failed':
      return afterFailure(outcome.error, attempts, sendAt, now, random);
  }
}

/** Nothing is wrong with the mail: it waits until its owner resumes the account, or the administrator has mended the registration. */
const WAITED_FOR: readonly string[] = ['accountPaused', 'providerMisconfigured'];

/** When a mail that failed so often is tried again, or null where that cannot help. */
export function nextTry(error: MailError, attempts: number, now: Date, random?: number): Date | null {
  const { code, retryAfterMs } = error;
  const waits = WAITED_FOR.includes(code) ? new MailError('transient', code, { retryAfterMs }) : error;
  return retryAt(waits, attempts, now, random);
}

function afterFailure(error: MailError, attempts: number, sendAt: Date, now: Date, random?: number): NextStep {
  const values: OutboxValues = { endingAt: null, lastError: error.toView() };
  // We stopped it ourselves: nothing failed.
  if (error.code === 'stopping') {
    return { event: 'postponed', values: { ...values, lastError: null, attempts: attempts - 1, nextAttemptAt: now } };
  }
  const next = nextTry(error, attempts, now, random);
  const tooLate = attempts >= FEWEST_TRIES && next !== null && next.getTime() - sendAt.getTime() > LONGEST_TRIAL;
  if (next === null || tooLate) return { event: 'refused', values: { ...values, nextAttemptAt: null } };
  return { event: 'postponed', values: { ...values, nextAttemptAt: next } };
}

/**
 * What follows from files that could not be fetched: the mail keeps waiting, or is given up.
 * @returns event null where it stays queued
 */
export function afterGathering(
  error: MailError,
  { attempts, sendAt, now, random }: AttemptFacts,
): { event: 'giveUp' | null; values: OutboxValues } {
  const { event, values } = afterFailure(error, attempts, sendAt, now, random);
  return { event: event === 'refused' ? 'giveUp' : null, values };
}

function someRejected(addresses: readonly string[]): ErrorView {
  return {
    code: 'someRecipientsRejected',
    kind: 'permanent',
    who: 'user',
    params: { addresses: addresses.slice(0, 5).join(', '), count: addresses.length },
  };
}

/**
 * A mail found in `sending` whose worker is gone: before the end of the message left it was certainly not taken, afterwards nobody knows.
 * A restart costs it no time; one that is stranded again and again may itself be what stops the app, and waits.
 */
export function afterCrash(
  { endingAt, attempts, sendAt }: Pick<OutboxRow, 'endingAt' | 'attempts' | 'sendAt'>,
  now: Date,
  random?: number,
): NextStep {
  if (endingAt) return { event: 'lost', values: { nextAttemptAt: now } };
  if (attempts < MANY_CRASHES) return { event: 'postponed', values: { nextAttemptAt: now } };
  const error = new MailError('transient', 'sendingInterrupted', { who: 'administrator' });
  return afterFailure(error, attempts, sendAt ?? now, now, random);
}

/** When Sent is looked at again for a copy: soon at first, then ever more rarely; null when it is left to the author. */
export function nextLook(since: Date, now: Date): Date | null {
  const age = Math.max(0, now.getTime() - since.getTime());
  return age > LONGEST_LOOK ? null : new Date(now.getTime() + Math.min(HOUR, Math.max(FIRST_LOOK, age)));
}

const ACCOUNT_CODES: readonly string[] = [
  'accountDisconnected',
  'accountPaused',
  'accountReauthorize',
  'connectionLost',
  'dailyLimit',
  'loginRefused',
  'noMailboxLicence',
  'ownMailboxFull',
  // From is the account's own address in all of its mail.
  'sendAsDenied',
  'senderBlocked',
  'serverBusy',
  'serverUnreachable',
  'smtpAuthDisabled',
  'smtpLoginBlocked',
  'smtpLoginMissing',
  'smtpLoginUnsupported',
  'smtpRefused',
  'timeout',
  'tlsFailed',
  'tlsMissing',
  'tooManyConnections',
];

/** Whether the next mail of the account would meet the same end: repeated errors get a mailbox throttled at Exchange. */
export function concernsAccount(error: MailError): boolean {
  return error.kind === 'reauthorize' || error.code.startsWith('provider') || ACCOUNT_CODES.includes(error.code);
}

/** Whether the account can read but not send until somebody changes something. */
export function blocksSending(error: MailError): boolean {
  return SEND_BLOCKING_CODES.includes(error.code);
}
