/** What its owner does with an account: pause, resume, sync now, rename, disconnect. */
import { literal, type Model, type ModelStatic } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { updateAccount, type AccountRow } from './rows';
import { releaseWaiting } from './waiting';

const changed = (mail: MailContext, account: AccountRow) =>
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });

/** Stops syncing and sending until resumed. @throws MailError permanent `accountNotActive` */
export async function pauseAccount(mail: MailContext, account: AccountRow): Promise<void> {
  if (!(await updateAccount(mail, { id: account.id, state: 'active' }, { state: 'paused' }))) refuse(account, 'paused');
  changed(mail, account);
}

/** A wait of our own ends when its owner wants it; a server that told us to wait is not asked earlier. */
const noOwnWait = ({ lastError }: AccountRow) => (lastError?.kind === 'throttled' ? {} : { backOffUntil: null });

/** @throws MailError permanent `accountNotActive` for an account that needs a new sign-in instead */
export async function resumeAccount(mail: MailContext, account: AccountRow): Promise<void> {
  const values = { state: 'active', nextSyncAt: mail.now(), ...noOwnWait(account), syncFailures: 0 };
  if (!(await updateAccount(mail, { id: account.id, state: 'paused' }, values))) refuse(account, 'active');
  await releaseWaiting(mail, account, 'accountPaused');
  mail.wake('sync', account.id);
  mail.wake('deliver', account.id);
  changed(mail, account);
}

/**
 * Asks for a pass over the account now, also where we chose to wait; a server that told us to wait is not asked earlier.
 * @throws MailError permanent `accountNotActive`
 */
export async function syncAccountNow(mail: MailContext, account: AccountRow): Promise<void> {
  const values = { nextSyncAt: mail.now(), ...noOwnWait(account) };
  if (!(await updateAccount(mail, { id: account.id, state: 'active' }, values))) refuse(account);
  mail.wake('sync', account.id);
}

/** @param already the state in which nothing needs to be done */
function refuse(account: AccountRow, already?: AccountRow['state']): void {
  if (account.state !== already) throw new MailError('permanent', 'accountNotActive');
}

/** @param values only what the owner may change */
export async function changeAccount(
  mail: MailContext,
  account: AccountRow,
  values: { displayName?: string; startDate?: Date | null },
): Promise<void> {
  // Mailboxes remember the start date they were compared with: another one opens their gate.
  const startDateChanged = values.startDate !== undefined;
  await updateAccount(mail, { id: account.id }, { ...values, ...(startDateChanged && { nextSyncAt: mail.now() }) });
  if (startDateChanged && account.state === 'active') mail.wake('sync', account.id);
  changed(mail, account);
}

/**
 * Forgets the sign-in; the mail stays readable, or goes with the account. Nothing changes at Microsoft.
 * @param keepMail false hides the account and its mail at once; its rows and files are removed afterwards (removal.ts)
 */
export async function disconnectAccount(mail: MailContext, account: AccountRow, keepMail: boolean): Promise<void> {
  await cutOff(mail, account, keepMail ? {} : { userId: null });
  if (!keepMail) {
    // They go last: until then no list and no search counts on them.
    const hidden = { missingSince: mail.now(), syncing: false };
    const options = { where: { accountId: account.id }, hooks: false, silent: true };
    await mail.db.getCollection('mailboxes').model.update(hidden, options);
  }
  changed(mail, account);
  if (keepMail) return;
  // Lists show mail of several accounts: open ones still hold what is gone.
  for (const event of [LIVE_EVENTS.thread, LIVE_EVENTS.outbox]) {
    mail.push(account.userId, event, { accountId: account.id });
  }
  mail.wake('remove', account.id);
}

/** No credentials and no lease any more: whoever is working on the account fails at his next commit. */
async function cutOff(mail: MailContext, account: AccountRow, more: { userId?: null }): Promise<void> {
  const model: ModelStatic<Model<Record<string, number>>> = mail.db.getCollection('mailAccounts').model;
  const epochs = ['syncEpoch', 'pushEpoch', 'deliveryEpoch', 'credentialsEpoch'];
  const nobody = Object.fromEntries(
    ['sync', 'push', 'delivery', 'credentials'].flatMap((name) => [
      [`${name}Holder`, null],
      [`${name}Until`, null],
    ]),
  );
  await updateAccount(
    mail,
    { id: account.id },
    {
      ...nobody,
      ...more,
      state: 'disconnected',
      credentials: null,
      // Not by what was read: a renewal that stored a newer version since must find none of its own any more.
      version: literal('COALESCE(version, 0) + 1'),
      lastError: null,
      sendBlocked: null,
    },
  );
  await model.increment(epochs, { where: { id: account.id } });
}
