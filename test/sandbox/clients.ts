/** The real clients a sandbox test drives: msal-node, imapflow and nodemailer, set up as the plugin would. */
import { ConfidentialClientApplication, CryptoProvider } from '@azure/msal-node';
import type { AuthenticationResult, ICachePlugin } from '@azure/msal-node';
import { ImapFlow } from 'imapflow';
import type { ImapFlowOptions } from 'imapflow';
import nodemailer from 'nodemailer';
import { ensureCertificates, startSandbox } from '../../sandbox/outlook';
import type { Sandbox, SandboxOptions } from '../../sandbox/outlook';

export const MAIL_SCOPES = ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'];
export const REDIRECT = 'http://localhost:13000/admin/settings/mail/oauth2';

/** A sandbox, or the reason why no test can run against it. */
export async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { ca } = ensureCertificates();
  if (process.env.NODE_EXTRA_CA_CERTS !== ca) {
    throw new Error(`Start the tests with NODE_EXTRA_CA_CERTS=${ca}`);
  }
  return startSandbox(options);
}

export function memoryCache(): ICachePlugin & { text: string } {
  const cache = {
    text: '',
    async beforeCacheAccess(context: Parameters<ICachePlugin['beforeCacheAccess']>[0]) {
      context.tokenCache.deserialize(cache.text);
    },
    async afterCacheAccess(context: Parameters<ICachePlugin['afterCacheAccess']>[0]) {
      if (context.cacheHasChanged) cache.text = context.tokenCache.serialize();
    },
  };
  return cache;
}

export interface AppOptions {
  tenant?: string;
  clientSecret?: string;
  cachePlugin?: ICachePlugin;
}

export function msalApp({ settings }: Sandbox, options: AppOptions = {}): ConfidentialClientApplication {
  const authority = `${settings.authorityHost}/${options.tenant ?? 'common'}`;
  return new ConfidentialClientApplication({
    auth: {
      clientId: settings.clientId,
      clientSecret: options.clientSecret ?? settings.clientSecret,
      authority,
      knownAuthorities: [new URL(authority).host],
    },
    ...(options.cachePlugin ? { cache: { cachePlugin: options.cachePlugin } } : {}),
  });
}

export interface FlowOptions extends AppOptions {
  scopes?: string[];
  extraScopes?: string[];
  redirectUri?: string;
  prompt?: string;
  consent?: boolean;
  password?: string;
  verifier?: string;
  redeemAt?: string;
  cookies?: Map<string, string>;
}

/** Sends a user through sign-in; returns where the browser ended. */
export async function authorize(box: Sandbox, user: string, options: FlowOptions = {}) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const state = new CryptoProvider().createNewGuid();
  const nonce = new CryptoProvider().createNewGuid();
  const redirectUri = options.redirectUri ?? REDIRECT;
  const scopes = options.scopes ?? MAIL_SCOPES;
  const url = await msalApp(box, options).getAuthCodeUrl({
    scopes,
    extraScopesToConsent: options.extraScopes,
    redirectUri,
    state,
    nonce,
    prompt: options.prompt ?? 'select_account',
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    loginHint: user,
  });
  const { consent, password, cookies } = options;
  const end = new URL(await box.signIn(url, user, { consent, password, cookies }));
  const redeem = (): Promise<AuthenticationResult> =>
    msalApp(box, { ...options, tenant: options.redeemAt ?? options.tenant }).acquireTokenByCode(
      {
        code: end.searchParams.get('code') ?? '',
        scopes,
        redirectUri,
        codeVerifier: options.verifier ?? verifier,
        state,
        nonce,
      },
      { code: end.searchParams.get('code') ?? '', state: end.searchParams.get('state') ?? '' },
    );
  return { end, state, redeem };
}

/** The whole flow: sign-in, consent, code for tokens. */
export async function connect(box: Sandbox, user: string, options: FlowOptions = {}): Promise<AuthenticationResult> {
  const { end, redeem } = await authorize(box, user, options);
  const error = end.searchParams.get('error_description');
  if (error) throw new Error(error);
  return redeem();
}

/** A silent token from a stored cache, as another process would ask for it. */
export async function silent(box: Sandbox, options: FlowOptions & { force?: boolean } = {}) {
  const app = msalApp(box, options);
  const [account] = await app.getTokenCache().getAllAccounts();
  if (!account) throw new Error('the cache holds no account');
  return app.acquireTokenSilent({ account, scopes: options.scopes ?? MAIL_SCOPES, forceRefresh: options.force });
}

export async function imapClient(
  box: Sandbox,
  user: string,
  options: Partial<ImapFlowOptions> & { accessToken?: string } = {},
): Promise<ImapFlow> {
  const { accessToken = await box.token(user), ...rest } = options;
  const { host, port, secure } = box.settings.imap;
  const client = new ImapFlow({ host, port, secure, auth: { user, accessToken }, logger: false, ...rest });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** @param stays keeps its connection after a message, until it is closed */
export async function smtpClient(box: Sandbox, user: string, accessToken?: string, stays = false) {
  const { host, port, secure } = box.settings.smtp;
  const token = accessToken ?? (await box.token(user));
  return nodemailer.createTransport({
    host,
    port,
    secure,
    requireTLS: true,
    pool: stays as true,
    auth: { type: 'OAuth2', user, accessToken: token },
  });
}

/** The error something is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const result = await work.then(
    () => undefined,
    (error: Error & Record<string, unknown>) => error,
  );
  if (!result) throw new Error('expected a refusal, but it went through');
  return result;
}
