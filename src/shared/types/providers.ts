/** App registrations. */
import type { ErrorView } from './errors';

/** Which accounts the Entra app registration serves; `tenant` needs a tenant id. */
export type AccountTypes = 'common' | 'organizations' | 'consumers' | 'tenant';

export interface HostView {
  host: string;
  port: number;
  /** true: TLS from the first byte; false: STARTTLS, compulsory. */
  secure: boolean;
}

/** `mailProviders:list` → data: ProviderView[] (administrators). */
export interface ProviderView {
  name: string;
  title: string;
  /** Whether users may connect: Client ID and secret are there. */
  configured: boolean;
  clientId: string;
  /** The secret itself never leaves the server. */
  secretSet: boolean;
  /** True where the stored value is a `{{ $env.X }}` reference. */
  secretFromEnvironment: boolean;
  secretExpiresAt: string | null;
  accountTypes: AccountTypes;
  tenantId: string;
  advanced: ProviderHosts;
  /** To be registered in Entra as a Web redirect URI, exactly. */
  redirectUri: string;
  /** Set while Microsoft refuses the app registration itself. */
  problem: ErrorView | null;
}

/** Empty values mean Microsoft's public cloud. Anything else must be allowed by MAIL_ALLOWED_HOSTS. */
export interface ProviderHosts {
  /** Origin, e.g. https://login.microsoftonline.com */
  authorityHost: string;
  imap: HostView | null;
  smtp: HostView | null;
}

/** `mailProviders:save` (POST values). What is optional and absent keeps its stored value. */
export interface ProviderInput {
  name: string;
  clientId: string;
  clientSecret?: string;
  secretExpiresAt?: string | null;
  accountTypes: AccountTypes;
  tenantId?: string;
  advanced?: Partial<ProviderHosts>;
}

/** One line of `mailProviders:verify`. */
export interface VerifyStep {
  step: 'clientId' | 'clientSecret' | 'publicUrl' | 'authority' | 'imapHost' | 'smtpHost';
  status: 'ok' | 'failed' | 'skipped';
  error?: ErrorView;
}
