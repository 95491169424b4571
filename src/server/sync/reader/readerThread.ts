/** The app's side of the reader thread: sessions that are used like any other, while their connections live over there. */
import type { Worker } from 'node:worker_threads';
import type { FetchMessageObject } from 'imapflow';
import { MINUTE } from '../../../shared/constants';
import type { Log, Login } from '../../context';
import { loggable, MailError } from '../../errors';
import type { Fetched } from '../../imap/fetch';
import { mistakesTo, type Mistaken } from '../../imap/mistakes';
import { recycleAt, type ImapClient, type ImapSession, type Turn } from '../../imap/session';
import { startThread, threadFile } from '../../threads';
import { fromWire, type CommandName, type FromThread, type ToThread } from './protocol';
import type { Read } from './reads';
import { asBuffer } from './utf8';

/** A session that reads in bulk. */
export interface ReaderSession extends ImapSession {
  readonly read: Read;
}

interface ReaderOptions {
  /** Closes the connection at once, whatever it is doing. */
  signal: AbortSignal;
  /** Awaited on this side between two pieces of work with what was read. */
  turn: Turn;
  /** Told when the thread dies or hangs. */
  log: Log;
}

interface ThreadSettings {
  /** The thread's file; given by tests. */
  file?: string;
  /** Without sessions for so long, the thread ends, in milliseconds. */
  idleTime?: number;
  /** A thread that says nothing for so long hangs, in milliseconds. */
  patience?: number;
}

interface Answer {
  value: unknown;
  failure: MailError | null;
}

interface Waiting {
  session: number;
  kind: Question['kind'];
  resolve(answer: Answer): void;
  reject(error: MailError): void;
}

/** How a session learns what happens to it, and that it is over. */
interface Ends {
  log: Log;
  mistaken: Mistaken;
  /** Its connection ended; what it was asked is answered over there. */
  ended(reason: MailError): void;
  /** Nothing will be answered any more. @param read what is told to those who wait for something that is read */
  gone(reason: MailError, read?: MailError): void;
}

type WithoutCall<T> = T extends { call: number } ? Omit<T, 'call'> : never;
type Question = WithoutCall<Exclude<ToThread, { kind: 'drop' | 'memory' | 'ping' }>>;

/** In MB. What is read lives shortly: a large young generation would only be filled. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 12 };

const lost = (cause?: unknown) => new MailError('transient', 'connectionLost', { cause });

/** What a thread dies or hangs of is most likely what it reads: the caller finds out which message it is (sync/fetchMessages.ts). */
const choked = () => new MailError('transient', 'replyUnreadable');

/** One thread for the connections of all passes. One that hangs or dies costs its connections and is replaced for the next one. */
export class ReaderThread {
  private worker: Worker | null = null;
  private numbers = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly sessions = new Map<number, Ends>();
  private idle: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private readonly file: string;
  private readonly idleTime: number;
  private readonly patience: number;
  /** When a thread hung last. */
  private hung = -Infinity;

  constructor(settings: ThreadSettings = {}) {
    this.file = settings.file ?? threadFile(__dirname, 'readerWorker');
    this.idleTime = settings.idleTime ?? 5 * MINUTE;
    this.patience = settings.patience ?? MINUTE / 2;
  }

  /**
   * Connects and logs in, over there.
   * @throws MailError as {@link openSession} does
   */
  async open(login: Login, { signal, turn, log }: ReaderOptions): Promise<ReaderSession> {
    if (signal.aborted) throw lost();
    const number = ++this.numbers;
    let ended: MailError | null = null;
    /** What the server last refused. */
    let refusal = lost();
    const over = (reason: MailError) => {
      ended ??= reason;
      signal.removeEventListener('abort', drop);
      this.sessions.delete(number);
      this.rest();
    };
    const gone = (reason: MailError, read = reason) => {
      over(reason);
      for (const [call, { session, kind, reject }] of this.waiting) {
        if (session !== number) continue;
        this.waiting.delete(call);
        reject(kind === 'rows' || kind === 'read' ? read : reason);
      }
      if (this.waiting.size === 0) this.worker?.unref();
    };
    const drop = () => {
      this.worker?.postMessage({ kind: 'drop', session: number } satisfies ToThread);
      gone(lost());
    };
    // What it was asked is still answered then: until it is closed it can be dropped, and dies with the thread.
    this.sessions.set(number, {
      log,
      mistaken: mistakesTo(log),
      ended: (reason) => void (ended ??= reason),
      gone,
    });
    signal.addEventListener('abort', drop, { once: true });
    const ask = async (question: Question): Promise<Answer> => {
      if (ended) throw ended;
      const answer = await this.ask(question);
      if (answer.failure) refusal = answer.failure;
      return answer;
    };
    const fetched = async (question: Question): Promise<Fetched<never>> => {
      const { value, failure } = await ask(question);
      return { found: value as never[], failure };
    };
    let capabilities: string[];
    try {
      capabilities = (await ask({ kind: 'open', session: number, login })).value as string[];
    } catch (error) {
      over(lost(error));
      throw error;
    }
    const client = clientOf(capabilities, async (name, args) => {
      return (await ask({ kind: 'command', session: number, name, args })).value;
    });
    return {
      client,
      recycleAt: recycleAt(login.expiresAt, new Date()),
      get usable() {
        return ended === null;
      },
      ask: (command) => command(client),
      rows: async (uids, query) => {
        const { found, failure } = await fetched({ kind: 'rows', session: number, uids, query });
        return { found: found.map(withBuffers), failure };
      },
      read: (name, args) => fetched({ kind: 'read', session: number, name, args }),
      turn,
      failure: () => ended ?? refusal,
      close: async () => {
        if (!ended) await ask({ kind: 'close', session: number }).catch(() => undefined);
        over(lost());
      },
    };
  }

