/** Connecting a mailbox: to the provider's sign-in page and back, and an account only after its mailbox has opened. */
import { createHash } from 'node:crypto';
import { rowIdOf } from '../../shared/ids';
import type { ConnectStart, ConnectStatus } from '../../shared/types';
import type { Login, MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { probeImap } from '../imap/mailbox';
import { checkAuthority } from '../providers/hosts';
import type { Identity, Provider, ProviderConfig } from '../providers/types';
import { usableProvider } from './config';
import { noteGoodToken, noteRefusedRegistration } from './registration';
import { localPath } from './returnPath';
import { accountById, accountsWhere, type AccountRow } from './rows';
import { saveAccount } from './save';
import { probeSending } from './sending';
import {
  consumeSignIn,
  cookieNameOf,
  noteProgress,
  randomToken,
  signInById,
  storeSignIn,
  type SignInRow,
  type SignInSecrets,
} from './signIns';

export interface SignInRequest {
  userId: string;
  provider: string;
  returnPath: unknown;
  /** Mail from this day on; absent = as it was, for a new account the default of the settings. */
  startDate?: Date | null;
  /** The account to sign in to again. */
  reconnect?: AccountRow;
  redirectUri: string;
}

export interface StartedSignIn {
  start: ConnectStart;
  /** To be set HttpOnly, SameSite=Lax, for {@link SIGN_IN_LIFETIME}. */
  cookie: { name: string; value: string };
}

/** Begins a sign-in. @throws MailError what is wrong with the provider's settings, or transient ones of the provider */
export async function startSignIn(mail: MailContext, request: SignInRequest): Promise<StartedSignIn> {
  const { provider, config } = await usableProvider(mail, request.provider);
  // A wrong tenant would end on a page of Microsoft's that leads nowhere.
  if (config.accountTypes === 'tenant') await provider.checkAuthority(config);
  const [state, cookie, nonce, codeVerifier] = [randomToken(), randomToken(), randomToken(), randomToken()];
  const authorizeUrl = await provider.authorizeUrl({
    config,
    redirectUri: request.redirectUri,
    state,
    nonce,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    ...(request.reconnect && { loginHint: request.reconnect.address }),
  });
  const connectId = await storeSignIn(
    mail,
    {
      userId: request.userId,
      provider: provider.name,
      authority: provider.authority(config),
      redirectUri: request.redirectUri,
      returnPath: localPath(request.returnPath),
      accountId: request.reconnect?.id ?? null,
      startDate: request.startDate ?? null,
    },
    { state, cookie, secrets: { codeVerifier, nonce } },
  );
  return { start: { connectId, authorizeUrl }, cookie: { name: cookieNameOf(state), value: cookie } };
}

/** What Microsoft put on the redirect. */
export interface SignInAnswer {
  state: string;
  code?: string;
  error?: string;
  errorDescription?: string;
}

/**
 * Ends a sign-in. Once its state is consumed, whatever goes wrong is told in the status, and no account is made or changed.
 * @throws MailError of {@link consumeSignIn}
 */
export async function finishSignIn(
  mail: MailContext,
  userId: string,
  answer: SignInAnswer,
  cookieOf: (name: string) => string | undefined,
): Promise<ConnectStatus> {
  const { row, secrets } = await consumeSignIn(mail, userId, answer.state, cookieOf);
  try {
    const account = await complete(mail, row, secrets, answer);
    await noteProgress(mail, row, { state: 'done', accountId: account.id, address: account.address });
  } catch (thrown) {
    const error = ofOneAttempt(toMailError(thrown));
    if (error.code === 'bug') mail.log.error('sign-in broke off', { name: thrown instanceof Error ? thrown.name : '' });
    else mail.log.info('sign-in failed', { connectId: row.id, code: error.code });
    await noteProgress(mail, row, { state: 'failed', error: error.toView() });
  }
  return signInStatus(mail, userId, row.id);
}

/** A sign-in is one attempt: what passes by itself elsewhere ends it, and only the user can make another. */
function ofOneAttempt(error: MailError): MailError {
  if (error.who !== 'nobody') return error;
  return new MailError(error.kind, error.code, { who: 'user', params: error.params, cause: error.cause });
}

/** How far a sign-in is. @throws MailError permanent `notFound` */
export async function signInStatus(mail: MailContext, userId: string, connectId: unknown): Promise<ConnectStatus> {
  const id = rowIdOf(connectId);
  const row = id ? await signInById(mail, userId, id) : null;
  if (!row) throw new MailError('permanent', 'notFound');
  const status: ConnectStatus = {
    connectId: row.id,
    state: row.state,
    accountId: row.accountId,
    address: row.address,
    error: row.error,
    sendBlocked: null,
    returnPath: row.returnPath,
  };
  if (row.state === 'done') {
    const account = row.accountId ? await accountById(mail, row.accountId) : null;
    return { ...status, sendBlocked: account?.sendBlocked ?? null };
  }
  if (row.state !== 'failed' && row.expiresAt <= mail.now()) {
    return { ...status, state: 'failed', error: new MailError('permanent', 'signInExpired').toView() };
  }
  if (row.error?.code !== 'adminConsentRequired') return status;
  const { provider, config } = await usableProvider(mail, row.provider);
  return { ...status, adminConsentUrl: provider.adminConsentUrl(config, row.redirectUri) };
}

async function complete(
  mail: MailContext,
  row: SignInRow,
  secrets: SignInSecrets,
  answer: SignInAnswer,
): Promise<AccountRow> {
  const { provider, config } = await usableProvider(mail, row.provider);
  if (answer.error) throw provider.translateRedirectError(answer.error, answer.errorDescription ?? '');
  if (!answer.code) throw new MailError('permanent', 'signInNoCode');
  checkAuthority(new URL(row.authority).origin, provider.builtInHosts, mail.allowedHosts);
  await noteProgress(mail, row, { state: 'exchanging' });
  const { identity, credentials, token } = await redeem(mail, row, provider, config, answer.code, secrets);
  const existing = await accountFor(mail, row, identity);
  const login = (endpoint: Login['endpoint']): Login => ({
    endpoint,
    user: identity.username,
    accessToken: token.accessToken,
    expiresAt: token.expiresAt,
  });
  await noteProgress(mail, row, { state: 'probingImap', address: identity.username });
  await probeImap(login(config.imap), mail.log).catch((thrown: unknown) => {
    throw explainImap(toMailError(thrown), identity.username, config.imap.host);
  });
  await noteProgress(mail, row, { state: 'probingSmtp' });
  const { refusal, largestMessage } = await probeSending(mail, login(config.smtp));
  const sendBlocked = refusal?.toView() ?? null;
  return saveAccount(mail, { signIn: row, config, identity, credentials, sendBlocked, largestMessage, existing });
}

async function redeem(
  mail: MailContext,
  row: SignInRow,
  provider: Provider,
  config: ProviderConfig,
  code: string,
  secrets: SignInSecrets,
) {
  try {
    const { authority, redirectUri } = row;
    const result = await provider.exchangeCode({ config, authority, redirectUri, code, ...secrets });
    await noteGoodToken(mail, row.provider);
    return result;
  } catch (thrown) {
    const error = toMailError(thrown);
    if (provider.registrationCodes.includes(error.code)) await noteRefusedRegistration(mail, row.provider, error);
    throw error;
  }
}

/**
 * The account this sign-in renews, or null for a new one.
 * @throws MailError permanent `otherAccount` when the user signed in with another account than the one to be renewed
 */
async function accountFor(mail: MailContext, row: SignInRow, identity: Identity): Promise<AccountRow | null> {
  if (!row.accountId) {
    const { userId, provider } = row;
    return (await accountsWhere(mail, { userId, provider, homeAccountId: identity.homeAccountId }))[0] ?? null;
  }
  const [account] = await accountsWhere(mail, { id: row.accountId, userId: row.userId });
  if (!account) throw new MailError('permanent', 'notFound');
  if (account.homeAccountId !== identity.homeAccountId) {
    throw new MailError('permanent', 'otherAccount', {
      params: { expected: account.address, actual: identity.username },
    });
  }
  return account;
}

/** A refused probe right after a good sign-in is no matter of signing in again: each sentence lists the likely causes in order. */
function explainImap(error: MailError, address: string, host: string): MailError {
  const options = { who: 'administrator' as const, params: { address } };
  if (error.code === 'loginRefused') return new MailError('permanent', 'imapRefused', options);
  if (['notConnected', 'noMailbox', 'mailboxMissing'].includes(error.code)) {
    return new MailError('permanent', 'imapNotOpened', options);
  }
  return error.who === 'nobody' ? new MailError(error.kind, 'imapNotReached', { params: { host } }) : error;
}
