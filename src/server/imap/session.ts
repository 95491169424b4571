/** One authenticated IMAP connection (RFC 9051, XOAUTH2). Knows no database. */
import { ImapFlow, type FetchMessageObject, type FetchQueryObject, type Logger } from 'imapflow';
import { SECOND, TOKEN_MARGIN } from '../../shared/constants';
import type { Log, Login } from '../context';
import { MailError } from '../errors';
import { toImapError } from './errors';
import { readRows, type Fetched } from './fetch';
import { mistakesTo, type Mistaken } from './mistakes';

const MEGABYTE = 1024 * 1024;

export interface SessionOptions {
  /** Closes the connection at once, whatever it is doing. */
  signal?: AbortSignal;
  /** Silence of the server after which the connection is given up, in milliseconds. */
  socketTimeout?: number;
  /** Awaited between two pieces of an answer, so that others have their turn; undefined: go on. */
  turn?: Turn;
  /** Told where our reading of a message broke; undefined: the log is. */
  mistaken?: Mistaken;
}

export type Turn = () => Promise<void> | undefined;

/** The commands of a client that need nothing but their answer. */
export type ImapClient = Pick<
  ImapFlow,
  | 'capabilities'
  | 'list'
  | 'mailboxOpen'
  | 'messageCopy'
  | 'messageDelete'
  | 'messageFlagsAdd'
  | 'messageFlagsRemove'
  | 'messageMove'
  | 'search'
  | 'status'
>;

/** A connection, wherever it lives. */
export interface ImapSession {
  /** The bare client; use {@link ImapSession.ask}, which translates its failures. */
  readonly client: ImapClient;
  /** From then on the connection is to be replaced: the server ends it with its access token. */
  readonly recycleAt: Date;
  /** The connection is there and may be used. */
  readonly usable: boolean;
  /**
   * Runs commands and translates what they throw.
   * @throws MailError of imap/errors.ts
   */
  ask<T>(command: (client: ImapClient) => Promise<T>): Promise<T>;
  /** FETCH; see {@link readRows}. */
  rows(uids: readonly number[], query: FetchQueryObject): Promise<Fetched<FetchMessageObject>>;
  /** To be awaited between two rows of an answer. */
  readonly turn: Turn;
  /** Why the connection is of no use: to be thrown where imapflow answers `false` instead of throwing. */
  failure(): MailError;
  /** Logs out; never throws and never waits long. */
  close(): Promise<void>;
}

/** A connection of this thread, with all that its client can do. */
export interface DirectSession extends ImapSession {
  readonly client: ImapFlow;
  /** To be told of what is thrown over one message, where the others go on. */
  readonly mistaken: Mistaken;
  ask<T>(command: (client: ImapFlow) => Promise<T>): Promise<T>;
}

/**
 * Connects and logs in.
 * @throws MailError of imap/errors.ts: reauthorize `loginRefused` | transient | throttled
 */
export async function openSession(login: Login, log: Log, options: SessionOptions = {}): Promise<DirectSession> {
  const end: SessionEnd = {};
  const client: ImapFlow = new ImapFlow({
    host: login.endpoint.host,
    port: login.endpoint.port,
    secure: login.endpoint.secure,
    // Without TLS from the start STARTTLS is compulsory: the token never crosses the wire in the clear.
    ...(!login.endpoint.secure && { doSTARTTLS: true }),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    auth: { user: login.user, accessToken: login.accessToken },
    clientInfo: { name: 'NocoBase Email manager', version: false, vendor: false, 'support-url': false },
    // Its log holds addresses and subjects: nothing of it is written anywhere.
    logger: errorKeeper(end, () => client.close()),
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: 30 * SECOND,
    greetingTimeout: 16 * SECOND,
    socketTimeout: options.socketTimeout ?? 90 * SECOND,
    maxLiteralSize: 60 * MEGABYTE,
    maxResponseSize: 120 * MEGABYTE,
    maxLineLength: 32 * MEGABYTE,
    maxLockHoldTime: false,
  });
  watch(client, end, log);
  const abort = () => client.close();
  options.signal?.addEventListener('abort', abort, { once: true });
  const release = () => options.signal?.removeEventListener('abort', abort);
  const { turn = () => undefined, mistaken = mistakesTo(log) } = options;
  const session = sessionOf(client, login, end, { release, turn, mistaken });
  try {
    if (options.signal?.aborted) throw new MailError('transient', 'connectionLost');
    await client.connect();
    return session;
  } catch (thrown) {
    client.close();
    options.signal?.removeEventListener('abort', abort);
    const error = toImapError(thrown);
    // Where we closed it, since the server told us to wait, or it said goodbye, that is the reason.
    throw withHost(error.code === 'connectionLost' ? session.failure() : error, login.endpoint.host);
  }
}

