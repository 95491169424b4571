/** The identity provider: Entra's addresses in front of oidc-provider. */
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from '../certificates';
import { PERSONAL_TENANT } from '../fixtures';
import { listen } from '../net/ports';
import type { Directory } from './directory';
import { AADSTS, entraError } from './errors';
import type { ErrorSpec } from './errors';
import { readForm, redirect, sendHtml, sendJson } from './http';
import { loadKeys } from './keys';
import { errorPage } from './pages';
import { createProvider } from './provider';
import { GRAPH, parseScope } from './scopes';
import { SIGN_IN_PATH, SignIn } from './signIn';
import { takeFault } from '../faultQueue';
import { IDENTITY_DEFAULTS } from './state';
import type { AuthorizeFault, IdentityState, TokenFault } from './state';
import { IdentityStore } from './store';
import { TokenChecks } from './token';
import { Tokens } from './tokens';

export interface Identity {
  origin: string;
  port: number;
  state: IdentityState;
  tokenFaults: TokenFault[];
  authorizeFaults: AuthorizeFault[];
  /** Token requests seen, newest last. */
  requests: { grantType: string; scope: string; answered: number }[];
  tokens: Tokens;
  directory: Directory;
  revokeUser(upn: string): void;
  removeConsent(upn: string): void;
  reset(): void;
  stop(): Promise<void>;
}

export interface IdentityOptions {
  dir: string;
  port: number;
  certificates: Certificates;
  directory: Directory;
}

type OidcRequest = IncomingMessage & { baseUrl?: string; body?: Record<string, string> };

