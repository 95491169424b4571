/** Sealing of secrets with the host's key, bound to the row they belong to: AES-256-GCM (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Application } from '@nocobase/server';
import type { MailContext } from '../context';
import { MailError } from '../errors';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `encrypt` and `decrypt` of {@link MailContext}. The host's own cipher (CBC) does not notice a changed or copied value. */
export function sealer(app: Application): Pick<MailContext, 'encrypt' | 'decrypt'> {
  // Read at use: the host makes its key while it starts.
  const key = () => sealingKey(Reflect.get(app.aesEncryptor, 'key'));
  return {
    encrypt: async (plain, bind) => seal(key(), plain, bind),
    decrypt: async (sealed, bind) => open(key(), sealed, bind),
  };
}

/** The key for sealing, derived (HKDF, RFC 5869) from the host's: one key serves one purpose. */
export function sealingKey(hostKey: unknown): Buffer {
  if (!Buffer.isBuffer(hostKey) || hostKey.length < 32) throw new Error('The host has no key for encryption.');
  return Buffer.from(hkdfSync('sha256', hostKey, '', 'email-manager/seal/v1', 32));
}

/** `v1.<nonce, ciphertext and tag in base64url>` */
export function seal(key: Buffer, plain: string, bind: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(bind, 'utf8'));
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${sealed.toString('base64url')}`;
}

/** @throws MailError permanent `secretUnreadable` when key, row or text are others than at sealing */
export function open(key: Buffer, sealed: string, bind: string): string {
  try {
    const [version, body] = sealed.split('.');
    const bytes = Buffer.from(body ?? '', 'base64url');
    if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('not sealed by us');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(bind, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return plain.toString('utf8');
  } catch {
    throw new MailError('permanent', 'secretUnreadable', { who: 'administrator' });
  }
}
