/** Finds accounts that are due and syncs them; one runner an account by its lease. */
import { setTimeout as pause } from 'node:timers/promises';
import { Op } from 'sequelize';
import { HOUR, SECOND, SYNC_SLICE, WORK_LOOKUP_INTERVAL } from '../../shared/constants';
import { isHeld, leaseKeeper, type Lease, type LeaseKeeper } from '../accounts/lease';
import type { MailContext, Worker } from '../context';
import { loggable, MailError } from '../errors';
import { startPush } from './push';
import type { Desk } from './push/arrivals';
import { dateOf, readAccount, table, type Values } from './rows';
import { runOnce } from './runOnce';
import { purgeLog } from './syncLog';

/** Accounts synced at the same time by one process: one thread parses, more would only queue in memory. */
const CONCURRENCY = 4;
/** Places beside them for accounts nobody has seen yet: their owners wait for the first page, which takes a moment. */
const FOR_NEW = 4;
/** A new account that came in beside the others leaves its place so soon: its newest mail is there by then. */
const FIRST_PAGE = 3 * SECOND;
/** How long a process that listens to an account has the first right to sync it. */
const FIRST_RIGHT = 15 * SECOND;
/** A lease to be borrowed may be busy for a moment: between two holders, or by another message. */
const BORROW_AGAIN = 50;
const BORROW_ATTEMPTS = 40;

/** Starts looking for accounts to sync, and listening for new mail of those that are. */
export function startSync(mail: MailContext): Worker {
  const scheduler = new Scheduler(mail);
  scheduler.start();
  const push = startPush(mail, scheduler);
  return {
    wake: (accountId) => scheduler.wake(accountId),
    stop: async () => {
      await Promise.all([push.stop(), scheduler.stop()]);
    },
  };
}

interface Run {
  done: Promise<void>;
  /** Once it is claimed. */
  lease?: Lease;
}

/** Rows are the truth: what is kept in memory only saves time and is lost without harm. */
class Scheduler implements Worker, Desk {
  private readonly running = new Map<string, Run>();
  /** Woken accounts that wait for a place; a Set keeps their order. */
  private readonly wanted = new Set<string>();
  /** Accounts whose lease is taken for a moment. */
  private readonly borrowed = new Set<string>();
  /** Accounts whose first page is there. */
  private readonly seen = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly leases: LeaseKeeper;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private purgedAt = 0;

