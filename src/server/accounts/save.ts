/** Saves what a finished sign-in has brought: a new account, or new credentials for one that exists. */
import { UniqueConstraintError } from 'sequelize';
import { DAY, LIVE_EVENTS } from '../../shared/constants';
import type { ErrorView } from '../../shared/types';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import type { Identity, ProviderConfig } from '../providers/types';
import { accountBind, accountById, accountsWhere, updateAccount, type AccountRow } from './rows';
import { readSettings } from './settings';
import type { SignInRow } from './signIns';
import { releaseWaiting } from './waiting';

export interface NewCredentials {
  signIn: SignInRow;
  config: ProviderConfig;
  identity: Identity;
  credentials: string;
  sendBlocked: ErrorView | null;
  /** Octets; null where the submission server did not say. */
  largestMessage: number | null;
  existing: AccountRow | null;
}

/** @returns the account as it is now */
export async function saveAccount(mail: MailContext, given: NewCredentials): Promise<AccountRow> {
  const id = given.existing ? await renew(mail, given, given.existing.id) : await create(mail, given);
  const account = await accountById(mail, id);
  if (!account) throw new MailError('permanent', 'notFound');
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: id });
  // It may have been paused.
  await releaseWaiting(mail, account, 'accountPaused');
  mail.wake('sync', id);
  mail.wake('deliver', id);
  return account;
}

/** Columns that every sign-in sets anew: Microsoft may have renamed the account since the last one. */
function freshValues(mail: MailContext, given: NewCredentials): Record<string, unknown> {
  const { username } = given.identity;
  const { authority, startDate } = given.signIn;
  return {
    state: 'active',
    address: username,
    imapUser: username,
    smtpUser: username,
    authority,
    imapEndpoint: given.config.imap,
    smtpEndpoint: given.config.smtp,
    sendBlocked: given.sendBlocked,
    ...(startDate && { startDate }),
    ...(given.largestMessage && { largestMessage: given.largestMessage }),
    lastError: null,
    backOffUntil: null,
    syncFailures: 0,
    connectedAt: mail.now(),
    nextSyncAt: mail.now(),
  };
}

async function create(mail: MailContext, given: NewCredentials): Promise<string> {
  const { signIn, identity } = given;
  const id = mail.newId();
  const { defaultSyncDays } = await readSettings(mail);
  const row = {
    startDate: new Date(mail.now().getTime() - defaultSyncDays * DAY),
    ...freshValues(mail, given),
    id,
    userId: signIn.userId,
    provider: signIn.provider,
    displayName: identity.displayName,
    homeAccountId: identity.homeAccountId,
    credentials: await mail.encrypt(given.credentials, accountBind(id)),
    version: 1,
  };
  try {
    await mail.db.getCollection('mailAccounts').model.create(row, { hooks: false });
    return id;
  } catch (thrown) {
    if (!(thrown instanceof UniqueConstraintError)) throw thrown;
    // Two windows finished at once.
    const { userId, provider } = signIn;
    const [other] = await accountsWhere(mail, { userId, provider, homeAccountId: identity.homeAccountId });
    if (!other) throw thrown;
    return renew(mail, given, other.id);
  }
}

async function renew(mail: MailContext, given: NewCredentials, id: string): Promise<string> {
  const sealed = await mail.encrypt(given.credentials, accountBind(id));
  for (;;) {
    // Of its owner: one that is being removed meanwhile has none.
    const [account] = await accountsWhere(mail, { id, userId: given.signIn.userId });
    if (!account) throw new MailError('permanent', 'notFound');
    const stored = await updateAccount(
      mail,
      { id, version: account.version },
      { ...freshValues(mail, given), credentials: sealed, version: account.version + 1 },
    );
    if (stored) return id;
  }
}
