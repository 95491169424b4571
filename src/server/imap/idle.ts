/** IDLE (RFC 2177) on one mailbox: a hint that something changed, never the truth about what. */
import { IDLE_ROUND, MINUTE, SECOND } from '../../shared/constants';
import { openMailbox, type ImapSession, type SessionOptions } from './session';

/** A session made for idling: silence is what it is for, a whole round long. */
export const IDLE_SESSION: SessionOptions = { socketTimeout: IDLE_ROUND + MINUTE };

/** A server that ends IDLE at once, again and again, is not asked again at once. */
const SHORTEST_IDLE = SECOND;

/**
 * Idles until the session is due to be replaced.
 * @param onChange called for every arrival, removal and change of flags; may be called often
 * @throws MailError of imap/errors.ts when the connection ends before
 */
export async function idleUntilRecycled(session: ImapSession, path: string, onChange: () => void): Promise<void> {
  const { client } = session;
  await openMailbox(session, path);
  for (const event of ['exists', 'expunge', 'flags'] as const) client.on(event, onChange);
  let due = false;
  const recycle = setTimeout(
    () => {
      due = true;
      void session.close();
    },
    Math.max(0, session.recycleAt.getTime() - Date.now()),
  );
  recycle.unref();
  try {
    while (!due) {
      const started = Date.now();
      const ended = await session.ask((idling) => idling.idle());
      if (due) return;
      if (ended === false || !session.usable || Date.now() - started < SHORTEST_IDLE) throw session.failure();
    }
  } catch (error) {
    if (!due) throw error;
  } finally {
    clearTimeout(recycle);
    for (const event of ['exists', 'expunge', 'flags'] as const) client.off(event, onChange);
  }
}
