/** The app registration's own trouble: one alarm for the administrator, and no account touched. */
import { Op } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import type { MailContext } from '../context';
import type { MailError } from '../errors';
import { accountsWhere, providerRow, updateAccount } from './rows';
import { releaseWaiting } from './waiting';

/** What accounts and mail fail with meanwhile. */
const BLAMED = 'providerMisconfigured';

async function setProblem(mail: MailContext, name: string, problem: ReturnType<MailError['toView']> | null) {
  const { model } = mail.db.getCollection('mailProviders');
  await model.update({ problem }, { where: { name }, hooks: false });
}

/** Raises the alarm; the same trouble of many accounts is one alarm. */
export async function noteRefusedRegistration(mail: MailContext, name: string, error: MailError): Promise<void> {
  const row = await providerRow(mail, name);
  if (!row || row.problem?.code === error.code) return;
  await setProblem(mail, name, error.toView());
  mail.log.error('the app registration is refused', { provider: name, code: error.code });
  await tellOwners(mail, name);
}

/** A token came, so the registration is good: ends the alarm if there is one. */
export async function noteGoodToken(mail: MailContext, name: string): Promise<void> {
  const row = await providerRow(mail, name);
  if (row?.problem) await endAlarm(mail, name);
}

/** Accounts that the settings before shut out are active again: their stored sign-in may be good for the present ones. */
export async function readmitAccounts(mail: MailContext, name: string): Promise<void> {
  for (const { id, version, lastError } of await accountsWhere(mail, { provider: name, state: 'reauthorize' })) {
    if (lastError?.code !== 'settingsChanged') continue;
    await updateAccount(
      mail,
      { id, version, state: 'reauthorize' },
      { state: 'active', lastError: null, backOffUntil: null, syncFailures: 0 },
    );
  }
}

/** Ends the alarm and has the accounts of the provider try again at once: to fetch mail, and to send what waited. */
export async function endAlarm(mail: MailContext, name: string): Promise<void> {
  await setProblem(mail, name, null);
  for (const account of await accountsWhere(mail, { provider: name, state: 'active' })) {
    const blamed = account.lastError?.code === BLAMED;
    await updateAccount(
      mail,
      { id: account.id },
      { nextSyncAt: mail.now(), ...(blamed && { lastError: null, backOffUntil: null, syncFailures: 0 }) },
    );
    await releaseWaiting(mail, account, BLAMED);
    mail.wake('sync', account.id);
    mail.wake('deliver', account.id);
  }
  await tellOwners(mail, name);
}

async function tellOwners(mail: MailContext, name: string): Promise<void> {
  const accounts = await accountsWhere(mail, { provider: name, state: { [Op.ne]: 'disconnected' } });
  for (const { id, userId } of accounts) mail.push(userId, LIVE_EVENTS.account, { accountId: id });
}
