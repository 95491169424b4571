/** The people, tenants and app registration the sandbox starts with unless told otherwise. */

/** Who may sign in to an app registration, by Entra's own names. */
export type SignInAudience =
  'AzureADMyOrg' | 'AzureADMultipleOrgs' | 'AzureADandPersonalMicrosoftAccount' | 'PersonalMicrosoftAccount';

export interface SandboxTenant {
  id: string;
  domain: string;
  name: string;
}

/** Languages a mailbox can have been created in; Exchange fixes folder names at that moment. */
export type MailboxLanguage = 'en' | 'de' | 'fr' | 'nl' | 'uk';

export interface SandboxUser {
  upn: string;
  oid: string;
  name: string;
  password: string;
  /** Tenant id. */
  tenant: string;
  language?: MailboxLanguage;
  /** Users whose token opens this mailbox too (a shared mailbox with Full Access). */
  fullAccess?: string[];
  /** Addresses this user may also send as. */
  sendAs?: string[];
}

export interface SandboxClient {
  clientId: string;
  clientSecret: string;
  name: string;
  /** Tenant the app is registered in. */
  tenant: string;
  signInAudience: SignInAudience;
  /** `http://localhost/...` entries match every port, as at Microsoft. */
  redirectUris: string[];
}

/** Id under which Microsoft keeps all personal accounts. */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

export const tenants: SandboxTenant[] = [
  { id: '3f2a7c54-9d1e-4b68-8a05-c7e1d2f4b690', domain: 'contoso.onmicrosoft.com', name: 'Contoso' },
  { id: 'b81d60aa-57c3-4f9e-b2d4-0e6a93c5f718', domain: 'fabrikam.onmicrosoft.com', name: 'Fabrikam' },
  { id: PERSONAL_TENANT, domain: 'outlook.example', name: 'Personal accounts' },
];

const [contoso, fabrikam] = tenants as [SandboxTenant, SandboxTenant, SandboxTenant];

export const alice: SandboxUser = {
  upn: 'alice@contoso.onmicrosoft.com',
  oid: '0c5f1e2a-6b7d-4a1c-9e34-a1b2c3d4e501',
  name: 'Alice Kovalenko',
  password: 'Alice-pass-1',
  tenant: contoso.id,
};
export const bob: SandboxUser = {
  upn: 'bob@contoso.onmicrosoft.com',
  oid: '0c5f1e2a-6b7d-4a1c-9e34-a1b2c3d4e502',
  name: 'Bob Lindqvist',
  password: 'Bob-pass-1',
  tenant: contoso.id,
};
export const carol: SandboxUser = {
  upn: 'carol@contoso.onmicrosoft.com',
  oid: '0c5f1e2a-6b7d-4a1c-9e34-a1b2c3d4e503',
  name: 'Carol Mendes',
  password: 'Carol-pass-1',
  tenant: contoso.id,
};
/** A colleague of nobody: lives in another organisation. */
export const frank: SandboxUser = {
  upn: 'frank@fabrikam.onmicrosoft.com',
  oid: '7e90b3d1-24c8-4d5f-8f16-b5c6d7e8f604',
  name: 'Frank Osei',
  password: 'Frank-pass-1',
  tenant: fabrikam.id,
};
/** A personal Outlook.com-like account. */
export const paula: SandboxUser = {
  upn: 'paula@outlook.example',
  oid: '00000000-0000-0000-8d2f-64b1c0a9e705',
  name: 'Paula Novak',
  password: 'Paula-pass-1',
  tenant: PERSONAL_TENANT,
};

export const users: SandboxUser[] = [alice, bob, carol, frank, paula];

/** The path of the plugin's one redirect URI. */
export const REDIRECT_PATH = '/admin/settings/mail/oauth2';

export const client: SandboxClient = {
  clientId: '6731de76-14a6-49ae-97bc-6eba6914391e',
  clientSecret: 'Qx28Q~sandbox-only_vT7kD3mZpW9rLcN5hYbE0a',
  name: 'NocoBase Email manager',
  tenant: contoso.id,
  signInAudience: 'AzureADandPersonalMicrosoftAccount',
  redirectUris: [`http://localhost${REDIRECT_PATH}`, `http://localhost/nocobase${REDIRECT_PATH}`],
};
