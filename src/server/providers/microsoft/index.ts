/** Microsoft 365 and Outlook.com. */
import type { ErrorView } from '../../../shared/types';
import { MailError } from '../../errors';
import type { Provider, ProviderConfig } from '../types';
import { BUILT_IN_HOSTS, cloudOf, PUBLIC_CLOUD } from './clouds';
import { AUTHORITY_CODES, REGISTRATION_CODES, translateRedirect } from './errors';
import { accessToken, adminConsentUrl, authorityOf, authorizeUrl, checkAuthority, exchangeCode } from './oauth';
import { cachedMailToken } from './token';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A tenant is a GUID or one of its domains. */
const DOMAIN = /^(?=.{3,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

function check(config: ProviderConfig): ErrorView | null {
  const problem = (code: string) => new MailError('permanent', code, { who: 'administrator' }).toView();
  if (!config.clientId) return problem('clientIdMissing');
  if (!GUID.test(config.clientId)) return problem('clientIdMalformed');
  if (!config.clientSecret) return problem('secretMissing');
  // A secret's value is never a GUID: this is its ID, from the column beside it.
  if (GUID.test(config.clientSecret)) return problem('secretIsId');
  if (config.accountTypes === 'tenant') {
    if (!config.tenantId) return problem('tenantMissing');
    if (!GUID.test(config.tenantId) && !DOMAIN.test(config.tenantId)) return problem('tenantMalformed');
  }
  return null;
}

export const microsoft: Provider = {
  name: 'microsoft',
  title: 'Outlook',
  savesSentCopy: true,
  defaults: { authorityHost: PUBLIC_CLOUD.authorities[0] ?? '', imap: PUBLIC_CLOUD.imap, smtp: PUBLIC_CLOUD.smtp },
  mailHosts: (authorityHost) => cloudOf(authorityHost),
  builtInHosts: BUILT_IN_HOSTS,
  registrationCodes: REGISTRATION_CODES,
  authorityCodes: AUTHORITY_CODES,
  check,
  authority: authorityOf,
  authorizeUrl,
  adminConsentUrl,
  exchangeCode,
  accessToken,
  cachedToken: cachedMailToken,
  checkAuthority,
  translateRedirectError: translateRedirect,
};
