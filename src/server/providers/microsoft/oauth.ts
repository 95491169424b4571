/** The authorization-code flow with MSAL: one client an operation, its cache given and taken as text. */
import { ConfidentialClientApplication, ResponseMode, type AuthenticationResult } from '@azure/msal-node';
import { SECOND } from '../../../shared/constants';
import { MailError } from '../../errors';
import type { AccessToken, AuthorizeRequest, CodeExchange, Identity, ProviderConfig } from '../types';
import { cloudOf, isMicrosoftAuthority } from './clouds';
import { aadstsNumber, translateMsalError, translateRefusal } from './errors';
import { checkMailToken, isOfOtherClient, MAIL_PERMISSIONS } from './token';

/** MSAL sets no limit of its own, and a hung request would hold an account's credentials lease. */
const TIMEOUT = 30 * SECOND;

/** Scopes of one resource, as every token call must name them (AADSTS28000 otherwise). */
const mailScopes = (config: ProviderConfig): string[] =>
  MAIL_PERMISSIONS.map((permission) => `${cloudOf(config.authorityHost).mail}/${permission}`);

/** `<origin>/<tenant>` for the supported account types. */
export function authorityOf(config: ProviderConfig): string {
  return `${config.authorityHost}/${config.accountTypes === 'tenant' ? config.tenantId : config.accountTypes}`;
}

function client(config: ProviderConfig, authority: string): ConfidentialClientApplication {
  const { origin, host } = new URL(authority);
  return new ConfidentialClientApplication({
    auth: {
      clientId: config.clientId,
      clientSecret: config.clientSecret,
      authority,
      // With the port: without it MSAL asks login.microsoftonline.com what it does not know.
      ...(!isMicrosoftAuthority(origin) && { knownAuthorities: [host] }),
    },
    system: { loggerOptions: { piiLoggingEnabled: false, loggerCallback: () => undefined } },
  });
}

/** Runs a call of MSAL. @throws MailError of errors.ts */
async function asking<T>(call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailError('transient', 'microsoftUnreachable')), TIMEOUT);
  });
  try {
    return await Promise.race([call(), late]);
  } catch (thrown) {
    throw translateMsalError(thrown);
  } finally {
    clearTimeout(timer);
  }
}

/** Where the browser goes to sign in. All five permissions are asked for at once, mail ones for Exchange, User.Read for Graph. */
export async function authorizeUrl(request: AuthorizeRequest): Promise<string> {
  const { config } = request;
  return asking(() =>
    client(config, authorityOf(config)).getAuthCodeUrl({
      scopes: [...mailScopes(config), 'email'],
      extraScopesToConsent: [`${cloudOf(config.authorityHost).graph}/User.Read`],
      redirectUri: request.redirectUri,
      state: request.state,
      nonce: request.nonce,
      codeChallenge: request.codeChallenge,
      codeChallengeMethod: 'S256',
      // In a query the code would reach the referrer of every file the host's page loads, and the host logs that header.
      responseMode: ResponseMode.FRAGMENT,
      // Never the browser's session by chance: either the account that is expected, or a choice. Entra refuses both at once.
      ...(request.loginHint ? { loginHint: request.loginHint } : { prompt: 'select_account' }),
    }),
  );
}

/** Where an administrator approves the mail permissions for his whole organisation (Microsoft, v2-admin-consent). */
export function adminConsentUrl(config: ProviderConfig, redirectUri: string): string {
  const tenant = config.accountTypes === 'tenant' ? config.tenantId : 'organizations';
  const url = new URL(`${config.authorityHost}/${tenant}/v2.0/adminconsent`);
  url.searchParams.set('client_id', config.clientId);
  url.searchParams.set('redirect_uri', redirectUri);
  url.searchParams.set('scope', mailScopes(config).join(' '));
  return url.href;
}

/** Redeems a code. @throws MailError of errors.ts and token.ts */
export async function exchangeCode(
  exchange: CodeExchange,
): Promise<{ identity: Identity; credentials: string; token: AccessToken }> {
  const application = client(exchange.config, exchange.authority);
  const result = await asking(() =>
    application.acquireTokenByCode({
      code: exchange.code,
      scopes: mailScopes(exchange.config),
      redirectUri: exchange.redirectUri,
      codeVerifier: exchange.codeVerifier,
      nonce: exchange.nonce,
    }),
  );
  const token = tokenOf(result);
  return { identity: identityOf(result), credentials: application.getTokenCache().serialize(), token };
}

/** A token from stored credentials. @throws MailError of errors.ts and token.ts */
export async function accessToken(
  config: ProviderConfig,
  authority: string,
  credentials: string,
  homeAccountId: string,
  force: boolean,
): Promise<AccessToken> {
  if (isOfOtherClient(credentials, config.clientId)) throw new MailError('reauthorize', 'settingsChanged');
  const application = client(config, authority);
  const cache = application.getTokenCache();
  const result = await asking(async () => {
    cache.deserialize(credentials);
    const account = await cache.getAccountByHomeId(homeAccountId);
    if (!account) throw translateRefusal({ error: 'no_account_found' });
    return application.acquireTokenSilent({ account, scopes: mailScopes(config), forceRefresh: force });
  });
  return { ...tokenOf(result), ...(!result.fromCache && { credentials: cache.serialize() }) };
}

function tokenOf(result: AuthenticationResult): AccessToken {
  checkMailToken(result.accessToken, result.scopes);
  if (!result.expiresOn) throw new MailError('transient', 'microsoftUnexpected');
  return { accessToken: result.accessToken, expiresAt: result.expiresOn };
}

// No blanks and no control characters: the name becomes part of the XOAUTH2 line.
const ADDRESS = /^[^\s\p{Cc}<>",;:\\]+@[^\s\p{Cc}<>",;:\\@]+$/u;

/** @throws MailError permanent `noMailAddress` for an account without an address to sign in to its mailbox with */
function identityOf(result: AuthenticationResult): Identity {
  const claims = result.idTokenClaims as Record<string, unknown>;
  const username = [claims.preferred_username, claims.email].find(
    (name): name is string => typeof name === 'string' && name.length <= 320 && ADDRESS.test(name),
  );
  const homeAccountId = result.account?.homeAccountId;
  if (!homeAccountId) throw new MailError('transient', 'microsoftUnexpected');
  if (!username) throw new MailError('permanent', 'noMailAddress');
  const displayName = typeof claims.name === 'string' ? claims.name.replace(/\p{Cc}/gu, ' ').slice(0, 200) : '';
  return { homeAccountId, username, displayName };
}

/** Asks for the tenant's published configuration (OpenID Connect Discovery 1.0). @throws MailError what is wrong with it */
export async function checkAuthority(config: ProviderConfig): Promise<void> {
  const url = `${authorityOf(config)}/v2.0/.well-known/openid-configuration`;
  let status: number;
  let body: string;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    status = response.status;
    body = (await response.text()).slice(0, 10_000);
  } catch {
    throw new MailError('transient', 'microsoftUnreachable');
  }
  if (status === 200) return;
  const error = /"error"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '';
  throw translateRefusal({ error, number: aadstsNumber(body), httpStatus: status });
}
