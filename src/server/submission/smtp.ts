/** Submission (RFC 6409) with XOAUTH2 in three visible stages: connect, login, send. Knows no database. */
import type { Readable } from 'node:stream';
import SMTPConnection, {
  type SMTPConnectionCustomAuthContext,
  type SMTPConnectionSendInfo,
} from 'nodemailer/lib/smtp-connection';
import { MINUTE } from '../../shared/constants';
import type { Log, Login } from '../context';
import { MailError } from '../errors';
import { translateSmtpError, type SmtpParties, type SmtpStage } from './errors';
import { holdBackEnd } from './holdBack';

/** Who sends to whom on the wire; bare addresses. */
export interface SmtpEnvelope {
  from: string;
  to: string[];
  /** Octets, as well as known beforehand (RFC 1870 takes an estimate). */
  size?: number;
}

/**
 * What is known after a submission. `uncertain`: the end of the message left and no reply came, so it may or may not be delivered.
 */
export type SubmitResult =
  | {
      kind: 'accepted';
      responseCode: number;
      /** The Message-ID the server gave the message, when it says that it replaced ours. */
      serverMessageId: string | null;
      /** Recipients refused while others were taken. */
      rejected: string[];
    }
  | { kind: 'uncertain' };

export interface SubmitHooks {
  /**
   * Called once, when everything but the last piece of the message is on its way; of a short message when the server wants it.
   * Only after it resolves can the server have the whole message; when it throws, nothing is sent.
   */
  beforeFinalChunk(): Promise<void>;
  /** Aborts a submission whose end has not left yet; later it has no effect. */
  signal?: AbortSignal;
}

/** Time limits in milliseconds. */
export interface SmtpLimits {
  connect: number;
  login: number;
  /** Silence of the server during `send`; RFC 5321 section 4.5.3.2 asks for 10 minutes after the final dot. */
  silence: number;
}
const LIMITS: SmtpLimits = { connect: MINUTE, login: MINUTE, silence: 10 * MINUTE };

/** So much is on its way in no time: what is done before its end may be done meanwhile. In octets. */
const SHORT_MESSAGE = 256 * 1024;

/** Not called XOAUTH2: under that name nodemailer takes its own implementation or another method the server offers. */
const LOGIN_METHOD = 'XOAUTH2-TOKEN';

/** One authenticated connection, for one message after another. It is good for no other one after a failure. */
export interface SmtpSession {
  /** Largest message the server takes (EHLO SIZE, RFC 1870), in octets; 0 when it does not say. */
  readonly largest: number;
  /** Whether another message may be tried. */
  readonly usable: boolean;
  /**
   * Submits a message.
   * @param compose gives the RFC 5322 message; called at most once
   * @returns accepted or uncertain
   * @throws MailError of submission/errors.ts, or what the hook or the message itself threw: the server has not taken it, for sure
   */
  submit(envelope: SmtpEnvelope, compose: () => Readable, hooks: SubmitHooks): Promise<SubmitResult>;
  /** Says goodbye without waiting for the answer. */
  close(): void;
}

/**
 * Logs in and out again: what proves that an account can send. No mail leaves.
 * @returns the largest message the server takes, in octets; 0 when it does not say
 * @throws MailError of submission/errors.ts
 */
export async function probeSmtp(login: Login, log: Log, limits: SmtpLimits = LIMITS): Promise<number> {
  const started = Date.now();
  const session = await openSmtp(login, { limits });
  session.close();
  log.debug('submission server probed', { durationMs: Date.now() - started });
  return session.largest;
}

/**
 * Connects and logs in; on failure nothing stays open.
 * @param signal gives up while it is being opened
 * @throws MailError of submission/errors.ts
 */
export async function openSmtp(
  login: Login,
  { limits = LIMITS, signal }: { limits?: SmtpLimits; signal?: AbortSignal } = {},
): Promise<SmtpSession> {
  const { connection, maxSize } = await open(login, limits, signal);
  let usable = true;
  const ended = () => (usable = false);
  connection.on('end', ended).on('error', ended);
  /** In the middle of a message there is nothing to be said. */
  const drop = () => {
    usable = false;
    connection.close();
  };
  return {
    largest: maxSize,
    get usable() {
      return usable;
    },
    async submit(envelope, compose, hooks) {
      const parties = { host: login.endpoint.host, user: login.user, from: envelope.from };
      try {
        if (maxSize && (envelope.size ?? 0) > maxSize) throw tooLarge(maxSize);
        const result = await submitOver(connection, parties, envelope, compose(), hooks);
        if (result.kind !== 'accepted') drop();
        return result;
      } catch (thrown) {
        drop();
        throw thrown;
      }
    },
    close() {
      if (usable) connection.quit();
      drop();
    },
  };
}

