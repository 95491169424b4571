/** One inbox, listened to by IDLE for as long as its push lease lasts: one session after another, each as long as its token. */
import { MINUTE, SECOND } from '../../../shared/constants';
import { withLogin } from '../../accounts/credentials';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { IDLE_SESSION, listen } from '../../imap/idle';
import { openMailbox } from '../../imap/mailbox';
import { openSession } from '../../imap/session';
import { bringArrivals, type Desk, type Watched } from './arrivals';

/** Changes come in bursts: they are answered by one pass. */
const GATHER = SECOND / 2;

/** How a watch is told what it needs. */
export interface WatchOptions {
  desk: Desk;
  /** Ends it. */
  signal: AbortSignal;
  /** Runs what opens a connection; only so many do at a time. */
  queued<T>(open: () => Promise<T>): Promise<T>;
  /** Told when the server takes our word and listening begins. */
  listening(): void;
}

/**
 * Listens until the signal ends it.
 * @throws MailError of the login or the connection
 */
export async function watchInbox(mail: MailContext, accountId: string, options: WatchOptions): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    const started = Date.now();
    try {
      await withLogin(mail, accountId, 'imap', async (login) => {
        const session = await options.queued(() =>
          signal.aborted
            ? Promise.reject(new MailError('transient', 'connectionLost'))
            : openSession(login, mail.log, { ...IDLE_SESSION, signal }),
        );
        try {
          const selected = await openMailbox(session, 'INBOX');
          options.listening();
          await hear({ mail, accountId, desk: options.desk, session, selected, next: null });
        } finally {
          await session.close();
        }
      });
    } catch (error) {
      // The token ended before its time: a fresh login, unless that is all the server ever says.
      const ended = error instanceof MailError && error.code === 'sessionEnded';
      if (!ended || Date.now() - started < MINUTE) throw error;
    }
  }
}

async function hear(watched: Watched): Promise<void> {
  const { desk, accountId, session } = watched;
  let timer: NodeJS.Timeout | undefined;
  try {
    await listen(session, {
      arrived: () =>
        bringArrivals(watched).catch((error: unknown) => {
          // A pass knows how to go on where one message is the reason.
          desk.wake(accountId);
          throw error;
        }),
      changed: () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          desk.wake(accountId);
        }, GATHER);
        timer.unref();
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
