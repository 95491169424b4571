/** One pass over an account, with what it found and how it ended on the account row and in the log. */
import { Op } from 'sequelize';
import { LIVE_EVENTS, MINUTE } from '../../shared/constants';
import type { Lease } from '../accounts/lease';
import { readSettings } from '../accounts/settings';
import type { MailContext } from '../context';
import { loggable, MailError } from '../errors';
import type { PassCounts } from './pass';
import { afterFailure, afterSuccess, isNotOurs, type PassFacts } from './policy';
import { readAccount, table } from './rows';
import { logRun } from './syncLog';
import { syncAccount } from './syncAccount';

/** What was thrown, as a MailError; our own bugs and a busy database are tried again like everything else. */
function asMailError(mail: MailContext, accountId: string, thrown: unknown): MailError {
  if (thrown instanceof MailError && thrown.code !== 'bug') return thrown;
  // Of the reader thread they come as such, and what was thrown there is their cause.
  const cause = thrown instanceof MailError ? thrown.cause : thrown;
  const reference = mail.newId();
  mail.log.error('unexpected error in sync', { accountId, reference, error: loggable(cause) });
  return new MailError('transient', 'bug', { who: 'us', params: { reference }, cause });
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
    const outcome = await syncAccount(mail, lease, control, counts);
    ({ more } = outcome);
    facts = afterSuccess(mail.now(), (await readSettings(mail)).pollMinutes * MINUTE, more);
    if (outcome.upToDate) facts.lastSyncAt = mail.now();
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
  return more || (error === null && (await isAsked(mail, accountId)));
}

/** Whether somebody wants another pass now, here or in another process, which cannot make one while this one has the lease. */
async function isAsked(mail: MailContext, id: string): Promise<boolean> {
  const where = { id, state: 'active', nextSyncAt: { [Op.lte]: mail.now() } };
  return (await table(mail, 'mailAccounts').findOne({ where, attributes: ['id'], raw: true })) !== null;
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
  const { nextSyncAt, ...others } = facts;
  // An account that needs a new sign-in has been marked so already, with its own reason.
  const where = { id: accountId, state: 'active', syncEpoch: lease.epoch };
  await table(mail, 'mailAccounts').update(others, { where, hooks: false, silent: true });
  // Who asked for a pass meanwhile, here or in another process, gets one: what he means may have come after we looked.
  const notAsked = [null, { [Op.lte]: run.started }, { [Op.gt]: mail.now() }].map((time) => ({ nextSyncAt: time }));
  await table(mail, 'mailAccounts').update(
    { nextSyncAt },
    { where: { ...where, [Op.or]: notAsked }, hooks: false, silent: true },
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
