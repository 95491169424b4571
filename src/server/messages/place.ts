/** Where a message lies on its server, and a short-lived connection to read it there: it never waits for sync. */
import type { Row } from '../access/owned';
import { withLogin } from '../accounts/credentials';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { openSession, type DirectSession } from '../imap/session';
import { text } from './views';

export interface PlaceOnServer {
  accountId: string;
  path: string;
  uidValidity: number;
  uid: number;
}

/** @throws MailError permanent `messageGone` for a message without a place */
export async function placeOf(mail: MailContext, message: Row): Promise<PlaceOnServer> {
  const gone = new MailError('permanent', 'messageGone');
  if (!message.mailboxId || !message.uid || !message.uidValidity) throw gone;
  const mailbox = await mail.db
    .getCollection('mailboxes')
    .model.findOne({ where: { id: String(message.mailboxId as string), userId: message.userId } });
  const path = text(mailbox?.get('path'));
  if (!path) throw gone;
  return {
    accountId: String(message.accountId as string),
    path,
    uidValidity: Number(message.uidValidity),
    uid: Number(message.uid),
  };
}

/**
 * Opens a connection of its own and hands it to `work`, which keeps it open by not closing it: used for streams that outlive the call.
 * When `work` fails, the connection is closed.
 * @throws MailError of accounts/credentials.ts and imap/errors.ts
 */
export async function withOpenSession<T>(
  mail: MailContext,
  accountId: string,
  signal: AbortSignal | undefined,
  work: (session: DirectSession) => Promise<T>,
): Promise<T> {
  return withLogin(mail, accountId, 'imap', async (login) => {
    const session = await openSession(login, mail.log, { signal });
    try {
      return await work(session);
    } catch (error) {
      await session.close();
      throw error;
    }
  });
}
