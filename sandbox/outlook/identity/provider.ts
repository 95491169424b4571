/** oidc-provider bent into Entra's shape: paths, lifetimes, claims, remembered consent, and error bodies. */
import type { ProviderContext } from 'oidc-provider';
import type { JWTPayload } from 'jose';
import './quiet';
import { Provider, errors, interactionPolicy } from 'oidc-provider';
import { PERSONAL_TENANT } from '../fixtures';
import type { Directory } from './directory';
import { entraError, fromProvider } from './errors';
import { escapeHtml } from './pages';
import type { IdentityKeys } from './keys';
import type { IdentityState } from './state';
import { GRAPH, RESOURCES, shortScope } from './scopes';
import type { IdentityStore } from './store';
import type { Tokens } from './tokens';
import { peekClaims } from './tokens';

const DAY = 86_400;

export interface ProviderParts {
  origin: string;
  keys: IdentityKeys;
  store: IdentityStore;
  directory: Directory;
  tokens: Tokens;
  state: IdentityState;
  /** Called with each authorization code that leaves, and the tenant path it was asked at. */
  onCode: (code: string, tenantPath: string) => void;
}

export function createProvider(parts: ProviderParts): Provider {
  const { keys, store, directory, tokens, state } = parts;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const provider = new Provider(tokens.issuer(PERSONAL_TENANT), {
    adapter: (name: string) => store.adapter(name),
    clients: directory.clients.map((client) => ({
      client_id: client.clientId,
      client_secret: client.clientSecret,
      client_name: client.name,
      redirect_uris: client.redirectUris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: 'RS256',
    })),
    jwks: { keys: [keys.signing] },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
      end_session: '/oauth2/v2.0/logout',
      userinfo: '/oidc/userinfo',
    },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: { openid: ['sub', 'oid', 'tid', 'ver', 'uti', 'preferred_username'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    extraParams: ['sandbox_scope', 'sandbox_tenant'],
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx: unknown, _client: unknown, oneOf?: string[]) => oneOf?.[0],
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: unknown, resource: string) => {
          const names = RESOURCES[resource];
          if (!names) throw new errors.InvalidTarget();
          return {
            audience: resource,
            scope: names.map((name) => `${resource}/${name}`).join(' '),
            accessTokenTTL: state.accessTokenTtl,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
    formats: {
      customizers: {
        jwt: (_ctx: unknown, token: { accountId: string }, jwt: { payload: JWTPayload; header: object }) => {
          const user = directory.userByOid(token.accountId);
          const scopes = String(jwt.payload.scope ?? '').split(' ');
          if (!user) return;
          const clientId = String(jwt.payload.client_id);
          Object.assign(jwt.payload, tokens.accessClaims(user, scopes.map(shortScope), clientId));
          jwt.payload.iss = tokens.issuer(user.tenant);
          jwt.header = { typ: 'JWT', kid: keys.signing.kid };
        },
      },
    },
    pkce: { required: () => false },
    rotateRefreshToken: true,
    // oidc-provider wants prompt=consent for a refresh token; Entra gives one for offline_access alone.
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    loadExistingGrant: async (ctx: {
      oidc: {
        client: { clientId: string };
        session: { accountId: string };
        result?: { consent?: { grantId?: string } };
      };
    }) => {
      // Microsoft remembers consent by user and app, not by browser.
      const { client, session, result } = ctx.oidc;
      const id = result?.consent?.grantId ?? findGrant(store, session.accountId, client.clientId);
      return id ? provider.Grant.find(id) : undefined;
    },
    ttl: {
      AccessToken: () => state.accessTokenTtl,
      AuthorizationCode: 600,
      IdToken: 3600,
      RefreshToken: 90 * DAY,
      Grant: 3650 * DAY,
      Session: DAY,
      Interaction: 3600,
    },
    cookies: { keys: [keys.cookie], names: { session: 'ESTSAUTH', interaction: 'ests_i', resume: 'ests_r' } },
    interactions: {
      policy,
      url: (_ctx: unknown, interaction: { uid: string }) => `/sandbox/signin/${interaction.uid}`,
    },
    findAccount: async (_ctx: unknown, oid: string) => {
      const user = directory.userByOid(oid);
      if (!user || directory.isDisabled(user)) return undefined;
      return { accountId: oid, claims: async () => ({ ...tokens.idClaims(user), sub: oid, email: user.upn }) };
    },
    renderError: async (ctx: ProviderContext, out: { error: string; error_description?: string }) => {
      ctx.type = 'html';
      ctx.body = `<!doctype html><title>Sign in error</title><p id="error">${escapeHtml(out.error)}: ${escapeHtml(out.error_description ?? '')}</p>`;
    },
  });
  provider.Client.prototype.redirectUriAllowed = function (this: { clientId?: string }, uri: string) {
    const client = directory.client(this.clientId);
    return client !== undefined && directory.redirectAllowed(client, uri);
  };
  shapeAnswers(provider, parts);
  return provider;
}

export function findGrant(store: IdentityStore, accountId: string, clientId: string): string | undefined {
  const grants = [...store.model('Grant').entries()].reverse();
  return grants.find(([, { payload }]) => payload.accountId === accountId && payload.clientId === clientId)?.[0];
}

/** Turns what oidc-provider answers into what Entra would have answered. */
function shapeAnswers(provider: Provider, parts: ProviderParts): void {
  provider.use(async (ctx, next) => {
    await next();
    const code = /[?&]code=([^&]+)/.exec(ctx.response.get('location'))?.[1];
    if (code) parts.onCode(code, ctx.req.baseUrl?.slice(1) ?? '');
    if (ctx.oidc?.route !== 'token' || typeof ctx.body !== 'object' || ctx.body === null) return;
    const body = ctx.body as Record<string, unknown>;
    if (typeof body.access_token === 'string') await shapeTokens(ctx, body, parts);
    else if (typeof body.error === 'string') {
      const detail = String(ctx.state.detail ?? body.error_description ?? '');
      ctx.body = entraError(fromProvider(body.error, detail));
    }
  });
  provider.on('grant.error', (ctx, error) => {
    const cause = error.cause instanceof Error ? error.cause.message : '';
    ctx.state.detail = [error.error_detail, error.error_description, cause, error.message].filter(Boolean).join(' ');
  });
}

async function shapeTokens(ctx: ProviderContext, body: Record<string, unknown>, parts: ProviderParts): Promise<void> {
  const { directory, tokens, state } = parts;
  const user = directory.userByOid(ctx.oidc?.entities.Account?.accountId);
  if (!user) return;
  body.ext_expires_in = body.expires_in;
  if (ctx.req.body?.client_info === '1') {
    const info = { uid: user.oid, utid: user.tenant };
    body.client_info = Buffer.from(JSON.stringify(info)).toString('base64url');
  }
  if (typeof body.id_token === 'string') {
    // One provider serves all tenants, so the issuer is the user's tenant only after signing again.
    body.id_token = await tokens.sign({ ...peekClaims(body.id_token), ...tokens.idClaims(user) });
  }
  if (state.graphAudience) {
    body.access_token = await tokens.sign({ ...peekClaims(String(body.access_token)), aud: GRAPH });
  }
}