/** Says which server it was where that helps. */
function withHost(error: MailError, host: string): MailError {
  if (!['serverUnreachable', 'tlsFailed'].includes(error.code)) return error;
  return new MailError(error.kind, error.code, { who: error.who, params: { host }, cause: error.cause });
}

/**
 * Some minutes before the token ends; of a short-lived token at least half is used.
 * @param random 0..1: the tokens of many accounts may end together, their connections should not
 */
export function recycleAt(expiresAt: Date, now: Date, random: number = Math.random()): Date {
  const life = Math.max(0, expiresAt.getTime() - now.getTime());
  // Never earlier than the margin: a token that is good for longer would be used again.
  return new Date(expiresAt.getTime() - Math.min(TOKEN_MARGIN, life / 2) * (1 - 0.8 * random));
}

interface SessionEnd {
  /** What the connection died of. */
  error?: Error;
  /** Why the last command was answered with `false`: imapflow tells its log only. */
  refusal?: unknown;
  /** We ended it, because the server told us to wait. */
  throttled?: MailError;
}

/** Waits up to this long are left to imapflow, which then repeats the command by itself. */
const SHORT_WAIT = 3 * SECOND;

/**
 * Takes the error out of the log of imapflow, and nothing else. It would sit out a long back-off with the connection
 * open, again and again; the account is to be left alone instead.
 */
function errorKeeper(end: SessionEnd, close: () => void): Logger {
  const nothing = () => undefined;
  const keep = (entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('err' in entry)) return;
    const error = toImapError(entry.err);
    if (end.throttled) return;
    end.refusal = entry.err;
    if (error.kind !== 'throttled' || (error.retryAfterMs ?? 0) <= SHORT_WAIT) return;
    end.throttled = error;
    // It begins to wait after this entry, and only what waits can be interrupted.
    setImmediate(close);
  };
  const logger = {
    ...{ trace: nothing, debug: nothing, info: nothing, warn: keep, error: keep },
    // Or every answer of the server is written out for a log that drops it: that took longer than to parse it.
    isLevelEnabled: (level: string) => level === 'warn' || level === 'error',
  };
  return logger;
}

/** Remembers the error a connection died of: it is emitted once, and without a listener it would end the process. */
function watch(client: ImapFlow, end: SessionEnd, log: Log): void {
  client.on('error', (error) => {
    end.error = error;
    log.debug('imap connection ended', { code: toImapError(error).code });
  });
}

function sessionOf(
  client: ImapFlow,
  login: Login,
  end: SessionEnd,
  { release, turn, mistaken }: { release: () => void; turn: Turn; mistaken: Mistaken },
): DirectSession {
  const failure = () => {
    if (end.throttled) return end.throttled;
    if (client.byeReason) return toImapError({ code: 'NoConnection', reason: client.byeReason });
    if (client.usable) return toImapError(end.refusal ?? { responseStatus: 'NO' });
    return toImapError(end.error ?? { code: 'NoConnection' });
  };
  const session: DirectSession = {
    client,
    recycleAt: recycleAt(login.expiresAt, new Date()),
    get usable() {
      return client.usable;
    },
    async ask(command) {
      end.refusal = undefined;
      try {
        return await command(client);
      } catch (thrown) {
        const error = toImapError(thrown);
        // The reason of the end explains more than the command it interrupted.
        throw error.code === 'connectionLost' ? failure() : error;
      }
    },
    rows: (uids, query) => readRows(session, uids, query),
    turn,
    mistaken,
    failure,
    async close() {
      release();
      if (!client.usable) return client.close();
      const bound = setTimeout(() => client.close(), 5 * SECOND);
      await client.logout().catch(() => undefined);
      clearTimeout(bound);
      client.close();
    },
  };
  return session;
}

/** Opens a session for `work` and closes it afterwards. */
export async function withSession<T>(
  login: Login,
  log: Log,
  work: (session: DirectSession) => Promise<T>,
  options?: SessionOptions,
): Promise<T> {
  const session = await openSession(login, log, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