async function submitOver(
  connection: SMTPConnection,
  parties: SmtpParties,
  envelope: SmtpEnvelope,
  message: Readable,
  hooks: SubmitHooks,
): Promise<SubmitResult> {
  const short = envelope.size !== undefined && envelope.size <= SHORT_MESSAGE;
  const held = holdBackEnd(message, hooks.beforeFinalChunk, short);
  const abort = () => {
    if (held.released) return;
    held.failure = asError(hooks.signal?.reason);
    connection.close();
  };
  hooks.signal?.addEventListener('abort', abort);
  if (hooks.signal?.aborted) abort();
  try {
    const info = await send(connection, envelope, held.stream);
    // A server that is satisfied before it has the whole message cannot be believed.
    if (!held.released) return { kind: 'uncertain' };
    return {
      kind: 'accepted',
      responseCode: replyCodeOf(info.response),
      serverMessageId: info.serverMessageId ?? null,
      rejected: info.rejected,
    };
  } catch (thrown) {
    held.stream.destroy();
    // The commit of the hook must not come after the caller has been told.
    await held.settled;
    if (held.failure !== undefined) throw held.failure;
    if (held.released && !isDefinite(thrown)) return { kind: 'uncertain' };
    throw translateSmtpError('send', thrown, parties);
  } finally {
    hooks.signal?.removeEventListener('abort', abort);
    message.destroy();
  }
}

/** Connects and logs in; on failure nothing stays open. */
async function open(
  login: Login,
  limits: SmtpLimits,
  signal?: AbortSignal,
): Promise<{ connection: SMTPConnection; maxSize: number }> {
  const { host, port, secure } = login.endpoint;
  let maxSize = 0;
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    requireTLS: !secure,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    // Goes into the Received header of every mail: the real name of this machine is nobody's business.
    name: '[127.0.0.1]',
    connectionTimeout: limits.connect,
    greetingTimeout: limits.connect,
    socketTimeout: limits.silence,
    maxResponseSize: 64 * 1024,
    logger: false,
    customAuth: {
      [LOGIN_METHOD]: async (context) => {
        maxSize = context.maxAllowedSize || 0;
        await xoauth2(context, login);
      },
    },
  });
  const stage = <T>(name: SmtpStage, timeout: number, run: (done: (error?: Error | null) => void) => T) =>
    within(connection, timeout, signal, run).catch((thrown: unknown) => {
      connection.close();
      throw translateSmtpError(name, thrown, { host, user: login.user });
    });
  await stage('connect', limits.connect, (done) => connection.connect(done));
  await stage('login', limits.login, (done) => connection.login({ method: LOGIN_METHOD, user: login.user }, done));
  return { connection, maxSize };
}

/**
 * One XOAUTH2 exchange (developers.google.com/workspace/gmail/imap/xoauth2-protocol, used by Exchange too). The refusal may come
 * directly or behind a challenge, which an empty line answers. nodemailer's own token class is left out: it would renew tokens at Google.
 */
async function xoauth2(context: SMTPConnectionCustomAuthContext, login: Login): Promise<void> {
  const response = Buffer.from(`user=${login.user}\x01auth=Bearer ${login.accessToken}\x01\x01`).toString('base64');
  let reply = await context.sendCommand(`AUTH XOAUTH2 ${response}`);
  if (reply.status === 334) reply = await context.sendCommand('');
  if (reply.status !== 235) throw new Error('login refused');
}

/** Runs one step of a connection: its callback, an error of the connection, an abort or the time limit ends it. */
function within<T>(
  connection: SMTPConnection,
  timeout: number,
  signal: AbortSignal | undefined,
  run: (done: (error?: Error | null) => void) => T,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const finish = (error?: unknown) => {
      clearTimeout(timer);
      connection.removeListener('error', finish);
      connection.removeListener('end', ended);
      signal?.removeEventListener('abort', aborted);
      // Late errors of a connection that is being closed concern nobody.
      connection.on('error', () => undefined);
      if (error) reject(error as Error);
      else resolve();
    };
    const ended = () => finish(Object.assign(new Error('connection closed'), { code: 'ECONNECTION' }));
    const aborted = () => finish(asError(signal?.reason));
    const timer = setTimeout(() => finish(Object.assign(new Error('time is up'), { code: 'ETIMEDOUT' })), timeout);
    connection.on('error', finish);
    connection.on('end', ended);
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted) aborted();
    else run((error) => finish(error));
  });
}

function send(connection: SMTPConnection, envelope: SmtpEnvelope, message: Readable): Promise<SMTPConnectionSendInfo> {
  return new Promise((resolve, reject) => {
    const ended = () => fail(Object.assign(new Error('connection closed'), { code: 'ECONNECTION' }));
    const fail = (error: unknown) => {
      connection.off('error', fail).off('end', ended);
      reject(error as Error);
    };
    connection.on('error', fail).on('end', ended);
    connection.send({ from: envelope.from, to: envelope.to, size: envelope.size }, message, (error, info) => {
      if (error) return fail(error);
      connection.off('error', fail).off('end', ended);
      resolve(info);
    });
  });
}

/** Only a refusal in so many words, given as the answer to the message, is definite once its end has left. */
function isDefinite(thrown: unknown): boolean {
  const { code, responseCode = 0 } = (thrown ?? {}) as { code?: string; responseCode?: number };
  return code === 'EMESSAGE' && responseCode >= 400 && responseCode <= 599;
}

/** The server's limit as an error; in MB, for people. */
function tooLarge(maxSize: number): MailError {
  return new MailError('permanent', 'messageTooLarge', { params: { megabytes: Math.floor(maxSize / 1024 / 1024) } });
}

function replyCodeOf(response: string): number {
  return Number(/^\d{3}/.exec(response)?.[0] ?? 0);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new MailError('transient', 'connectionLost', { cause: reason });
}
