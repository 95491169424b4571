/**
 * Leases on an account row: at most one process syncs, watches, delivers for or renews the credentials of an account.
 * lockManager neither frees a hung holder nor fences an expired one, so the row itself is claimed by compare-and-set:
 * every claim raises the epoch, and a commit under a lease checks it (docs/adr/0002-leases-on-the-account-row.md).
 */
import type { Transaction } from 'sequelize';
import { LEASE_DURATION, LEASE_RENEWAL, MINUTE } from '../../shared/constants';
import { changeRows } from '../changeRows';
import type { MailContext } from '../context';
import { loggable, MailError } from '../errors';
import { readRows } from '../readRows';

export type LeaseName = 'sync' | 'push' | 'delivery' | 'credentials';

export interface Lease {
  accountId: string;
  name: LeaseName;
  holder: string;
  epoch: number;
  /** Aborts when the lease could not be renewed: somebody else may hold it now. */
  signal: AbortSignal;
}

const columns = (name: LeaseName) => ({ holder: `${name}Holder`, until: `${name}Until`, epoch: `${name}Epoch` });

/** An end further away than this was written by a clock that has been set back since: nobody would wait for it to come. */
const LONGEST_BELIEVED = 10 * MINUTE;

/** Whether a lease that ends then is held by somebody; pure. */
export function isHeld(until: Date | null, now: Date): boolean {
  if (!until) return false;
  const left = until.getTime() - now.getTime();
  return left > 0 && left <= LONGEST_BELIEVED;
}

/**
 * Takes the lease if it is free or has run out.
 * @returns the lease, or null while somebody else holds it or the account is gone.
 */
export async function claimLease(ctx: MailContext, accountId: string, name: LeaseName): Promise<Lease | null> {
  const c = columns(name);
  const [values] = await readRows(ctx, 'mailAccounts', { where: { id: accountId }, attributes: [c.until, c.epoch] });
  if (!values) return null;
  if (isHeld(values[c.until] ? new Date(values[c.until] as string) : null, ctx.now())) return null;
  const epoch = Number(values[c.epoch] ?? 0) + 1;
  // A holder names one claim, not one process: the same process may not enter twice.
  const holder = `${ctx.instanceId}/${ctx.newId()}`;
  const changed = await changeRows(
    ctx,
    'mailAccounts',
    { [c.holder]: holder, [c.until]: new Date(ctx.now().getTime() + LEASE_DURATION), [c.epoch]: epoch },
    { id: accountId, [c.epoch]: epoch - 1 },
  );
  return changed === 1 ? { accountId, name, holder, epoch, signal: new AbortController().signal } : null;
}

/** Gives the lease back; one that was lost meanwhile stays with its new holder. */
export async function releaseLease(ctx: MailContext, lease: Lease): Promise<void> {
  const c = columns(lease.name);
  const ours = { id: lease.accountId, [c.epoch]: lease.epoch, [c.holder]: lease.holder };
  await changeRows(ctx, 'mailAccounts', { [c.holder]: null, [c.until]: null }, ours);
}

/**
 * Ends a transaction whose process froze in the middle of it: it holds the row of its account, and nobody could take over.
 * PostgreSQL only: MariaDB and MySQL give up waiting for a row by themselves, and SQLite is one file.
 */
export async function boundTransaction(ctx: MailContext, transaction: Transaction): Promise<void> {
  if (ctx.db.sequelize.getDialect() !== 'postgres') return;
  // Shorter than a lease: leases of other accounts are renewed in the same statement as that of the locked one.
  await ctx.db.sequelize.query(`SET LOCAL idle_in_transaction_session_timeout = ${LEASE_RENEWAL}`, { transaction });
}

/**
 * To be called inside the transaction of every commit made under the lease: it locks the account row and fails when
 * another holder has taken over, so that the commit rolls back.
 * @throws MailError transient `leaseLost`
 */
export async function assertLease(ctx: MailContext, lease: Lease, transaction: Transaction): Promise<void> {
  await boundTransaction(ctx, transaction);
  const stillHeld = await renewLeases(ctx, lease.name, [lease], transaction);
  if (!stillHeld.has(lease.holder)) throw new MailError('transient', 'leaseLost');
}

