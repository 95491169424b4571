/** Exchange Online's replies to a submission. 535 5.7.139, 5.7.60 and SendAsDenied follow public threads. */

export type SmtpStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data';

export interface SmtpReply {
  code: number;
  text: string;
  stage: SmtpStage;
}

const HOST = 'SANDBOX.PROD.OUTLOOK.COM';

export const SMTP_REPLIES = {
  authDisabledTenant: {
    code: 535,
    stage: 'auth',
    text: `5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [${HOST}]`,
  },
  authDisabledMailbox: {
    code: 535,
    stage: 'auth',
    text: `5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [${HOST}]`,
  },
  authRefused: { code: 535, stage: 'auth', text: `5.7.3 Authentication unsuccessful [${HOST}]` },
  authTemporary: { code: 454, stage: 'auth', text: '4.7.0 Temporary authentication failure' },
  tooManyConnections: {
    code: 432,
    stage: 'mail',
    text: `4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [Hostname=${HOST}]`,
  },
  senderThreadLimit: {
    code: 432,
    stage: 'data',
    text: '4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
  },
  serviceUnavailable: {
    code: 421,
    stage: 'connect',
    text: '4.3.2 Service not available, closing transmission channel',
  },
  sendAsDenied: {
    code: 550,
    stage: 'mail',
    text: `5.7.60 SMTP; Client does not have permissions to send as this sender [${HOST}]`,
  },
  sendAsDeniedStore: {
    code: 554,
    stage: 'data',
    text: '5.2.252 SendAsDenied; {user} not allowed to send as {from}; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message Cannot submit message.',
  },
  quota: { code: 554, stage: 'data', text: '5.2.0 STOREDRV.Submission.Exception:QuotaExceededException' },
  mailboxFull: { code: 554, stage: 'data', text: '5.2.2 mailbox full' },
  submissionQuota: {
    code: 554,
    stage: 'data',
    text: '5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception',
  },
  dailyLimit: {
    code: 550,
    stage: 'data',
    text: "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
  },
  busy: { code: 451, stage: 'mail', text: '4.7.500 Server busy. Please try again later from [127.0.0.1].' },
  timeout: { code: 451, stage: 'data', text: '4.4.2 Connection dropped due to TimeOut' },
  tooLarge: { code: 552, stage: 'data', text: '5.3.4 Message size exceeds fixed maximum message size' },
  recipientNotFound: {
    code: 550,
    stage: 'rcpt',
    text: '5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
  },
  spamBlocked: {
    code: 550,
    stage: 'data',
    text: '5.1.8 Access denied, bad outbound sender. For more information please go to http://go.microsoft.com/fwlink/?LinkId=875724.',
  },
} satisfies Record<string, SmtpReply>;

export type SmtpReplyName = keyof typeof SMTP_REPLIES;

/** The error smtp-server turns into this reply; its own enhanced codes are switched off. */
export function refusal(reply: SmtpReply, values: Record<string, string> = {}): Error & { responseCode: number } {
  const text = reply.text.replace(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
  return Object.assign(new Error(text), { responseCode: reply.code });
}
