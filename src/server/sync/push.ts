/** New mail within a second: IDLE on the inbox of every active account, from one process, by the `push` lease. */
import { Op } from 'sequelize';
import { WORK_LOOKUP_INTERVAL } from '../../shared/constants';
import { withLogin } from '../accounts/credentials';
import { withLease } from '../accounts/lease';
import type { MailContext } from '../context';
import { MailError, retryAt, toMailError } from '../errors';
import { IDLE_SESSION, idleUntilRecycled } from '../imap/idle';
import { openSession } from '../imap/session';
import { table, type Values } from './rows';

/** Connections opened at one look: a restart does not bring all accounts to the server's door at once. */
const STARTS_A_LOOK = 10;

interface Watch {
  stop: AbortController;
  done: Promise<void>;
}

/**
 * Watches the inboxes of accounts that sync well. The poll goes on beside it: IDLE stalls silently at times.
 * @param changed told that an account may have new mail
 */
export function startPush(mail: MailContext, changed: (accountId: string) => void): { stop(): Promise<void> } {
  const watches = new Map<string, Watch>();
  /** When an account whose connection failed is tried again. In memory: another process may have more luck. */
  const rests = new Map<string, { until: Date; failures: number }>();
  let stopped = false;
  let looking = false;

  const watch = (accountId: string): void => {
    const stop = new AbortController();
    const done = watchInbox(mail, accountId, stop.signal, () => changed(accountId))
      .then(
        () => rests.delete(accountId),
        (thrown: unknown) => {
          if (stop.signal.aborted) return;
          const error = toMailError(thrown);
          const failures = (rests.get(accountId)?.failures ?? 0) + 1;
          // What syncing cannot mend either keeps the account out of the next look by itself.
          const until = retryAt(error, failures, mail.now()) ?? retryAt(new MailError('transient', ''), 20, mail.now());
          rests.set(accountId, { until: until ?? mail.now(), failures });
          mail.log.debug('push ended', { accountId, code: error.code });
        },
      )
      .finally(() => watches.delete(accountId));
    watches.set(accountId, { stop, done: done.then(() => undefined) });
  };

  const look = async (): Promise<void> => {
    if (looking || stopped) return;
    looking = true;
    try {
      const active = new Set(await watchable(mail));
      for (const [accountId, { stop }] of watches) if (!active.has(accountId)) stop.abort();
      const now = mail.now();
      const free = [...active].filter((id) => !watches.has(id) && (rests.get(id)?.until ?? now) <= now);
      if (!stopped) free.slice(0, STARTS_A_LOOK).forEach(watch);
    } catch (error) {
      mail.log.warn('no look for accounts to watch', { error: error instanceof Error ? error.name : typeof error });
    } finally {
      looking = false;
    }
  };

  const timer = setInterval(() => void look(), WORK_LOOKUP_INTERVAL);
  timer.unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      for (const { stop } of watches.values()) stop.abort();
      await Promise.all([...watches.values()].map(({ done }) => done));
    },
  };
}

/** Active accounts whose first sync is done and whose last pass was fine. */
async function watchable(mail: MailContext): Promise<string[]> {
  const rows = (await table(mail, 'mailAccounts').findAll({
    where: { state: 'active', firstSyncDoneAt: { [Op.ne]: null }, syncFailures: 0 },
    attributes: ['id'],
    raw: true,
  })) as unknown as Values[];
  return rows.map((row) => String(row.id));
}

/** Idles under the lease, one session after another. Returns when another process watches. */
async function watchInbox(mail: MailContext, accountId: string, stop: AbortSignal, changed: () => void): Promise<void> {
  await withLease(mail, accountId, 'push', async (lease) => {
    const signal = AbortSignal.any([stop, lease.signal]);
    while (!signal.aborted) {
      await withLogin(mail, accountId, 'imap', async (login) => {
        const session = await openSession(login, mail.log, { ...IDLE_SESSION, signal });
        try {
          // What came while nobody listened.
          changed();
          await idleUntilRecycled(session, 'INBOX', changed);
        } finally {
          await session.close();
        }
      });
    }
  });
}
