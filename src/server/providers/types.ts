/** What a provider is: how to get credentials and which hosts to talk to. IMAP and SMTP are written once, elsewhere. */
import type { AccountTypes, ErrorView } from '../../shared/types';
import type { Endpoint } from '../context';

/** A configured app registration, secret in the clear: never logged, never stored, never returned by an action. */
export interface ProviderConfig {
  name: string;
  clientId: string;
  clientSecret: string;
  accountTypes: AccountTypes;
  tenantId: string;
  /** Origins and hosts, defaults of the provider filled in and checked against the allow-list. */
  authorityHost: string;
  imap: Endpoint;
  smtp: Endpoint;
}

export interface AuthorizeRequest {
  config: ProviderConfig;
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE S256 challenge (RFC 7636). */
  codeChallenge: string;
  /** Reconnect: the address expected. */
  loginHint?: string;
}

export interface CodeExchange {
  config: ProviderConfig;
  /** The authority the code was asked from: a code is redeemed nowhere else (AADSTS700005). */
  authority: string;
  redirectUri: string;
  code: string;
  codeVerifier: string;
  nonce: string;
}

/** Who signed in, from the id_token. */
export interface Identity {
  homeAccountId: string;
  /** `preferred_username`: the name for XOAUTH2, which need not be what the user typed. */
  username: string;
  displayName: string;
}

export interface AccessToken {
  accessToken: string;
  expiresAt: Date;
  /** Credentials to store, when they changed (a rotated refresh token). */
  credentials?: string;
}

/** Every function throws MailError; see each provider's errors file. */
export interface Provider {
  name: string;
  title: string;
  /** The server files the Sent copy itself, so it must never be APPENDed. */
  savesSentCopy: boolean;
  defaults: { authorityHost: string; imap: Endpoint; smtp: Endpoint };
  /** Mail servers that belong to an authority: a sovereign cloud has its own. */
  mailHosts(authorityHost: string): { imap: Endpoint; smtp: Endpoint };
  /** Why a configuration cannot work, before anything is sent; null when it may. */
  check(config: ProviderConfig): ErrorView | null;
  /** Authority to be used and stored with the sign-in. */
  authority(config: ProviderConfig): string;
  authorizeUrl(request: AuthorizeRequest): Promise<string>;
  /** Where an administrator approves the app for the whole tenant. */
  adminConsentUrl(config: ProviderConfig, redirectUri: string): string;
  /** @throws MailError when the token lacks a mail scope or is for another audience. */
  exchangeCode(exchange: CodeExchange): Promise<{ identity: Identity; credentials: string; token: AccessToken }>;
  /**
   * A token for IMAP and SMTP from stored credentials.
   * @param force ask the server even where a cached token looks good
   */
  accessToken(
    config: ProviderConfig,
    authority: string,
    credentials: string,
    homeAccountId: string,
    force: boolean,
  ): Promise<AccessToken>;
  /**
   * The token that stored credentials still hold, without asking anybody; null when none is good until `goodUntil`.
   */
  cachedToken(credentials: string, homeAccountId: string, goodUntil: Date): AccessToken | null;
  /** `host:port` of the servers that need no entry in MAIL_ALLOWED_HOSTS. */
  builtInHosts: readonly string[];
  /** Codes with which the provider refuses the app registration itself. */
  registrationCodes: readonly string[];
  /** Those of them that another authority would not give. */
  authorityCodes: readonly string[];
  /**
   * Asks the authority whether it knows the tenant.
   * @throws MailError what is wrong with it
   */
  checkAuthority(config: ProviderConfig): Promise<void>;
  /** The refusal the provider put on the redirect (`error`, `error_description`), in our words. */
  translateRedirectError(error: string, description: string): Error;
}
