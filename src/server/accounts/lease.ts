/**
 * Leases on an account row: at most one process syncs, watches, delivers for or renews the credentials of an account.
 * lockManager neither frees a hung holder nor fences an expired one, so the row itself is claimed by compare-and-set:
 * every claim raises the epoch, and a commit under a lease checks it (docs/adr/0002-leases-on-the-account-row.md).
 */
import type { Transaction } from 'sequelize';
import { LEASE_DURATION, LEASE_RENEWAL } from '../../shared/constants';
import type { MailContext } from '../context';
import { loggable, MailError } from '../errors';

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
const accounts = (ctx: MailContext) => ctx.db.getCollection('mailAccounts').model;
let claims = 0;

/**
 * Takes the lease if it is free or has run out.
 * @returns the lease, or null while somebody else holds it or the account is gone.
 */
export async function claimLease(ctx: MailContext, accountId: string, name: LeaseName): Promise<Lease | null> {
  const c = columns(name);
  const row = await accounts(ctx).findOne({ where: { id: accountId }, raw: true });
  if (!row) return null;
  const values = row as unknown as Record<string, unknown>;
  const until = values[c.until] ? new Date(values[c.until] as string) : null;
  if (until && until > ctx.now()) return null;
  const epoch = Number(values[c.epoch] ?? 0) + 1;
  // A holder names one claim, not one process: the same process may not enter twice.
  const holder = `${ctx.instanceId}/${++claims}`;
  const [changed] = await accounts(ctx).update(
    { [c.holder]: holder, [c.until]: new Date(ctx.now().getTime() + LEASE_DURATION), [c.epoch]: epoch },
    { where: { id: accountId, [c.epoch]: epoch - 1 }, hooks: false, silent: true },
  );
  return changed === 1 ? { accountId, name, holder, epoch, signal: new AbortController().signal } : null;
}

/** Prolongs the lease by its full duration. @returns false when it was lost. */
export async function renewLease(ctx: MailContext, lease: Lease): Promise<boolean> {
  const c = columns(lease.name);
  const [changed] = await accounts(ctx).update(
    { [c.until]: new Date(ctx.now().getTime() + LEASE_DURATION) },
    { where: { id: lease.accountId, [c.epoch]: lease.epoch, [c.holder]: lease.holder }, hooks: false, silent: true },
  );
  return changed === 1;
}

/** Gives the lease back; one that was lost meanwhile stays with its new holder. */
export async function releaseLease(ctx: MailContext, lease: Lease): Promise<void> {
  const c = columns(lease.name);
  await accounts(ctx).update(
    { [c.holder]: null, [c.until]: null },
    { where: { id: lease.accountId, [c.epoch]: lease.epoch, [c.holder]: lease.holder }, hooks: false, silent: true },
  );
}

/**
 * To be called inside the transaction of every commit made under the lease: it locks the account row and fails when
 * another holder has taken over, so that the commit rolls back.
 * @throws MailError transient `leaseLost`
 */
export async function assertLease(ctx: MailContext, lease: Lease, transaction: Transaction): Promise<void> {
  const c = columns(lease.name);
  const [changed] = await accounts(ctx).update(
    { [c.until]: new Date(ctx.now().getTime() + LEASE_DURATION) },
    {
      where: { id: lease.accountId, [c.epoch]: lease.epoch, [c.holder]: lease.holder },
      hooks: false,
      silent: true,
      transaction,
    },
  );
  if (changed !== 1) throw new MailError('transient', 'leaseLost');
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
  const claimed = await claimLease(ctx, accountId, name);
  if (!claimed) return undefined;
  const lost = new AbortController();
  const lease = { ...claimed, signal: lost.signal };
  const timer = setInterval(() => {
    renewLease(ctx, lease).then(
      (held) => held || lost.abort(new MailError('transient', 'leaseLost')),
      (error: unknown) => ctx.log.warn('lease not renewed', { accountId, name, error: loggable(error) }),
    );
  }, LEASE_RENEWAL);
  timer.unref();
  try {
    return await work(lease);
  } finally {
    clearInterval(timer);
    await releaseLease(ctx, lease);
  }
}
