/** What can be said about the settings before anything is sent. Pure; the server checks the same again, in the same words. */
import type { AccountTypes, ErrorView } from '../../shared/types';
import { DAY } from '../../shared/constants';
import { isBrokenReference, REFERENCE_EXAMPLE } from '../../shared/environmentReference';

const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/i;

const toAdministrator = (code: string, params?: ErrorView['params']): ErrorView => ({
  code,
  kind: 'permanent',
  who: 'administrator',
  ...(params && { params }),
});

/** Entra client IDs are GUIDs. Null when nothing is wrong. */
export function checkClientId(value: string | undefined): ErrorView | null {
  const trimmed = (value ?? '').trim();
  if (!trimmed) return toAdministrator('clientIdMissing');
  return GUID.test(trimmed) ? null : toAdministrator('clientIdMalformed');
}

/** A GUID is the Secret ID, never the Value; what names a variable names it properly. Null when nothing is wrong. */
export function checkClientSecret(value: string | undefined): ErrorView | null {
  const trimmed = (value ?? '').trim();
  if (!trimmed) return toAdministrator('secretMissing');
  if (isBrokenReference(trimmed)) return toAdministrator('secretReferenceMalformed', { example: REFERENCE_EXAMPLE });
  return GUID.test(trimmed) ? toAdministrator('secretIsId') : null;
}

/** A single-tenant app needs its tenant: a GUID or a domain of the organisation. */
export function checkTenant(accountTypes: AccountTypes, value: string | undefined): ErrorView | null {
  if (accountTypes !== 'tenant') return null;
  const trimmed = (value ?? '').trim();
  if (!trimmed) return toAdministrator('tenantMissing');
  return GUID.test(trimmed) || DOMAIN.test(trimmed) ? null : toAdministrator('tenantMalformed');
}

/** Microsoft takes https redirect URIs, and http for localhost only (Entra: "Redirect URI restrictions"). */
export function checkRedirectUri(redirectUri: string): ErrorView | null {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : null;
  if (!url) return toAdministrator('publicUrlMissing');
  return url.protocol === 'https:' || url.hostname === 'localhost'
    ? null
    : toAdministrator('publicUrlHttp', { origin: url.origin });
}

/** Whether this page was opened under another address than the one Microsoft will return to. */
export function isOtherOrigin(redirectUri: string, origin: string): boolean {
  return URL.canParse(redirectUri) && new URL(redirectUri).origin !== origin;
}

export interface Expiry {
  state: 'unknown' | 'later' | 'near' | 'past';
  /** Whole days left; negative when past. */
  days: number;
}

/** Days before the end of a secret from which on it is announced. */
export const EXPIRY_NOTICE = 30;

/** How long a secret still lives. `date` is a day (YYYY-MM-DD), `today` any moment of the reader's day. */
export function expiryOf(date: string | null | undefined, today: Date): Expiry {
  const end = date ? Date.parse(`${date}T00:00:00`) : Number.NaN;
  if (Number.isNaN(end)) return { state: 'unknown', days: 0 };
  const start = new Date(today.getFullYear(), today.getMonth(), today.getDate()).getTime();
  // Rounded, because a day of the clock change has 23 or 25 hours.
  const days = Math.round((end - start) / DAY);
  if (days < 0) return { state: 'past', days };
  return { state: days <= EXPIRY_NOTICE ? 'near' : 'later', days };
}
