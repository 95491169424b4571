/** Sealing of secrets with the host's key, bound to the row they belong to. */
import type { Application } from '@nocobase/server';
import type { MailContext } from '../context';
import { MailError } from '../errors';

/** `encrypt` and `decrypt` of {@link MailContext}. */
export function sealer(app: Application): Pick<MailContext, 'encrypt' | 'decrypt'> {
  return {
    encrypt: (plain, bind) => app.aesEncryptor.encrypt(JSON.stringify([bind, plain])),
    decrypt: async (sealed, bind) => {
      const [boundTo, plain] = JSON.parse(await app.aesEncryptor.decrypt(sealed)) as [string, string];
      if (boundTo !== bind) throw new MailError('permanent', 'secretUnreadable', { who: 'administrator' });
      return plain;
    },
  };
}
