/** The identity provider's own secrets: the signing key and the cookie key, kept over restarts. */
import { createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

export interface IdentityKeys {
  signing: JWK & { kid: string };
  cookie: string;
}

export async function loadKeys(file: string): Promise<IdentityKeys> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as IdentityKeys;
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' }) as JWK;
  const kid = createHash('sha1').update(String(jwk.n)).digest('base64url');
  const keys: IdentityKeys = {
    signing: { ...jwk, use: 'sig', alg: 'RS256', kid },
    cookie: randomBytes(24).toString('base64url'),
  };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}
