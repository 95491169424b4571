/** The token service: a fresh login for IMAP and SMTP, renewed before it ends and once after a refusal. */
import { setTimeout as pause } from 'node:timers/promises';
import { LIVE_EVENTS, TOKEN_MARGIN } from '../../shared/constants';
import type { Login, MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { checkAuthority, checkEndpoint } from '../providers/hosts';
import type { AccessToken, Provider, ProviderConfig } from '../providers/types';
import { usableProvider } from './config';
import { claimLease, releaseLease } from './lease';
import { noteGoodToken, noteRefusedRegistration } from './registration';
import { accountBind, accountById, updateAccount, type AccountRow } from './rows';

/** Longest wait for another process that is renewing the same account: longer than its lease can last. */
const WAIT_FOR_RENEWAL = 90_000;
const LOOK_AGAIN = 200;

/**
 * Runs `work` with a login whose token is valid for some minutes more. When `work` throws MailError `loginRefused`, the token is
 * renewed by force and `work` runs once more. A second refusal by IMAP makes the account `reauthorize`; one by SMTP makes it
 * `sendBlocked`, since the mailbox itself may open well.
 *
 * @throws MailError reauthorize | permanent `providerMisconfigured` (the administrator's) | `accountDisconnected` | whatever `work` throws
 */
export async function withLogin<T>(
  mail: MailContext,
  accountId: string,
  protocol: 'imap' | 'smtp',
  work: (login: Login) => Promise<T>,
): Promise<T> {
  const first = await freshToken(mail, accountId);
  try {
    return await work(loginOf(first, protocol));
  } catch (thrown) {
    if (!isLoginRefused(thrown)) throw thrown;
  }
  const second = await freshToken(mail, accountId, first.token.accessToken);
  try {
    return await work(loginOf(second, protocol));
  } catch (thrown) {
    if (isLoginRefused(thrown)) await giveUp(mail, second.account, protocol, thrown);
    throw thrown;
  }
}

interface Fresh {
  account: AccountRow;
  token: AccessToken;
}

/** Whether a server did not accept the login. */
export const isLoginRefused = (thrown: unknown): thrown is MailError =>
  thrown instanceof MailError && thrown.code === 'loginRefused';

function loginOf({ account, token }: Fresh, protocol: 'imap' | 'smtp'): Login {
  return {
    endpoint: protocol === 'imap' ? account.imapEndpoint : account.smtpEndpoint,
    user: protocol === 'imap' ? account.imapUser : account.smtpUser,
    accessToken: token.accessToken,
    expiresAt: token.expiresAt,
  };
}

/** @throws MailError for an account that must not be logged in to */
async function readable(mail: MailContext, accountId: string): Promise<AccountRow & { credentials: string }> {
  const account = await accountById(mail, accountId);
  if (!account) throw new MailError('permanent', 'notFound');
  if (account.state === 'disconnected') throw new MailError('permanent', 'accountDisconnected');
  if (account.state === 'reauthorize' || !account.credentials) {
    throw new MailError('reauthorize', account.lastError?.code ?? 'signInEnded', { params: account.lastError?.params });
  }
  return { ...account, credentials: account.credentials };
}

/**
 * A token for the account: the stored one while it lasts, else a new one, fetched under the account's credentials lease.
 * @param refused a token that a server did not accept, and that is not to be returned again
 */
async function freshToken(mail: MailContext, accountId: string, refused?: string): Promise<Fresh> {
  const giveUpAt = mail.now().getTime() + WAIT_FOR_RENEWAL;
  for (;;) {
    const account = await readable(mail, accountId);
    const { provider, config } = await configured(mail, account);
    const credentials = await mail.decrypt(account.credentials, accountBind(account.id));
    const goodUntil = new Date(mail.now().getTime() + TOKEN_MARGIN);
    const cached = provider.cachedToken(credentials, account.homeAccountId, goodUntil);
    if (cached && cached.accessToken !== refused) return { account, token: cached };

    const lease = await claimLease(mail, account.id, 'credentials');
    if (!lease) {
      if (mail.now().getTime() > giveUpAt) throw new MailError('transient', 'credentialsBusy');
      await pause(LOOK_AGAIN);
      continue;
    }
    try {
      // Whoever held the lease before us may have renewed meanwhile.
      const current = await readable(mail, accountId);
      if (current.version !== account.version) continue;
      const token = await provider.accessToken(config, account.authority, credentials, account.homeAccountId, true);
      await noteGoodToken(mail, account.provider);
      const version = await store(mail, account, token);
      if (version !== null) return { account: { ...account, version }, token };
      // A newer version won: its token is as good, and its refresh token is the one to keep.
    } catch (thrown) {
      const error = ofItsAuthority(account, provider, config, toMailError(thrown));
      if (await refusalStands(mail, account, provider, error)) throw error;
    } finally {
      await releaseLease(mail, lease);
    }
  }
}

/** The provider of an account. @throws MailError permanent `providerMisconfigured`, hosts that may not be talked to any more included */
async function configured(mail: MailContext, account: AccountRow) {
  try {
    const { provider, config } = await usableProvider(mail, account.provider);
    checkAuthority(new URL(account.authority).origin, provider.builtInHosts, mail.allowedHosts);
    checkEndpoint(account.imapEndpoint, provider.builtInHosts, mail.allowedHosts);
    checkEndpoint(account.smtpEndpoint, provider.builtInHosts, mail.allowedHosts);
    return { provider, config };
  } catch (thrown) {
    const error = toMailError(thrown);
    if (error.who !== 'administrator') throw error;
    throw misconfigured(error);
  }
}

const misconfigured = (cause: MailError) =>
  new MailError('permanent', 'providerMisconfigured', { who: 'administrator', cause });

/** Keeps renewed credentials. @returns the version stored, or null when somebody else was faster */
async function store(mail: MailContext, account: AccountRow, token: AccessToken): Promise<number | null> {
  if (!token.credentials) return account.version;
  const sealed = await mail.encrypt(token.credentials, accountBind(account.id));
  const version = account.version + 1;
  const stored = await updateAccount(
    mail,
    { id: account.id, version: account.version },
    { credentials: sealed, version },
  );
  return stored ? version : null;
}

/** The settings may have changed since the account was connected: what its old authority says of the app is no fault of the present ones. */
function ofItsAuthority(account: AccountRow, provider: Provider, config: ProviderConfig, error: MailError): MailError {
  const outdated = account.authority !== provider.authority(config);
  return outdated && provider.authorityCodes.includes(error.code)
    ? new MailError('reauthorize', 'settingsChanged', { cause: error })
    : error;
}

/**
 * What a refused renewal leads to.
 * @returns false when newer credentials are stored meanwhile, so that it has to be tried with them
 * @throws MailError permanent `providerMisconfigured` in place of a refusal of the app registration
 */
async function refusalStands(
  mail: MailContext,
  account: AccountRow,
  provider: Provider,
  error: MailError,
): Promise<boolean> {
  if (provider.registrationCodes.includes(error.code)) {
    await noteRefusedRegistration(mail, account.provider, error);
    throw misconfigured(error);
  }
  if (error.kind !== 'reauthorize') return true;
  return markReauthorize(mail, account, error);
}

/** @returns false when the account has newer credentials by now */
async function markReauthorize(mail: MailContext, account: AccountRow, error: MailError): Promise<boolean> {
  const marked = await updateAccount(
    mail,
    { id: account.id, version: account.version, state: account.state },
    { state: 'reauthorize', lastError: error.toView() },
  );
  if (!marked) return false;
  mail.log.info('account needs a new sign-in', { accountId: account.id, code: error.code });
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });
  return true;
}

/** After the second refusal: the token was new, so it is not the token. */
async function giveUp(
  mail: MailContext,
  account: AccountRow,
  protocol: 'imap' | 'smtp',
  error: MailError,
): Promise<void> {
  if (protocol === 'imap') {
    await markReauthorize(mail, account, error);
    return;
  }
  await updateAccount(mail, { id: account.id }, { sendBlocked: error.toView() });
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });
}