/**
 * Runs `work` under the lease, renewing it meanwhile; `lease.signal` aborts when it is lost.
 * @returns what `work` returned, or undefined when somebody else holds the lease.
 */
export async function withLease<T>(
  ctx: MailContext,
  accountId: string,
  name: LeaseName,
  work: (lease: Lease) => Promise<T>,
): Promise<T | undefined> {
  const keeper = leaseKeeper(ctx, name);
  const lease = await keeper.claim(accountId);
  try {
    return lease ? await work(lease) : undefined;
  } finally {
    if (lease) await keeper.release(lease);
    keeper.stop();
  }
}

/** Holds leases of one name, however many, and renews them together. */
export interface LeaseKeeper {
  /** @returns the lease, whose signal aborts when it is lost, or null while somebody else holds it */
  claim(accountId: string): Promise<Lease | null>;
  /** Gives it back. What cannot be written down runs out by itself. */
  release(lease: Lease): Promise<void>;
  /** Renews nothing any more. */
  stop(): void;
}

/** A keeper of leases: one statement renews a thousand of them. */
export function leaseKeeper(ctx: MailContext, name: LeaseName): LeaseKeeper {
  const held = new Map<string, { lease: Lease; lost: AbortController; until: number }>();
  let timer: NodeJS.Timeout | undefined;

  const lose = (holder: string) => {
    held.get(holder)?.lost.abort(new MailError('transient', 'leaseLost'));
    held.delete(holder);
  };
  const renew = async () => {
    const all = [...held.values()];
    const until = ctx.now().getTime() + LEASE_DURATION;
    for (let from = 0; from < all.length; from += RENEWED_AT_ONCE) {
      const some = all.slice(from, from + RENEWED_AT_ONCE);
      try {
        const stillHeld = await renewLeases(
          ctx,
          name,
          some.map(({ lease }) => lease),
        );
        for (const kept of some) {
          if (stillHeld.has(kept.lease.holder)) kept.until = until;
          else lose(kept.lease.holder);
        }
      } catch (error) {
        ctx.log.warn('leases not renewed', { name, leases: some.length, error: loggable(error) });
        // Somebody who reaches the database may have taken it by now.
        for (const kept of some) if (kept.until <= ctx.now().getTime()) lose(kept.lease.holder);
      }
    }
  };
  return {
    async claim(accountId) {
      const until = ctx.now().getTime() + LEASE_DURATION;
      const claimed = await claimLease(ctx, accountId, name);
      if (!claimed) return null;
      const lost = new AbortController();
      const lease = { ...claimed, signal: lost.signal };
      held.set(lease.holder, { lease, lost, until });
      timer ??= setInterval(() => void renew(), LEASE_RENEWAL);
      timer.unref();
      return lease;
    },
    async release(lease) {
      held.delete(lease.holder);
      await releaseLease(ctx, lease).catch((error: unknown) =>
        ctx.log.warn('lease not given back', { accountId: lease.accountId, name, error: loggable(error) }),
      );
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

const RENEWED_AT_ONCE = 500;

/** @returns the holders whose leases are prolonged; the others have lost theirs */
async function renewLeases(
  ctx: MailContext,
  name: LeaseName,
  leases: readonly Lease[],
  transaction?: Transaction,
): Promise<Set<string>> {
  const c = columns(name);
  const id = leases.map(({ accountId }) => accountId);
  const epoch = leases.map((lease) => lease.epoch);
  const holder = leases.map((lease) => lease.holder);
  const where = { id, [c.epoch]: epoch, [c.holder]: holder };
  const until = new Date(ctx.now().getTime() + LEASE_DURATION);
  const changed = await changeRows(ctx, 'mailAccounts', { [c.until]: until }, where, transaction);
  if (changed === leases.length) return new Set(holder);
  // MariaDB and MySQL count rows that got another value only, and two commits may come within one millisecond.
  const rows = await readRows(ctx, 'mailAccounts', { where, attributes: [c.holder] }, transaction);
  return new Set(rows.map((row) => String(row[c.holder])));
}
