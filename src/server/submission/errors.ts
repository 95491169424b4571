/** What a submission server's refusals mean: one table read by stage, reply code, enhanced code (RFC 3463) and, last, by words. */
import { HOUR, SECOND } from '../../shared/constants';
import type { ErrorKind, WhoActs } from '../../shared/types';
import { MailError } from '../errors';

/** The three visible stages of a submission. */
export type SmtpStage = 'connect' | 'login' | 'send';

/** What nodemailer attaches to an error; everything is the server's claim. */
export interface SmtpFailure {
  code?: string;
  /** The system's code behind `code`, such as ECONNREFUSED. */
  originalCode?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  /** Recipients refused by RCPT TO. */
  rejected?: string[];
}

/** Names for the sentence of an error. */
export interface SmtpParties {
  host: string;
  /** The signed-in user of the submission. */
  user: string;
  /** The address in From. */
  from?: string;
}

interface Rule {
  stage?: SmtpStage;
  reply?: readonly number[];
  /** The first enhanced code of the reply. */
  enhanced?: RegExp;
  /** Where codes do not tell: words or codes anywhere in the reply. */
  words?: RegExp;
  /** The command that was refused. */
  command?: string;
  is: readonly [kind: ErrorKind, code: string, who?: WhoActs];
  /** Milliseconds to wait at least. */
  wait?: number;
  params?: (failure: SmtpFailure, parties: SmtpParties) => Record<string, string | number>;
}

const sender: Rule['params'] = (_failure, { user, from }) => ({ address: from ?? user });
const recipients: Rule['params'] = (failure) => ({ addresses: (failure.rejected ?? []).slice(0, 5).join(', ') });

/** First match wins. Sources: microsoft-facts (SMTP reply table), RFC 5321 section 4.2, RFC 4954 section 6, RFC 3463. */
const RULES: readonly Rule[] = [
  {
    reply: [432],
    is: ['throttled', 'tooManyConnections'],
    wait: 45 * SECOND,
  },
  {
    words: /concurrent connections limit|sender thread limit/i,
    is: ['throttled', 'tooManyConnections'],
    wait: 45 * SECOND,
  },
  {
    words: /SubmissionQuotaExceeded/i,
    is: ['throttled', 'dailyLimit'],
    wait: 24 * HOUR,
  },
  { enhanced: /^5\.1\.90$/, is: ['throttled', 'dailyLimit'], wait: 24 * HOUR },
  { reply: [421], is: ['throttled', 'serverBusy'] },

  {
    stage: 'login',
    enhanced: /^5\.7\.139$/,
    words: /SmtpClientAuthentication is disabled/i,
    is: ['permanent', 'smtpAuthDisabled', 'administrator'],
    params: (failure, { user }) => ({
      address: user,
      scope: /for the tenant/i.test(failure.response ?? '') ? 'tenant' : 'mailbox',
      command: `Set-CASMailbox -Identity '${user.replace(/'/g, "''")}' -SmtpClientAuthenticationDisabled $false`,
    }),
  },
  {
    stage: 'login',
    enhanced: /^5\.7\.139$/,
    words: /security defaults|conditional access|basic authentication|policy|locked/i,
    is: ['permanent', 'smtpLoginBlocked', 'administrator'],
    params: (_failure, { user }) => ({ address: user }),
  },
  { stage: 'login', reply: [535, 534], is: ['reauthorize', 'loginRefused'] },
  { stage: 'login', reply: [502, 503, 504, 538], is: ['permanent', 'smtpLoginUnsupported', 'administrator'] },
  { reply: [530], is: ['permanent', 'smtpLoginMissing', 'us'] },

  { words: /SendAsDenied|5\.2\.252/i, is: ['permanent', 'sendAsDenied', 'administrator'], params: sender },
  { enhanced: /^5\.7\.60$/, is: ['permanent', 'sendAsDenied', 'administrator'], params: sender },
  { enhanced: /^5\.2\.251$/, is: ['permanent', 'ownMailboxFull'] },
  { enhanced: /^5\.2\.253$/, is: ['permanent', 'noMailboxLicence', 'administrator'], params: sender },
  { enhanced: /^5\.2\.254$/, is: ['permanent', 'tooManyRecipients'] },
  { enhanced: /^5\.2\.255$/, is: ['permanent', 'recipientRejected'], params: recipients },
  {
    enhanced: /^5\.(1\.8|7\.50[1-3]|7\.708)$/,
    is: ['permanent', 'senderBlocked', 'administrator'],
    params: sender,
  },

  { command: 'RCPT TO', enhanced: /^[45]\.5\.3$/, is: ['permanent', 'tooManyRecipients'] },
  { command: 'DATA', enhanced: /^5\.2\.2$/, is: ['permanent', 'ownMailboxFull'] },
  { command: 'DATA', words: /mailbox (is )?full|QuotaExceeded/i, is: ['permanent', 'ownMailboxFull'] },
  { enhanced: /^5\.(3\.4|2\.3)$/, is: ['permanent', 'messageTooLarge'] },
  { command: 'MAIL FROM', reply: [552], is: ['permanent', 'messageTooLarge'] },
  { command: 'DATA', reply: [552], is: ['permanent', 'messageTooLarge'] },
  {
    command: 'RCPT TO',
    reply: [550, 551, 552, 553, 554, 556],
    is: ['permanent', 'recipientRejected'],
    params: recipients,
  },
  { stage: 'send', enhanced: /^5\.1\.(1|2|3|6|10)$/, is: ['permanent', 'recipientRejected'], params: recipients },

  // The session was in the wrong state or the line was garbled: a new connection may do (RFC 5321 section 4.2.1).
  { reply: [503], is: ['transient', 'serverBusy'] },
  { enhanced: /^5\.5\.0$/, is: ['transient', 'serverBusy'] },
];

