/** The token service: a fresh login for IMAP and SMTP, renewed before it ends and once after a refusal. */
import type { Login, MailContext } from '../context';

/**
 * Runs `work` with a login whose token is valid for some minutes more. When `work` throws MailError `loginRefused`, the token is
 * renewed by force and `work` runs once more; a second refusal makes the account `reauthorize`.
 *
 * @throws MailError reauthorize | permanent `providerMisconfigured` (the administrator's) | whatever `work` throws
 */
export async function withLogin<T>(
  _mail: MailContext,
  _accountId: string,
  _protocol: 'imap' | 'smtp',
  _work: (login: Login) => Promise<T>,
): Promise<T> {
  throw new Error('to be written');
}
