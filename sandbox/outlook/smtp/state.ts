/** Switches, faults and the record of the SMTP side. */
import type { SmtpReplyName, SmtpStage } from './replies';

/**
 * What becomes of the copy in Sent Items: filed at once; held back until released; never filed; filed under another
 * Message-ID without a trace of the client's; or filed twice.
 */
export type SentCopy = 'normal' | 'late' | 'missing' | 'foreign' | 'double';

export interface SmtpState {
  sentCopy: SentCopy;
  /** With sentCopy 'late': files it by itself after so long; 0 waits for releaseSentCopies. */
  sentCopyDelayMs: number;
  /** Outlook.com's way: a new Message-ID, the client's kept in X-Microsoft-Original-Message-ID. */
  rewriteMessageId: boolean;
  /** Concurrent connections a mailbox may have; more get 432. */
  maxConnections: number;
  /** Bytes; announced as SIZE and enforced. */
  size: number;
  /** SMTP AUTH is off for the whole tenant. */
  authDisabled: boolean;
  /** SMTP AUTH is off for these mailboxes. */
  authDisabledFor: string[];
  /** Milliseconds before the final reply. */
  delayMs: number;
}

export const SMTP_DEFAULTS: SmtpState = {
  sentCopy: 'normal',
  sentCopyDelayMs: 0,
  rewriteMessageId: false,
  maxConnections: 3,
  size: 157_286_400,
  authDisabled: false,
  authDisabledFor: [],
  delayMs: 0,
};

/** Where the connection is cut; at `data` the message is lost, at `accepted` it has gone out. */
export type SmtpDrop = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'accepted';

export interface SmtpFault {
  /** One of Exchange's replies by name. */
  reply?: SmtpReplyName;
  /** Or any other reply. */
  custom?: { code: number; text: string };
  /** Where it is said, if not where Exchange says it. */
  stage?: SmtpStage;
  /** Instead of a reply: cut the connection there. */
  drop?: SmtpDrop;
  /** With `drop`: RST instead of FIN. */
  reset?: boolean;
  user?: string;
  /** How often; 1 if not told, 0 for until reset. */
  times?: number;
}

/** One accepted submission. */
export interface Submission {
  user: string;
  from: string;
  recipients: string[];
  /** Recipients outside the sandbox, who get nothing. */
  external: string[];
  messageId: string;
  originalMessageId: string | undefined;
  bytes: number;
  /** When it was accepted, in milliseconds since 1970 with fractions. */
  at: number;
}
