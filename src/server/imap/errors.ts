/** What an IMAP failure means: every error of imapflow, in the words of src/server/errors.ts. Pure. */
import { MINUTE, SECOND } from '../../shared/constants';
import { MailError } from '../errors';

/** The fields of imapflow's errors that are read here; what a server sent is hostile, so nothing is taken for granted. */
interface ImapFailure {
  code?: unknown;
  message?: unknown;
  authenticationFailed?: unknown;
  tlsFailed?: unknown;
  mailboxMissing?: unknown;
  responseStatus?: unknown;
  responseText?: unknown;
  response?: unknown;
  serverResponseCode?: unknown;
  throttleReset?: unknown;
  reason?: unknown;
}

const CONNECTION_LOST = ['NoConnection', 'EConnectionClosed', 'StateLogout', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'];
const CLOSED_AT_START = ['ClosedAfterConnectText', 'ClosedAfterConnectTLS'];
const TIMEOUTS = ['ETIMEOUT', 'ETIMEDOUT', 'CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'LockTimeout'];
const UNREACHABLE = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'];
const CERTIFICATE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
/** Replies that imapflow could not take in; the connection is closed then. */
const UNREADABLE =
  /^(ParserError|MAX_IMAP_NESTING|LineTooLarge|LiteralTooLarge|ResponseTooLarge|TooMany|InvalidResponse|ResponseProcessingFailed|MissingTag|UnexpectedTag|Download)/;
const MISSING = ['NONEXISTENT', 'TRYCREATE'];
const BUSY = ['UNAVAILABLE', 'INUSE', 'SERVERBUG', 'LIMIT', 'OVERQUOTA'];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The longest wait that is believed: Exchange has told nearly an hour. */
const LONGEST_BACK_OFF = 120 * MINUTE;

/** "Suggested Backoff Time: 92415 milliseconds" → milliseconds. */
function toldBackOff(failure: ImapFailure, reply: string): number | undefined {
  const told = Number(failure.throttleReset ?? /Backoff Time[:=\s]+(\d{1,9})/i.exec(reply)?.[1]);
  return Number.isFinite(told) && told > 0 ? Math.min(told, LONGEST_BACK_OFF) : undefined;
}

/** The words of the server, wherever imapflow put them. */
function replyOf(failure: ImapFailure): string {
  return [failure.responseText, failure.response, failure.reason].map(text).filter(Boolean).join(' ');
}

/** Refusals of the login, or of the first command after it: `authenticationFailed` alone does not blame the credentials. */
function loginError(failure: ImapFailure, reply: string, options: { cause: unknown }): MailError {
  const responseCode = text(failure.serverResponseCode).toUpperCase();
  if (BUSY.includes(responseCode)) return new MailError('transient', 'serverBusy', options);
  if (/^BAD\b/i.test(text(failure.responseStatus)) || /command error/i.test(reply)) {
    return new MailError('transient', 'serverBusy', options);
  }
  // A token expired, of another audience or of another user, IMAP switched off, a policy: the text is the same.
  return new MailError('reauthorize', 'loginRefused', options);
}

/**
 * Translates whatever an IMAP connection threw.
 *
 * `NO AUTHENTICATE failed.` is the only refusal that blames the credentials; "authenticated but not connected",
 * "Server Unavailable. 15" and "Command Error. 12" carry `authenticationFailed` as well and are not.
 * The codes and replies are those of shared facts about Exchange Online (docs/microsoft.md) and of RFC 9051 section 7.1.
 */
export function toImapError(thrown: unknown): MailError {
  if (thrown instanceof MailError) return thrown;
  const failure: ImapFailure = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const options = { cause: thrown };
  const code = text(failure.code);
  const reply = replyOf(failure);
  const all = `${reply} ${text(failure.message)}`;
  const responseCode = text(failure.serverResponseCode).toUpperCase();

  if (/authenticated but not connected/i.test(all)) return new MailError('transient', 'notConnected', options);
  if (code === 'ETHROTTLE' || /request is throttled/i.test(all)) {
    const retryAfterMs = toldBackOff(failure, all) ?? 30 * SECOND;
    return new MailError('throttled', 'throttled', { ...options, retryAfterMs });
  }
  if (/too many (simultaneous |concurrent )?connections|maximum number of connections|connection limit/i.test(all)) {
    return new MailError('throttled', 'tooManyConnections', { ...options, retryAfterMs: MINUTE });
  }
  if (/AccessTokenExpired|session invalidated/i.test(all)) return new MailError('transient', 'sessionEnded', options);
  if (/server unavailable|temporarily unavailable/i.test(all)) return new MailError('transient', 'serverBusy', options);
  if (failure.authenticationFailed === true) return loginError(failure, reply, options);
  if (failure.mailboxMissing === true || code === 'NotFound' || MISSING.includes(responseCode)) {
    return new MailError('permanent', 'mailboxMissing', options);
  }
  if (TIMEOUTS.includes(code)) return new MailError('transient', 'timeout', options);
  if (UNREACHABLE.includes(code)) return new MailError('transient', 'serverUnreachable', options);
  if (failure.tlsFailed === true || CERTIFICATE.test(code)) {
    return new MailError('transient', 'tlsFailed', { ...options, who: 'administrator' });
  }
  if (UNREADABLE.test(code)) return new MailError('transient', 'replyUnreadable', options);
  if (CONNECTION_LOST.includes(code) || CLOSED_AT_START.includes(code)) {
    return new MailError('transient', 'connectionLost', options);
  }
  if (/^(NO|BAD)$/i.test(text(failure.responseStatus))) {
    return BUSY.includes(responseCode)
      ? new MailError('transient', 'serverBusy', options)
      : new MailError('transient', 'commandRefused', options);
  }
  return new MailError('transient', 'connectionLost', options);
}
