/** Between what the server says of a provider and what the form holds. Pure. */
import type { AccountTypes, HostView, ProviderInput, ProviderView } from '../../shared/types';

export interface ProviderFields {
  clientId: string;
  /** Undefined: keep the stored one. */
  clientSecret?: string;
  /** YYYY-MM-DD. */
  secretExpiresAt: string | null;
  accountTypes: AccountTypes;
  tenantId: string;
  authorityHost: string;
  imap: HostFields;
  smtp: HostFields;
}

export interface HostFields {
  host: string;
  port: number | null;
  secure: boolean;
}

/** Microsoft's own servers: what empty fields mean, and what they show as an example. */
export const MICROSOFT_HOSTS = {
  authorityHost: 'https://login.microsoftonline.com',
  imap: { host: 'outlook.office365.com', port: 993, secure: true },
  smtp: { host: 'smtp.office365.com', port: 587, secure: false },
} as const;

const hostFields = (view: HostView | null, fallback: HostView): HostFields =>
  view ? { ...view } : { host: '', port: null, secure: fallback.secure };

/** The form's first values. */
export function fieldsOf(view: ProviderView): ProviderFields {
  return {
    clientId: view.clientId,
    clientSecret: undefined,
    secretExpiresAt: view.secretExpiresAt,
    accountTypes: view.accountTypes,
    tenantId: view.tenantId,
    authorityHost: view.advanced.authorityHost,
    imap: hostFields(view.advanced.imap, MICROSOFT_HOSTS.imap),
    smtp: hostFields(view.advanced.smtp, MICROSOFT_HOSTS.smtp),
  };
}

const hostView = (fields: HostFields, fallback: HostView): HostView | null =>
  fields.host.trim()
    ? { host: fields.host.trim().toLowerCase(), port: fields.port ?? fallback.port, secure: fields.secure }
    : null;

/** What is saved. */
export function inputOf(name: string, fields: ProviderFields): ProviderInput {
  const secret = fields.clientSecret?.trim();
  return {
    name,
    clientId: fields.clientId.trim(),
    ...(secret && { clientSecret: secret }),
    secretExpiresAt: fields.secretExpiresAt,
    accountTypes: fields.accountTypes,
    tenantId: fields.accountTypes === 'tenant' ? fields.tenantId.trim() : '',
    advanced: {
      authorityHost: fields.authorityHost.trim().replace(/\/+$/, ''),
      imap: hostView(fields.imap, MICROSOFT_HOSTS.imap),
      smtp: hostView(fields.smtp, MICROSOFT_HOSTS.smtp),
    },
  };
}

/** Whether anything else than Microsoft's own servers is asked for. */
export function usesOtherHosts(view: ProviderView): boolean {
  return Boolean(view.advanced.authorityHost || view.advanced.imap || view.advanced.smtp);
}
