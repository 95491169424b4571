/** The token endpoint's checks that Entra makes and oidc-provider does not, or words differently. */
import type { SandboxClient } from '../fixtures';
import type { Directory } from './directory';
import { AADSTS } from './errors';
import type { ErrorSpec } from './errors';
import { parseScope } from './scopes';
import type { IdentityState } from './state';
import type { IdentityStore } from './store';

const REFRESH_IDLE_MS = 90 * 86_400_000;

export interface TokenRequest {
  form: URLSearchParams;
  /** Tenant id, or common, organizations, consumers. */
  tenantPath: string;
}

export class TokenChecks {
  /** Tenant path each authorization code was asked at. */
  readonly codeTenants = new Map<string, string>();
  /** Secrets as oidc-provider knows them; a test may give an app a new one later. */
  private readonly registered: Map<string, string>;

  constructor(
    private readonly directory: Directory,
    private readonly store: IdentityStore,
    private readonly state: IdentityState,
  ) {
    this.registered = new Map(directory.clients.map((client) => [client.clientId, client.clientSecret]));
  }

  /** The first reason to refuse, or undefined and a form ready for oidc-provider. */
  prepare({ form, tenantPath }: TokenRequest): ErrorSpec | undefined {
    const client = this.directory.client(form.get('client_id'));
    if (!client) return AADSTS.appNotFound(form.get('client_id') ?? '');
    const refused = this.directory.refusePath(client, tenantPath) ?? this.refuseSecret(client, form);
    if (refused) return refused;
    const grantType = form.get('grant_type');
    if (grantType !== 'authorization_code' && grantType !== 'refresh_token') return AADSTS.grantUnsupported;
    const problem = grantType === 'authorization_code' ? this.refuseCode(form, tenantPath) : this.refuseRefresh(form);
    form.set('client_secret', this.registered.get(client.clientId) ?? '');
    return problem ?? this.narrowScope(form);
  }

  private refuseSecret(client: SandboxClient, form: URLSearchParams): ErrorSpec | undefined {
    const secret = form.get('client_secret');
    if (!secret) return AADSTS.secretMissing;
    if (secret !== client.clientSecret) return AADSTS.wrongSecret;
    return this.state.secretExpired ? AADSTS.secretExpired : undefined;
  }

  private refuseCode(form: URLSearchParams, tenantPath: string): ErrorSpec | undefined {
    const code = form.get('code') ?? '';
    const asked = this.codeTenants.get(code);
    if (asked && this.directory.tenantOfPath(asked) !== tenantPath) return AADSTS.codeOtherTenant;
    const stored = this.store.peek('AuthorizationCode', code);
    // Asked here because oidc-provider answers a second use by killing the whole grant.
    return stored?.consumed ? AADSTS.codeReused : this.refuseAccount(stored?.accountId, stored?.iat);
  }

  private refuseRefresh(form: URLSearchParams): ErrorSpec | undefined {
    const token = form.get('refresh_token') ?? '';
    const stored = this.store.peek('RefreshToken', token);
    if (!stored) return AADSTS.refreshTokenInvalid;
    if (Date.now() - (stored.iat ?? 0) * 1000 > REFRESH_IDLE_MS) return AADSTS.refreshTokenIdle;
    return this.refuseAccount(stored.accountId, stored.iat);
  }

  private refuseAccount(oid: string | undefined, issuedAt = 0): ErrorSpec | undefined {
    const user = this.directory.userByOid(oid);
    if (!user) return undefined;
    if (this.directory.isDisabled(user)) return AADSTS.userDisabled;
    return (this.directory.revokedBefore.get(user.oid) ?? 0) > issuedAt ? AADSTS.revoked : undefined;
  }

  private narrowScope(form: URLSearchParams): ErrorSpec | undefined {
    const scope = form.get('scope') ?? '';
    if (!scope && form.get('grant_type') === 'refresh_token') return AADSTS.parameterMissing('scope');
    const { openid, resources, unknown } = parseScope(scope);
    if (unknown.length) return AADSTS.scopeInvalid(unknown.join(' '));
    if (resources.size > 1) return AADSTS.twoResources(scope);
    const [entry] = resources;
    if (!entry) {
      form.delete('scope');
      return undefined;
    }
    form.set('resource', entry[0]);
    // oidc-provider refuses offline_access in a refresh; Entra's clients always send it.
    form.set('scope', [...openid.filter((name) => name !== 'offline_access'), ...entry[1]].join(' '));
    return undefined;
  }
}
