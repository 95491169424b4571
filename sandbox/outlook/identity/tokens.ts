/** Minting and checking of JSON Web Tokens outside oidc-provider. */
import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, createLocalJWKSet, importJWK, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { SandboxUser } from '../fixtures';
import type { Directory } from './directory';
import type { IdentityKeys } from './keys';
import { OUTLOOK } from './scopes';

/** Audience of the sandbox's own mailbox access, which no client can ever be given. */
const INTERNAL_AUDIENCE = 'sandbox-internal';

export interface MintOptions {
  audience?: string;
  scopes?: string[];
  /** Seconds; negative makes a token that has expired already. */
  ttl?: number;
  clientId?: string;
}

export interface CheckedToken {
  user: SandboxUser;
  scopes: string[];
  payload: JWTPayload;
}

export class Tokens {
  private readonly keySet;
  private readonly publicKey;

  constructor(
    private readonly keys: IdentityKeys,
    private readonly directory: Directory,
    private readonly origin: string,
  ) {
    const { kty, n, e, kid } = keys.signing;
    this.publicKey = { kty, n, e, kid, use: 'sig', alg: 'RS256' };
    this.keySet = createLocalJWKSet({ keys: [this.publicKey] });
  }

  issuer(tenant: string): string {
    return `${this.origin}/${tenant}/v2.0`;
  }

  /** Claims Entra puts into the id_token. */
  idClaims(user: SandboxUser): Record<string, unknown> {
    return {
      iss: this.issuer(user.tenant),
      sub: createHash('sha256').update(user.oid).digest('base64url'),
      oid: user.oid,
      tid: user.tenant,
      preferred_username: user.upn,
      name: user.name,
      ver: '2.0',
      uti: randomUUID().slice(0, 22),
    };
  }

  /** Claims Exchange and Graph read from an access token. */
  accessClaims(user: SandboxUser, scopes: string[], clientId: string): Record<string, unknown> {
    const ids = { oid: user.oid, tid: user.tenant, upn: user.upn, unique_name: user.upn, name: user.name };
    return { ...ids, appid: clientId, azp: clientId, scp: scopes.join(' '), ver: '1.0' };
  }

  async sign(payload: JWTPayload): Promise<string> {
    const key = await importJWK(this.keys.signing, 'RS256');
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.keys.signing.kid }).sign(key);
  }

  async mint(user: SandboxUser, options: MintOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const scopes = options.scopes ?? ['IMAP.AccessAsUser.All', 'SMTP.Send'];
    return this.sign({
      ...this.accessClaims(user, scopes, options.clientId ?? this.directory.clients[0]?.clientId ?? ''),
      iss: this.issuer(user.tenant),
      aud: options.audience ?? OUTLOOK,
      sub: user.oid,
      jti: randomUUID(),
      iat: now,
      nbf: now,
      exp: now + (options.ttl ?? 3600),
    });
  }

  /** A token for the sandbox's own hands, which works whatever faults are set. */
  mintInternal(user: SandboxUser): Promise<string> {
    return this.mint(user, { audience: INTERNAL_AUDIENCE });
  }

  /** The token's user if it is good for `scope` at `audience` now; throws the reason otherwise. */
  async check(token: string, scope: string, audience = OUTLOOK): Promise<CheckedToken> {
    const issuer = this.directory.tenants.map((tenant) => this.issuer(tenant.id));
    const { payload } = await jwtVerify(token, this.keySet, { issuer });
    const user = this.directory.userByOid(typeof payload.oid === 'string' ? payload.oid : undefined);
    if (!user) throw new Error('unknown account');
    const scopes = typeof payload.scp === 'string' ? payload.scp.split(' ') : [];
    if (payload.aud === INTERNAL_AUDIENCE) return { user, scopes, payload };
    if (payload.aud !== audience) throw new Error(`audience ${String(payload.aud)} instead of ${audience}`);
    if (this.directory.isDisabled(user)) throw new Error('account disabled');
    if ((this.directory.revokedBefore.get(user.oid) ?? 0) > (payload.iat ?? 0)) throw new Error('token revoked');
    if (!scopes.includes(scope)) throw new Error(`scope ${scope} missing`);
    return { user, scopes, payload };
  }
}

/** Claims of a token without any check: for the shim, which only needs to know when it ends. */
export function peekClaims(token: string): JWTPayload {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
  } catch {
    return {};
  }
}
