/** Submission (RFC 6409) with XOAUTH2 in three visible stages: connect, login, send. Knows no database. */
import type { Login, Log } from '../context';

/**
 * Logs in and out again: what proves that an account can send.
 * @throws MailError of submission/errors.ts
 */
export async function probeSmtp(_login: Login, _log: Log): Promise<void> {
  throw new Error('to be written');
}
