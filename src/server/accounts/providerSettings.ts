/** The administrator's view of a provider: read without the secret, saved only when it can work. */
import { isBrokenReference, isEnvironmentReference, REFERENCE_EXAMPLE } from '../../shared/environmentReference';
import type { AccountTypes, HostView, ProviderHosts, ProviderView } from '../../shared/types';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { providerOf, providers } from '../providers';
import type { Provider } from '../providers/types';
import { configOf, storedSecret } from './config';
import { endAlarm, readmitAccounts } from './registration';
import { accountsWhere, providerBind, providerRow, providerRows, type ProviderRow } from './rows';

const ACCOUNT_TYPES: readonly AccountTypes[] = ['common', 'organizations', 'consumers', 'tenant'];
const invalid = (code: string, params?: Record<string, string>) =>
  new MailError('permanent', code, { who: 'administrator', params });

/** All providers, configured or not. @param redirectUri the return address under which this administrator sees the app */
export async function listProviders(mail: MailContext, redirectUri: string): Promise<ProviderView[]> {
  const rows = await providerRows(mail);
  return Promise.all(
    providers.map((provider) =>
      viewOf(
        mail,
        provider,
        rows.find((row) => row.name === provider.name),
        redirectUri,
      ),
    ),
  );
}

async function viewOf(
  mail: MailContext,
  provider: Provider,
  row: ProviderRow | undefined,
  redirectUri: string,
): Promise<ProviderView> {
  // A secret that does not open any more (another key) is shown as set, with the reason.
  const unreadable: { problem: MailError | null } = { problem: null };
  const typed = row
    ? await storedSecret(mail, row).catch((error: MailError) => {
        unreadable.problem = error;
        return '';
      })
    : '';
  return {
    name: provider.name,
    title: provider.title,
    configured: Boolean(row?.clientId && row.clientSecret),
    clientId: row?.clientId ?? '',
    secretSet: Boolean(row?.clientSecret),
    secretFromEnvironment: isEnvironmentReference(typed),
    secretExpiresAt: row?.secretExpiresAt ?? null,
    accountTypes: row?.accountTypes ?? 'common',
    tenantId: row?.tenantId ?? '',
    advanced: {
      authorityHost: row?.hosts?.authorityHost ?? '',
      imap: row?.hosts?.imap ?? null,
      smtp: row?.hosts?.smtp ?? null,
    },
    redirectUri,
    problem: unreadable.problem?.toView() ?? row?.problem ?? null,
  };
}

/**
 * Saves a provider after all checks that need no network.
 * @param input as posted: every field is checked here; secret, its end, tenant and hosts stay where they are not posted
 * @throws MailError permanent: `clientIdMissing`, `clientIdMalformed`, `secretMissing`, `secretIsId`, `secretReferenceMalformed`, `tenantMissing`, `hostNotAllowed`, …
 */
export async function saveProvider(
  mail: MailContext,
  input: Record<string, unknown>,
  redirectUri: string,
): Promise<ProviderView> {
  const provider = providerOf(input.name);
  const stored = await providerRow(mail, provider.name);
  const secret = text(input.clientSecret);
  if (isBrokenReference(secret)) throw invalid('secretReferenceMalformed', { example: REFERENCE_EXAMPLE });
  const row: ProviderRow = {
    id: stored?.id ?? mail.newId(),
    name: provider.name,
    clientId: text(input.clientId).toLowerCase(),
    clientSecret: secret ? await mail.encrypt(secret, providerBind(provider.name)) : (stored?.clientSecret ?? null),
    secretExpiresAt: expiryOf(input.secretExpiresAt, stored),
    accountTypes: accountTypesOf(input.accountTypes),
    tenantId: input.tenantId === undefined ? (stored?.tenantId ?? '') : text(input.tenantId).toLowerCase(),
    hosts: input.advanced === undefined ? (stored?.hosts ?? hostsOf(null)) : hostsOf(input.advanced),
    problem: null,
  };
  const config = await configOf(mail, row);
  const wrong = provider.check(config);
  if (wrong) throw new MailError(wrong.kind, wrong.code, { who: wrong.who, params: wrong.params });

  const { model } = mail.db.getCollection('mailProviders');
  if (stored) await model.update({ ...row }, { where: { id: stored.id }, hooks: false });
  else await model.create({ ...row }, { hooks: false });
  await readmitAccounts(mail, provider.name);
  // Accounts that waited for the administrator try again at once.
  await endAlarm(mail, provider.name);
  const saved = await providerRow(mail, provider.name);
  return viewOf(mail, provider, saved ?? row, redirectUri);
}

/**
 * Forgets the settings of a provider. @throws MailError permanent `providerInUse` while mailboxes are connected with them
 */
export async function removeProvider(mail: MailContext, name: unknown): Promise<void> {
  const provider = providerOf(name);
  const accounts = await accountsWhere(mail, { provider: provider.name, state: ['active', 'paused', 'reauthorize'] });
  if (accounts.length > 0) {
    throw new MailError('permanent', 'providerInUse', { who: 'administrator', params: { count: accounts.length } });
  }
  await mail.db.getCollection('mailProviders').model.destroy({ where: { name: provider.name }, hooks: false });
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function accountTypesOf(value: unknown): AccountTypes {
  const found = ACCOUNT_TYPES.find((type) => type === value);
  if (!found) throw invalid('accountTypesInvalid');
  return found;
}

function expiryOf(value: unknown, stored: ProviderRow | null): string | null {
  if (value === undefined) return stored?.secretExpiresAt ?? null;
  const day = text(value).slice(0, 10);
  if (!day) return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) throw invalid('dateInvalid');
  return day;
}

function hostsOf(value: unknown): ProviderHosts {
  const hosts = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    authorityHost: text(hosts.authorityHost).replace(/\/+$/, ''),
    imap: hostOf(hosts.imap),
    smtp: hostOf(hosts.smtp),
  };
}

function hostOf(value: unknown): HostView | null {
  if (typeof value !== 'object' || value === null) return null;
  const { host, port, secure } = value as Record<string, unknown>;
  if (!text(host)) return null;
  if (typeof port !== 'number' || !Number.isInteger(port)) throw invalid('hostMalformed', { host: text(host) });
  return { host: text(host).toLowerCase(), port, secure: secure === true };
}
