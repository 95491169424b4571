/** Switches and queued faults of the identity provider. */
import type { ErrorSpec } from './errors';

export interface IdentityState {
  /** Seconds an access token lives. */
  accessTokenTtl: number;
  /** true as at Microsoft: a used refresh token stays good. false: using one twice kills the grant. */
  softRotation: boolean;
  /** Skips the consent page. */
  autoConsent: boolean;
  /** "Need admin approval" instead of the consent page, AADSTS90094 to the app. */
  adminConsentRequired: boolean;
  /** Hands out access tokens for Graph whatever was asked. */
  graphAudience: boolean;
  /** The client secret counts as expired (7000222). */
  secretExpired: boolean;
  /** Milliseconds every answer waits. */
  delayMs: number;
}

export const IDENTITY_DEFAULTS: IdentityState = {
  accessTokenTtl: 3600,
  softRotation: true,
  autoConsent: false,
  adminConsentRequired: false,
  graphAudience: false,
  secretExpired: false,
  delayMs: 0,
};

/** What the token endpoint shall answer instead of doing its work. */
export interface TokenFault extends Partial<ErrorSpec> {
  /** Drops the connection without an answer. */
  drop?: boolean;
  /** HTTP status, 400 if not told. */
  status?: number;
  headers?: Record<string, string>;
  /** Sent as it is, with content-type text/html: a gateway's error page. */
  html?: string;
  /** Further members of the error body, such as `claims`. */
  extra?: Record<string, unknown>;
  /** Only for this grant type. */
  grantType?: 'authorization_code' | 'refresh_token';
  /** How often; 1 if not told, 0 for until reset. */
  times?: number;
}

/** What the authorize endpoint shall send back to the app at once. */
export interface AuthorizeFault extends ErrorSpec {
  times?: number;
}
