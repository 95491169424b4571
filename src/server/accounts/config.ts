/** A provider's stored settings as the configuration to sign in with: secret in the clear, hosts filled in and checked. */
import { isEnvironmentReference } from '../../shared/environmentReference';
import type { Endpoint, MailContext } from '../context';
import { MailError } from '../errors';
import { checkAuthority, checkEndpoint } from '../providers/hosts';
import { providerOf } from '../providers';
import type { Provider, ProviderConfig } from '../providers/types';
import { providerBind, providerRow, type ProviderRow } from './rows';

/** The stored secret as it was typed: a value or a reference; empty where there is none. */
export async function storedSecret(mail: MailContext, row: ProviderRow): Promise<string> {
  return row.clientSecret ? mail.decrypt(row.clientSecret, providerBind(row.name)) : '';
}

/** The configuration a row stands for. @throws MailError permanent `secretUnreadable` | `secretEnvironmentEmpty` | of hosts.ts */
export async function configOf(mail: MailContext, row: ProviderRow): Promise<ProviderConfig> {
  const provider = providerOf(row.name);
  const typed = await storedSecret(mail, row);
  const clientSecret = isEnvironmentReference(typed) ? mail.renderEnvironment(typed).trim() : typed;
  if (typed && !clientSecret) throw new MailError('permanent', 'secretEnvironmentEmpty', { who: 'administrator' });
  const origin = row.hosts?.authorityHost || provider.defaults.authorityHost;
  const authorityHost = checkAuthority(origin, provider.builtInHosts, mail.allowedHosts);
  const defaults = provider.mailHosts(authorityHost);
  const endpoint = (chosen: Endpoint | null | undefined, standard: Endpoint) =>
    checkEndpoint(chosen ?? standard, provider.builtInHosts, mail.allowedHosts);
  return {
    name: row.name,
    clientId: row.clientId ?? '',
    clientSecret,
    accountTypes: row.accountTypes,
    tenantId: row.tenantId ?? '',
    authorityHost,
    imap: endpoint(row.hosts?.imap, defaults.imap),
    smtp: endpoint(row.hosts?.smtp, defaults.smtp),
  };
}

/**
 * A provider that users can sign in with.
 * @throws MailError permanent `providerUnknown` | `providerNotConfigured`, or what is wrong with its settings
 */
export async function usableProvider(
  mail: MailContext,
  name: unknown,
): Promise<{ provider: Provider; row: ProviderRow; config: ProviderConfig }> {
  const provider = providerOf(name);
  const row = await providerRow(mail, provider.name);
  if (!row?.clientId || !row.clientSecret) {
    throw new MailError('permanent', 'providerNotConfigured', { who: 'administrator' });
  }
  const config = await configOf(mail, row);
  const wrong = provider.check(config);
  if (wrong) throw new MailError(wrong.kind, wrong.code, { who: wrong.who, params: wrong.params });
  return { provider, row, config };
}
