/** Finds accounts that are due and syncs them; one runner an account by its lease. */
import { Op } from 'sequelize';
import { HOUR, LIVE_EVENTS, MINUTE, SYNC_SLICE, WORK_LOOKUP_INTERVAL } from '../../shared/constants';
import { withLease, type Lease } from '../accounts/lease';
import { readSettings } from '../accounts/settings';
import type { MailContext, Worker } from '../context';
import { loggable, MailError } from '../errors';
import type { PassCounts } from './pass';
import { afterFailure, afterSuccess, isNotOurs, type PassFacts } from './policy';
import { startPush } from './push';
import { readAccount, table, type Values } from './rows';
import { logRun, purgeLog } from './syncLog';
import { syncAccount } from './syncAccount';

/** Accounts synced at the same time by one process: one thread parses, more would only queue in memory. */
const CONCURRENCY = 4;

/** Starts looking for accounts to sync, and listening for new mail of those that are. */
export function startSync(mail: MailContext): Worker {
  const scheduler = new Scheduler(mail);
  scheduler.start();
  const push = startPush(mail, (accountId) => scheduler.wake(accountId));
  return {
    wake: (accountId) => scheduler.wake(accountId),
    stop: async () => {
      await Promise.all([push.stop(), scheduler.stop()]);
    },
  };
}

/** Rows are the truth: what is kept in memory only saves time and is lost without harm. */
class Scheduler implements Worker {
  private readonly running = new Map<string, Promise<void>>();
  /** Woken accounts that wait for a place; a Set keeps their order. */
  private readonly wanted = new Set<string>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private purgedAt = 0;

  constructor(private readonly mail: MailContext) {}

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
    await Promise.all(this.running.values());
  }

  /** Accounts whose time has come, whoever was told. */
  private async look(): Promise<void> {
    if (this.looking || this.stopping.signal.aborted) return;
    this.looking = true;
    try {
      const now = this.mail.now();
      const due = (await table(this.mail, 'mailAccounts').findAll({
        where: {
          state: 'active',
          [Op.and]: [
            { [Op.or]: [{ nextSyncAt: null }, { nextSyncAt: { [Op.lte]: now } }] },
            { [Op.or]: [{ syncUntil: null }, { syncUntil: { [Op.lte]: now } }] },
          ],
        },
        attributes: ['id'],
        order: [['nextSyncAt', 'ASC']],
        limit: 100,
        raw: true,
      })) as unknown as Values[];
      for (const row of due) this.wanted.add(String(row.id));
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

  private fill(): void {
    for (const accountId of this.wanted) {
      if (this.running.size >= CONCURRENCY || this.stopping.signal.aborted) return;
      // A running one takes another turn afterwards.
      if (this.running.has(accountId)) continue;
      this.wanted.delete(accountId);
      const run = this.run(accountId).finally(() => {
        this.running.delete(accountId);
        this.fill();
      });
      this.running.set(accountId, run);
    }
  }

  private async run(accountId: string): Promise<void> {
    try {
      const account = await readAccount(this.mail, accountId);
      const now = this.mail.now();
      if (account?.state !== 'active' || (account.backOffUntil && account.backOffUntil > now)) return;
      const started = now.getTime();
      const others = () => [...this.wanted].some((id) => id !== accountId && !this.running.has(id));
      const yields = () => this.mail.now().getTime() - started > SYNC_SLICE && others();
      const control = { signal: this.stopping.signal, yields };
      const more = await withLease(this.mail, accountId, 'sync', (lease) => runOnce(this.mail, lease, control));
      if (more && !this.stopping.signal.aborted) this.wanted.add(accountId);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.mail.log.error('sync not run', { accountId, error: loggable(error) });
    }
  }
}

/** What was thrown, as a MailError; our own bugs and a busy database are tried again like everything else. */
function asMailError(mail: MailContext, accountId: string, thrown: unknown): MailError {
  if (thrown instanceof MailError) return thrown;
  const reference = mail.newId();
  mail.log.error('unexpected error in sync', { accountId, reference, error: loggable(thrown) });
  return new MailError('transient', 'bug', { who: 'us', params: { reference }, cause: thrown });
}

/**
 * One pass under the lease, with its facts on the account row and a line in the log.
 * @returns whether there is more to do at once
 */
export async function runOnce(
  mail: MailContext,
  lease: Lease,
  control: { signal: AbortSignal; yields(): boolean },
): Promise<boolean> {
  const { accountId } = lease;
  const before = await readAccount(mail, accountId);
  if (!before) return false;
  const started = mail.now();
  const counts: PassCounts = { added: 0, vanished: 0, flags: 0, texts: 0, ops: 0 };
  mail.push(before.userId, LIVE_EVENTS.account, { accountId });
  let facts: PassFacts & { lastSyncAt?: Date };
  let error: MailError | null = null;
  let more = false;
  try {
    ({ more } = await syncAccount(mail, lease, control, counts));
    facts = afterSuccess(mail.now(), (await readSettings(mail)).pollMinutes * MINUTE, more);
    if (!more) facts.lastSyncAt = mail.now();
  } catch (thrown) {
    if (control.signal.aborted) return false;
    error = asMailError(mail, accountId, thrown);
    const progressed = counts.added + counts.texts + counts.ops > 0;
    facts = afterFailure(error, before.syncFailures, mail.now(), { progressed });
  }
  const line = { accountId, durationMs: mail.now().getTime() - started.getTime(), ...counts };
  mail.log.info('sync', { ...line, more, ...(error && { code: error.code }) });
  if (error && isNotOurs(error)) return false;
  await writeFacts(mail, lease, facts, error, counts, { started, durationMs: line.durationMs });
  mail.push(before.userId, LIVE_EVENTS.account, { accountId });
  return more;
}

async function writeFacts(
  mail: MailContext,
  lease: Lease,
  facts: PassFacts & { lastSyncAt?: Date },
  error: MailError | null,
  counts: PassCounts,
  run: { started: Date; durationMs: number },
): Promise<void> {
  const { accountId } = lease;
  // An account that needs a new sign-in has been marked so already, with its own reason.
  await table(mail, 'mailAccounts').update(
    { ...facts },
    { where: { id: accountId, state: 'active', syncEpoch: lease.epoch }, hooks: false, silent: true },
  );
  const { durationMs, started } = run;
  await logRun(mail, {
    accountId,
    kind: 'pass',
    startedAt: started,
    durationMs,
    counts: { ...counts },
    errorCode: error?.code ?? null,
  });
}
