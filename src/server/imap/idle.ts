/** IDLE (RFC 2177) on the selected mailbox: a hint that something changed, never the truth about what. */
import { IDLE_ROUND, MINUTE, SECOND } from '../../shared/constants';
import type { DirectSession, SessionOptions } from './session';

/** A session made for idling: silence is what it is for, a whole round long. */
export const IDLE_SESSION: SessionOptions = { socketTimeout: IDLE_ROUND + MINUTE };

/** A server that ends IDLE at once, again and again, is not asked again at once. */
const SHORTEST_IDLE = SECOND;
/** What an answer may take that is not IDLE's. */
const ANSWER_WITHIN = 30 * SECOND;

/** What is told of a mailbox. */
export interface Listener {
  /**
   * New messages may be there: at the start, and after an EXISTS. May use the session. One call at a time; what is told meanwhile
   * leads to one more call.
   * @throws anything to end the listening
   */
  arrived(): Promise<void>;
  /** Messages went, or flags changed; called often. */
  changed(): void;
}

/**
 * Runs commands, and gives the connection up when they take too long: the socket alone would be waited for a whole round.
 * @throws what `commands` throws
 */
export async function within<T>(session: DirectSession, milliseconds: number, commands: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => session.client.close(), milliseconds);
  timer.unref();
  try {
    return await commands();
  } finally {
    clearTimeout(timer);
  }
}

/** In milliseconds. */
export interface Rounds {
  /** How long one IDLE lasts: some servers let longer ones stall without a word. */
  round: number;
  /** How long the server may take to end one. */
  answerWithin: number;
}
const ROUNDS: Rounds = { round: IDLE_ROUND, answerWithin: ANSWER_WITHIN };

/**
 * Listens until the session is due to be replaced. The mailbox is to be selected already.
 * @throws MailError of imap/errors.ts when the connection ends before, or what the listener threw
 */
export async function listen(session: DirectSession, listener: Listener, rounds: Rounds = ROUNDS): Promise<void> {
  const { client } = session;
  let due = false;
  let pending = true;
  let working: Promise<void> | null = null;
  let failed: { reason: unknown } | null = null;

  const work = async () => {
    while (pending && !due) {
      pending = false;
      await listener.arrived();
    }
  };
  // The first command of the listener ends the IDLE that is running.
  const start = () => {
    working ??= work()
      .catch((reason: unknown) => {
        failed = { reason };
        client.close();
      })
      .finally(() => {
        working = null;
      });
  };
  const onExists = () => {
    pending = true;
    start();
  };
  const onChange = () => listener.changed();
  const recycle = setTimeout(
    () => {
      due = true;
      void session.close();
    },
    Math.max(0, session.recycleAt.getTime() - Date.now()),
  );
  recycle.unref();
  client.on('exists', onExists);
  client.on('expunge', onChange);
  client.on('flags', onChange);
  try {
    for (;;) {
      if (pending) start();
      await working;
      if (due) return;
      throwIf(failed);
      // Told after the last look and before its end was noted: nobody has started another one.
      if (pending) continue;
      if (!(await idleOnce(session, rounds)) && !working && !due) throwIf(failed ?? { reason: session.failure() });
    }
  } catch (error) {
    if (!due) throw error;
  } finally {
    clearTimeout(recycle);
    client.off('exists', onExists);
    client.off('expunge', onChange);
    client.off('flags', onChange);
    await working;
  }
}

function throwIf(failed: { reason: unknown } | null): void {
  if (failed) throw failed.reason;
}

/** @returns whether it went as it should: one that ended by itself, at once, did not. */
async function idleOnce(session: DirectSession, { round, answerWithin }: Rounds): Promise<boolean> {
  const started = Date.now();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    // Ends the IDLE, and proves that the server still answers.
    within(session, answerWithin, () => session.client.noop()).catch(() => undefined);
  }, round);
  timer.unref();
  try {
    const ended = await session.ask((client) => client.idle());
    return ended !== false && session.usable && (over || Date.now() - started >= SHORTEST_IDLE);
  } finally {
    clearTimeout(timer);
  }
}
