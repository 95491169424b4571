/** What a token of Microsoft's must be before it is used: for Exchange, and with both mail permissions. Pure. */
import { MailError } from '../../errors';
import type { AccessToken } from '../types';
import { isOutlookAudience } from './clouds';

export const MAIL_PERMISSIONS = ['IMAP.AccessAsUser.All', 'SMTP.Send'] as const;

/** The claims of a JWT, or null: tokens for personal accounts are opaque, and that is no fault. Nothing is verified, Exchange does that. */
export function claimsOf(token: string): Record<string, unknown> | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** `https://outlook.office.com/SMTP.Send` → resource and permission; a bare name belongs to Graph. */
function split(scope: string): { resource: string; permission: string } {
  const slash = scope.lastIndexOf('/');
  return slash < 0
    ? { resource: '', permission: scope.toLowerCase() }
    : { resource: scope.slice(0, slash).replace(/\/$/, ''), permission: scope.slice(slash + 1).toLowerCase() };
}

/**
 * Checks the token an authority gave for the mail scopes.
 * @param granted scopes of the token response
 * @throws MailError permanent `wrongAudience` (the token is for Graph or something else), reauthorize `scopeMissing`
 */
export function checkMailToken(accessToken: string, granted: readonly string[]): void {
  const claims = claimsOf(accessToken);
  const audience = claims?.aud;
  if (claims && (typeof audience !== 'string' || !isOutlookAudience(audience))) {
    throw new MailError('permanent', 'wrongAudience', { who: 'us' });
  }
  const scopes = granted.map(split);
  // The claim decides where it can be read: the response is only what the server says about the token.
  const inToken = typeof claims?.scp === 'string' ? new Set(claims.scp.toLowerCase().split(' ')) : null;
  const holds = (permission: string) =>
    inToken
      ? inToken.has(permission)
      : scopes.some((scope) => scope.permission === permission && isOutlookAudience(scope.resource));
  const missing = MAIL_PERMISSIONS.filter((permission) => !holds(permission.toLowerCase()));
  if (missing.length === 0) return;
  const elsewhere = missing.every((permission) =>
    scopes.some((scope) => scope.permission === permission.toLowerCase() && !isOutlookAudience(scope.resource)),
  );
  if (!inToken && elsewhere) throw new MailError('permanent', 'wrongAudience', { who: 'us' });
  throw new MailError('reauthorize', 'scopeMissing', { params: { permissions: missing.join(', ') } });
}

/** Whether all refresh tokens in a serialised MSAL cache belong to other apps: Entra binds each to the client it was given to. */
export function isOfOtherClient(credentials: string, clientId: string): boolean {
  try {
    const cache = JSON.parse(credentials) as { RefreshToken?: Record<string, { client_id?: unknown } | null> };
    const clients = Object.values(cache.RefreshToken ?? {}).map((token) => String(token?.client_id).toLowerCase());
    return clients.length > 0 && !clients.includes(clientId.toLowerCase());
  } catch {
    return false;
  }
}

/** One access token as MSAL's serialised cache (schema shared by all its languages) holds it. */
interface CachedAccessToken {
  home_account_id?: unknown;
  secret?: unknown;
  target?: unknown;
  expires_on?: unknown;
}

/** The mail token in a serialised MSAL cache that is good until `goodUntil`, or null. */
export function cachedMailToken(credentials: string, homeAccountId: string, goodUntil: Date): AccessToken | null {
  let tokens: (CachedAccessToken | null)[];
  try {
    const cache = JSON.parse(credentials) as { AccessToken?: Record<string, CachedAccessToken | null> };
    tokens = Object.values(cache.AccessToken ?? {});
  } catch {
    return null;
  }
  for (const token of tokens) {
    const { home_account_id, secret, target, expires_on } = token ?? {};
    const expiresAt = new Date(Number(expires_on) * 1000);
    if (home_account_id !== homeAccountId || typeof secret !== 'string' || typeof target !== 'string') continue;
    if (!(expiresAt > goodUntil)) continue;
    try {
      checkMailToken(secret, target.split(' '));
      return { accessToken: secret, expiresAt };
    } catch {
      continue;
    }
  }
  return null;
}