  /** Gives memory of what was read back, to be filled again. Nothing of it can be read here any more. */
  giveBack(memory: ArrayBuffer[]): void {
    this.worker?.postMessage({ kind: 'memory', memory } satisfies ToThread, memory);
  }

  /** Starts the thread, where a connection is about to be wanted. */
  prepare(): void {
    this.worker ??= this.start();
    this.rest();
  }

  /** Another thread, for what may be the reason why this one died: there it harms nobody else, and whose message it was is known. */
  apart(): ReaderThread {
    const { file, idleTime, patience } = this;
    const other = new ReaderThread({ file, idleTime, patience });
    other.hung = this.hung;
    return other;
  }

  /** Ends the thread and every connection. */
  async stop(): Promise<void> {
    clearTimeout(this.idle);
    await this.replace();
  }

  private ask(question: Question): Promise<Answer> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    const call = ++this.numbers;
    return new Promise((resolve, reject) => {
      worker.postMessage({ ...question, call } as ToThread);
      this.waiting.set(call, { session: question.session, kind: question.kind, resolve, reject });
      worker.ref();
    });
  }

  private start(): Worker {
    const worker = startThread(this.file, { resourceLimits: LIMITS });
    // On a busy machine a thread takes a while to begin: that is no hanging.
    let heard = Infinity;
    worker.once('online', () => {
      heard = performance.now();
    });
    worker.on('message', (message: FromThread) => {
      heard = performance.now();
      this.hear(message);
    });
    let begun = false;
    worker.once('message', () => {
      begun = true;
    });
    // The message it hung over is looked for by asking again and again: nobody waits long each time.
    const isSuspected = () => performance.now() - this.hung < 10 * this.patience;
    const patience = () => (begun && isSuspected() ? this.patience / 10 : this.patience);
    const often = (isSuspected() ? this.patience / 10 : this.patience) / 4;
    let reason: unknown = 'it hangs';
    const died = () => {
      if (this.worker !== worker) return;
      const [first] = this.sessions.values();
      first?.log.error('reader thread lost', { connections: this.sessions.size, error: loggable(reason) });
      void this.replace(choked());
    };
    const note = (error: unknown) => {
      reason = error;
    };
    worker.on('error', note).on('messageerror', note);
    worker.once('exit', died).once('messageerror', died);
    clearInterval(this.watch);
    let looked = performance.now();
    this.watch = setInterval(() => {
      const stoodStill = performance.now() - looked > 2 * often;
      looked = performance.now();
      // Where nobody looked for a while the process itself stood still, and its thread could say nothing.
      if (stoodStill || this.waiting.size === 0) heard = performance.now();
      else if (performance.now() - heard > patience()) {
        this.hung = performance.now();
        died();
      } else worker.postMessage({ kind: 'ping', call: 0 } satisfies ToThread);
    }, often);
    this.watch.unref();
    return worker;
  }

  private hear(message: FromThread): void {
    if ('mistake' in message) return this.sessions.get(message.session)?.mistaken(fromWire(message.mistake).cause);
    if ('session' in message) return this.sessions.get(message.session)?.ended(fromWire(message.ended));
    const waiting = this.waiting.get(message.call);
    if (!waiting) return;
    this.waiting.delete(message.call);
    if (this.waiting.size === 0) this.worker?.unref();
    if ('error' in message) waiting.reject(fromWire(message.error));
    else waiting.resolve({ value: message.value, failure: message.failure && fromWire(message.failure) });
  }

  /** Ends the thread; the next question starts another one. @param read what is told to those who wait for something that is read */
  private async replace(read?: MailError): Promise<void> {
    const { worker } = this;
    this.worker = null;
    clearInterval(this.watch);
    for (const { gone } of [...this.sessions.values()]) gone(lost(), read);
    await worker?.terminate();
  }

  private rest(): void {
    clearTimeout(this.idle);
    if (this.sessions.size > 0) return;
    this.idle = setTimeout(() => void this.stop(), this.idleTime);
    this.idle.unref();
  }
}

/** Octets arrive as a plain array of them. */
function withBuffers(row: FetchMessageObject): FetchMessageObject {
  if (row.headers) row.headers = asBuffer(row.headers);
  if (row.source) row.source = asBuffer(row.source);
  if (row.bodyParts)
    row.bodyParts = new Map([...row.bodyParts].map(([part, octets]) => [part, octets && asBuffer(octets)]));
  return row;
}

function clientOf(
  capabilities: readonly string[],
  command: (name: CommandName, args: unknown[]) => Promise<unknown>,
): ImapClient {
  const passOn =
    <N extends CommandName>(name: N) =>
    (...args: unknown[]) =>
      command(name, args) as ReturnType<ImapClient[N]> as never;
  return {
    capabilities: new Map(capabilities.map((name) => [name, true])),
    list: passOn('list'),
    mailboxOpen: passOn('mailboxOpen'),
    messageCopy: passOn('messageCopy'),
    messageDelete: passOn('messageDelete'),
    messageFlagsAdd: passOn('messageFlagsAdd'),
    messageFlagsRemove: passOn('messageFlagsRemove'),
    messageMove: passOn('messageMove'),
    search: passOn('search'),
    status: passOn('status'),
  };
}

/** The thread of this process: connections share nothing there, so several apps may share it. It starts with the first one. */
export const readerThread = new ReaderThread();