export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { directory, certificates } = options;
  const keys = await loadKeys(path.join(options.dir, 'keys.json'));
  const store = new IdentityStore(path.join(options.dir, 'store.json'));
  const server = https.createServer({ key: readFileSync(certificates.key), cert: readFileSync(certificates.cert) });
  const port = await listen(server, options.port);
  const origin = `https://localhost:${port}`;
  const state = { ...IDENTITY_DEFAULTS };
  const tokens = new Tokens(keys, directory, origin);
  const checks = new TokenChecks(directory, store, state);
  const onCode = (code: string, tenantPath: string) => void checks.codeTenants.set(code, tenantPath);
  const provider = createProvider({ origin, keys, store, directory, tokens, state, onCode });
  const oidc = provider.callback();
  const signIn = new SignIn(provider, directory, state);
  const identity: Identity = {
    origin,
    port,
    state,
    tokenFaults: [],
    authorizeFaults: [],
    requests: [],
    tokens,
    directory,
    revokeUser(upn) {
      const { oid } = directory.require(upn);
      directory.revokedBefore.set(oid, Math.floor(Date.now() / 1000) + 1);
      store.remove(['Session', 'AuthorizationCode'], (payload) => payload.accountId === oid);
    },
    removeConsent(upn) {
      const { oid } = directory.require(upn);
      store.remove(['Grant'], (payload) => payload.accountId === oid);
    },
    reset() {
      Object.assign(state, IDENTITY_DEFAULTS);
      identity.tokenFaults.length = identity.authorizeFaults.length = identity.requests.length = 0;
      directory.disabled.clear();
      directory.revokedBefore.clear();
    },
    async stop() {
      store.flush();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const discovery = (segment: string, tenant: string) => ({
    token_endpoint: `${origin}/${segment}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${origin}/${segment}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: tokens.issuer(
      tenant === 'common' || tenant === 'organizations'
        ? '{tenantid}'
        : tenant === 'consumers'
          ? PERSONAL_TENANT
          : tenant,
    ),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${origin}/${segment}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${origin}/${segment}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'email'],
    tenant_region_scope: null,
    cloud_instance_name: 'localhost',
    msgraph_host: 'localhost',
  });

  async function authorize(req: OidcRequest, res: ServerResponse, url: URL, tenant: string): Promise<void> {
    const query = url.searchParams;
    const client = directory.client(query.get('client_id'));
    const uri = query.get('redirect_uri') ?? '';
    if (!client) return sendHtml(res, errorPage(entraError(AADSTS.appNotFound(query.get('client_id') ?? ''))), 400);
    if (!directory.redirectAllowed(client, uri)) {
      return sendHtml(res, errorPage(entraError(AADSTS.redirectMismatch(uri))), 400);
    }
    const { openid, resources, unknown } = parseScope(query.get('scope') ?? '');
    const refused: ErrorSpec | undefined =
      takeFault(identity.authorizeFaults) ??
      directory.refusePath(client, tenant) ??
      (unknown[0] ? AADSTS.scopeUnknown(unknown[0]) : undefined);
    if (refused) {
      const back = new URL(uri);
      const { error, error_description, error_uri } = entraError(refused);
      for (const [name, value] of Object.entries({ error, error_description, error_uri })) {
        back.searchParams.set(name, value);
      }
      back.searchParams.set('state', query.get('state') ?? '');
      return redirect(res, back.href);
    }
    query.set('sandbox_scope', query.get('scope') ?? '');
    query.set('sandbox_tenant', tenant);
    query.set('scope', [...openid, ...[...resources.values()].flat()].join(' '));
    for (const resource of resources.keys()) query.append('resource', resource);
    req.url = `/oauth2/v2.0/authorize?${query.toString()}`;
    await oidc(req, res);
  }

  async function token(req: OidcRequest, res: ServerResponse, tenant: string): Promise<void> {
    const form = await readForm(req);
    const entry = { grantType: form.get('grant_type') ?? '', scope: form.get('scope') ?? '', answered: 0 };
    identity.requests.push(entry);
    res.once('finish', () => void (entry.answered = res.statusCode));
    const fault = takeFault(identity.tokenFaults, (one) => !one.grantType || one.grantType === entry.grantType);
    if (fault?.drop) return void req.socket.destroy();
    if (fault?.html !== undefined) {
      res.writeHead(fault.status ?? 502, { 'content-type': 'text/html', ...fault.headers });
      return void res.end(fault.html);
    }
    if (fault) {
      const spec = { ...AADSTS.revoked, ...definedOf(fault) };
      return sendJson(res, fault.status ?? 400, entraError(spec, fault.extra), fault.headers);
    }
    store.softRotation = state.softRotation;
    const refused = checks.prepare({ form, tenantPath: tenant });
    if (refused) return sendJson(res, refused.error === 'invalid_client' ? 401 : 400, entraError(refused));
    req.url = '/oauth2/v2.0/token';
    req.body = Object.fromEntries(form);
    await oidc(req, res);
  }

  async function me(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const { user } = await tokens.check((req.headers.authorization ?? '').slice(7), 'User.Read', GRAPH);
      const { oid: id, name: displayName, upn: mail } = user;
      sendJson(res, 200, { id, displayName, mail, userPrincipalName: mail });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      sendJson(res, 401, { error: { code: 'InvalidAuthenticationToken', message } });
    }
  }

  async function route(req: OidcRequest, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', origin);
    if (state.delayMs) await sleep(state.delayMs);
    if (SIGN_IN_PATH.test(url.pathname)) return signIn.handle(req, res, url.pathname);
    if (url.pathname === '/v1.0/me') return me(req, res);
    const [, segment = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    const tenant = directory.tenantOfPath(segment);
    if (!tenant) return sendJson(res, 400, entraError(AADSTS.tenantNotFound(segment)));
    if (rest === '/v2.0/.well-known/openid-configuration') return sendJson(res, 200, discovery(segment, tenant));
    req.baseUrl = `/${segment}`;
    if (rest === '/oauth2/v2.0/authorize') return authorize(req, res, url, tenant);
    if (rest === '/oauth2/v2.0/token' && req.method === 'POST') return token(req, res, tenant);
    req.url = rest + url.search;
    return oidc(req, res);
  }

  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    route(req, res).catch((error: unknown) => {
      if (res.headersSent) return res.end();
      const text = error instanceof Error ? error.message : String(error);
      sendJson(res, 500, entraError({ error: 'server_error', code: 90033, text }));
    });
  });
  return identity;
}

function definedOf(fault: TokenFault): Partial<ErrorSpec> {
  const { error, code, text, suberror } = fault;
  return Object.fromEntries(Object.entries({ error, code, text, suberror }).filter(([, value]) => value !== undefined));
}