  constructor(private readonly mail: MailContext) {
    this.leases = leaseKeeper(mail, 'sync');
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), WORK_LOOKUP_INTERVAL);
    this.timer.unref();
  }

  wake(accountId: string): void {
    if (this.stopping.signal.aborted) return;
    this.wanted.add(accountId);
    this.fill();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await Promise.all([...this.running.values()].map(({ done }) => done));
    this.leases.stop();
  }

  async borrow<T>(accountId: string, work: (lease: Lease) => Promise<T>): Promise<T | null> {
    for (let attempts = 0; attempts < BORROW_ATTEMPTS && !this.stopping.signal.aborted; attempts++) {
      const lease = this.running.get(accountId)?.lease;
      try {
        if (lease) return await work(lease);
        if (!this.borrowed.has(accountId)) {
          const result = await this.withBorrowed(accountId, work);
          if (result) return result.value;
        }
      } catch (error) {
        // The pass whose lease it was has ended meanwhile.
        if (!(error instanceof MailError) || error.code !== 'leaseLost') throw error;
      }
      await pause(BORROW_AGAIN);
    }
    return null;
  }

  private async withBorrowed<T>(accountId: string, work: (lease: Lease) => Promise<T>): Promise<{ value: T } | null> {
    this.borrowed.add(accountId);
    try {
      const lease = await this.leases.claim(accountId);
      if (!lease) return null;
      try {
        return { value: await work(lease) };
      } finally {
        await this.leases.release(lease);
      }
    } finally {
      this.borrowed.delete(accountId);
      this.fill();
    }
  }

  /** Accounts whose time has come, whoever was told. */
  private async look(): Promise<void> {
    if (this.looking || this.stopping.signal.aborted) return;
    this.looking = true;
    try {
      const now = this.mail.now();
      for (const accountId of await this.due(now)) this.wanted.add(accountId);
      this.fill();
      if (now.getTime() - this.purgedAt > HOUR) {
        this.purgedAt = now.getTime();
        await purgeLog(this.mail);
      }
    } catch (error) {
      this.mail.log.warn('no look for accounts to sync', { error: loggable(error) });
    } finally {
      this.looking = false;
    }
  }

  private async due(now: Date): Promise<string[]> {
    const passed = (name: string) => ({ [Op.or]: [{ [name]: null }, { [name]: { [Op.lte]: now } }] });
    const rows = (await table(this.mail, 'mailAccounts').findAll({
      where: { state: 'active', [Op.and]: [passed('nextSyncAt'), passed('backOffUntil')] },
      attributes: ['id', 'nextSyncAt', 'syncUntil', 'pushUntil', 'pushHolder'],
      order: [['nextSyncAt', 'ASC']],
      limit: 100,
      raw: true,
    })) as unknown as Values[];
    return rows
      .filter((row) => {
        if (isHeld(dateOf(row.syncUntil), now)) return false;
        // What it stores reaches the browsers of its own process: the one that listens syncs, as long as it does.
        const elsewhere = !String(row.pushHolder ?? '').startsWith(`${this.mail.instanceId}/`);
        const dueFor = now.getTime() - (dateOf(row.nextSyncAt)?.getTime() ?? 0);
        return !(elsewhere && isHeld(dateOf(row.pushUntil), now) && dueFor < FIRST_RIGHT);
      })
      .map((row) => String(row.id));
  }

  private fill(): void {
    for (const accountId of this.wanted) {
      if (this.stopping.signal.aborted) return;
      if (this.running.size >= (this.seen.has(accountId) ? CONCURRENCY : CONCURRENCY + FOR_NEW)) continue;
      // A running one takes another turn afterwards.
      if (this.running.has(accountId) || this.borrowed.has(accountId)) continue;
      this.wanted.delete(accountId);
      const run: Run = { done: Promise.resolve() };
      this.running.set(accountId, run);
      run.done = this.run(accountId, run).finally(() => {
        this.running.delete(accountId);
        this.fill();
      });
    }
  }

  private async run(accountId: string, run: Run): Promise<void> {
    try {
      const account = await readAccount(this.mail, accountId);
      const now = this.mail.now();
      if (account?.state !== 'active' || (account.backOffUntil && account.backOffUntil > now)) return;
      const isNew = !account.firstSyncDoneAt && !this.seen.has(accountId);
      this.seen.add(accountId);
      if (!isNew && this.running.size > CONCURRENCY) {
        this.wanted.add(accountId);
        return;
      }
      const lease = await this.leases.claim(accountId);
      if (!lease) return await askHolder(this.mail, accountId);
      run.lease = lease;
      const started = now.getTime();
      const others = () => [...this.wanted].some((id) => id !== accountId && !this.running.has(id));
      const yields = () => {
        const lasted = this.mail.now().getTime() - started;
        const tooMany = isNew && lasted > FIRST_PAGE && this.running.size > CONCURRENCY;
        return tooMany || (lasted > SYNC_SLICE && others());
      };
      try {
        const more = await runOnce(this.mail, lease, { signal: this.stopping.signal, yields });
        if (more && !this.stopping.signal.aborted) this.wanted.add(accountId);
      } finally {
        run.lease = undefined;
        await this.leases.release(lease);
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) this.mail.log.error('sync not run', { accountId, error: loggable(error) });
    }
  }
}

/** Another process syncs the account: it shall look again when it is done, since it may have been there already. */
async function askHolder(mail: MailContext, accountId: string): Promise<void> {
  await table(mail, 'mailAccounts').update(
    { nextSyncAt: mail.now() },
    { where: { id: accountId, state: 'active' }, hooks: false, silent: true },
  );
}
