/** One authenticated IMAP connection (RFC 9051, XOAUTH2). Knows no database. */
import type { Login, Log } from '../context';

/**
 * Logs in, asks NAMESPACE and opens INBOX, then logs out: what proves that an account can be read.
 * @throws MailError of imap/errors.ts
 */
export async function probeImap(_login: Login, _log: Log): Promise<void> {
  throw new Error('to be written');
}