/** No reply: what the network said. */
const NETWORK: readonly { codes: readonly string[]; is: Rule['is'] }[] = [
  {
    codes: [
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    is: ['permanent', 'tlsFailed', 'administrator'],
  },
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'],
    is: ['transient', 'serverUnreachable'],
  },
  { codes: ['ETIMEDOUT'], is: ['transient', 'timeout'] },
];

/** The enhanced status code of a reply (RFC 2034), or an empty string. */
export function enhancedCodeOf(response: string): string {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';
}

/**
 * What a failure of a submission means. Not knowing whether a message was taken is no error and never comes here.
 * @param stage where it happened
 * @param thrown what nodemailer reported; a MailError is returned as it is
 */
export function translateSmtpError(stage: SmtpStage, thrown: unknown, parties: SmtpParties): MailError {
  if (thrown instanceof MailError) return thrown;
  const failure = (thrown instanceof Error ? thrown : {}) as SmtpFailure;
  const make = ([kind, code, who]: Rule['is'], rule?: Rule) =>
    new MailError(kind, code, {
      who,
      retryAfterMs: rule?.wait,
      params: { host: parties.host, ...rule?.params?.(failure, parties) },
      cause: thrown,
    });
  const reply = failure.responseCode ?? 0;
  if (failure.code === 'ETLS' && reply) return make(['permanent', 'tlsMissing', 'administrator']);
  if (reply < 400 || reply > 599) {
    const names = [failure.originalCode, failure.code];
    const known = NETWORK.find(({ codes }) => names.some((name) => name !== undefined && codes.includes(name)));
    return make(known?.is ?? ['transient', 'connectionLost']);
  }
  const response = failure.response ?? '';
  const enhanced = enhancedCodeOf(response);
  const rule = RULES.find(
    (candidate) =>
      (candidate.stage ?? stage) === stage &&
      (candidate.reply?.includes(reply) ?? true) &&
      (candidate.enhanced?.test(enhanced) ?? true) &&
      (candidate.words?.test(response) ?? true) &&
      (candidate.command === undefined || candidate.command === failure.command),
  );
  if (rule) return make(rule.is, rule);
  if (reply < 500) return make(['transient', 'serverBusy']);
  return make(stage === 'send' ? ['permanent', 'messageRejected'] : ['permanent', 'smtpRefused', 'administrator']);
}
