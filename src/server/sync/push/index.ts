/** New mail within a second: IDLE on the inbox of every active account, from one process, by the `push` lease. */
import { Op } from 'sequelize';
import { LIVE_EVENTS, WORK_LOOKUP_INTERVAL } from '../../../shared/constants';
import { isHeld, leaseKeeper } from '../../accounts/lease';
import type { MailContext } from '../../context';
import { loggable, toMailError, type MailError } from '../../errors';
import { gate } from '../../gate';
import { tellToWait } from '../backOff';
import { restAfter } from '../policy';
import { chunks, dateOf, table, type Values } from '../rows';
import type { Desk } from './arrivals';
import { watchInbox } from './watch';

/** Accounts that begin to be watched at one look: a restart does not bring all of them to the server's door at once. */
const STARTS_A_LOOK = 10;
/** Connections that are being opened at a time, whatever the reason. */
const OPENED_AT_ONCE = 4;

interface Watch {
  stop: AbortController;
  done: Promise<void>;
}

interface Rest {
  until: Date;
  failures: number;
}

/**
 * Watches the inboxes of accounts that sync well. The poll goes on beside it: IDLE stalls silently at times.
 * @returns how to end it; all connections are closed then
 */
export function startPush(mail: MailContext, desk: Desk): { stop(): Promise<void> } {
  const watches = new Map<string, Watch>();
  /** When an account whose connection failed is tried again. In memory: another process may have more luck. */
  const rests = new Map<string, Rest>();
  const leases = leaseKeeper(mail, 'push');
  const queued = gate(OPENED_AT_ONCE);
  let stopped = false;
  let looking = false;

  const watch = async (accountId: string, userId: string, stop: AbortController): Promise<void> => {
    const lease = await leases.claim(accountId);
    if (!lease) return;
    const told = () => mail.push(userId, LIVE_EVENTS.mailbox, { accountId });
    let since: number | null = null;
    try {
      const signal = AbortSignal.any([stop.signal, lease.signal]);
      await watchInbox(mail, accountId, {
        desk,
        signal,
        queued,
        listening: () => {
          since = mail.now().getTime();
          told();
        },
      });
      rests.delete(accountId);
    } catch (thrown) {
      if (stop.signal.aborted || lease.signal.aborted) return;
      await noteEnd(accountId, toMailError(thrown), since);
    } finally {
      await leases.release(lease);
      if (since !== null) told();
    }
  };

  const noteEnd = async (accountId: string, error: MailError, since: number | null) => {
    const now = mail.now();
    const before = rests.get(accountId)?.failures ?? 0;
    const rest = restAfter(error, before, since === null ? 0 : now.getTime() - since, now);
    rests.set(accountId, rest);
    mail.log.info('push ended', { accountId, code: error.code, failures: rest.failures });
    await tellToWait(mail, accountId, error, rest.until);
  };

  const look = async (): Promise<void> => {
    if (looking || stopped) return;
    looking = true;
    try {
      const now = mail.now();
      const active = await watchable(mail, now);
      for (const [accountId, { stop }] of watches) if (!active.has(accountId)) stop.abort();
      const free = [...active.values()].filter(
        ({ id, held }) => !held && !watches.has(id) && (rests.get(id)?.until ?? now) <= now,
      );
      for (const { id, userId } of await withInbox(mail, free)) {
        if (stopped) return;
        const stop = new AbortController();
        const done = watch(id, userId, stop)
          .catch((error: unknown) => mail.log.warn('not watched', { accountId: id, error: loggable(error) }))
          .finally(() => watches.delete(id));
        watches.set(id, { stop, done });
      }
    } catch (error) {
      mail.log.warn('no look for accounts to watch', { error: loggable(error) });
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
      leases.stop();
    },
  };
}

interface Watchable {
  id: string;
  userId: string;
  /** Somebody watches it: this process or another one. */
  held: boolean;
}

/** Active accounts whose last pass was fine. */
async function watchable(mail: MailContext, now: Date): Promise<Map<string, Watchable>> {
  const rows = (await table(mail, 'mailAccounts').findAll({
    where: {
      state: 'active',
      syncFailures: 0,
      [Op.or]: [{ backOffUntil: null }, { backOffUntil: { [Op.lte]: now } }],
    },
    attributes: ['id', 'userId', 'pushUntil'],
    raw: true,
  })) as unknown as Values[];
  return new Map(
    rows.map((row) => {
      const id = String(row.id);
      return [id, { id, userId: String(row.userId), held: isHeld(dateOf(row.pushUntil), now) }];
    }),
  );
}

/** Those whose inbox a pass has seen, so many as may start now. */
async function withInbox(mail: MailContext, accounts: readonly Watchable[]): Promise<Watchable[]> {
  const ready = new Set<string>();
  for (const some of chunks(accounts, 500)) {
    const inboxes = (await table(mail, 'mailboxes').findAll({
      where: { accountId: some.map(({ id }) => id), role: 'inbox', uidValidity: { [Op.ne]: null } },
      attributes: ['accountId'],
      raw: true,
    })) as unknown as Values[];
    for (const row of inboxes) ready.add(String(row.accountId));
  }
  return accounts.filter(({ id }) => ready.has(id)).slice(0, STARTS_A_LOOK);
}
