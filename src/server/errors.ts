/** The error kinds and their one policy: `kind` decides what happens, `code` decides what is said. */
import type { ErrorKind, ErrorView, WhoActs } from '../shared/types';
import { HOUR, SECOND } from '../shared/constants';

interface MailErrorOptions {
  /** Values for the sentence of `code`; never a secret, never a raw server text. */
  params?: Record<string, string | number>;
  who?: WhoActs;
  /** How long the server told us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Kept for the log, never serialised. */
  cause?: unknown;
}

const ACTS: Record<ErrorKind, WhoActs> = {
  transient: 'nobody',
  throttled: 'nobody',
  reauthorize: 'user',
  permanent: 'user',
};

/** An error whose kind says what happens next and whose code names the sentence a person reads. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly who: WhoActs;
  readonly params?: Record<string, string | number>;
  readonly retryAfterMs?: number;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    options: MailErrorOptions = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.who = options.who ?? ACTS[kind];
    this.params = options.params;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** What may leave the server. */
  toView(): ErrorView {
    return { code: this.code, kind: this.kind, who: this.who, ...(this.params && { params: this.params }) };
  }

  /** Serialising an error must never carry its cause. */
  toJSON(): ErrorView {
    return this.toView();
  }
}

/** Anything thrown, as a MailError: what we did not translate is our own bug. */
export function toMailError(thrown: unknown): MailError {
  return thrown instanceof MailError ? thrown : new MailError('permanent', 'bug', { who: 'us', cause: thrown });
}

/**
 * What a log may be told of anything thrown: its name and where it came from. Not its message, since those of databases, libraries
 * and servers hold values of rows and replies.
 */
export function loggable(thrown: unknown): { name: string; frames?: string[] } {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const code = thrown instanceof MailError ? ` ${thrown.code}` : '';
  const frames = thrown.stack?.split('\n').filter((line) => /^ {4}at /.test(line));
  return { name: `${thrown.name}${code}`, frames };
}

/**
 * When to try again after the nth failure in a row, or null where trying again cannot help.
 * Transient: 30 s doubling to one hour, with up to 20 % jitter so that accounts do not return in step.
 *
 * @param failures failures in a row so far, this one included
 * @param random 0..1, given by tests
 */
export function retryAt(error: MailError, failures: number, now: Date, random: number = Math.random()): Date | null {
  if (error.kind === 'reauthorize' || error.kind === 'permanent') return null;
  const backOff = Math.min(HOUR, 30 * SECOND * 2 ** Math.min(20, Math.max(0, failures - 1)));
  const delay = Math.max(backOff, error.retryAfterMs ?? 0);
  return new Date(now.getTime() + delay * (1 + 0.2 * random));
}

/** HTTP status with which an action answers an error. */
export function httpStatusOf(error: MailError): number {
  if (error.code === 'notFound') return 404;
  if (error.code === 'forbidden') return 403;
  if (error.code === 'bug') return 500;
  return error.kind === 'permanent' || error.kind === 'reauthorize' ? 400 : 503;
}
