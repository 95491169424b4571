/** What appeared in Sent: ids of messages, to be compared with those that left. Knows no database. */
import { openMailbox, searchUids } from './mailbox';
import type { DirectSession } from './session';

/** The ids of a message that appeared in a mailbox. */
export interface SentHeader {
  uid: number;
  messageId: string | null;
  /** X-Microsoft-Original-Message-ID: what the client had called it before Outlook.com gave it another name. */
  originalMessageId: string | null;
  internalDate: Date | null;
}

const headerOf = (headers: string, name: string): string | null =>
  new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(headers.replace(/\r?\n[ \t]+/g, ' '))?.[1]?.trim() || null;

/**
 * Ids of the messages that appeared since `uidNext`, at most the newest 500.
 * @throws MailError transient `uidValidityChanged` | permanent `mailboxMissing` | transport errors
 */
export async function headersSince(
  session: DirectSession,
  path: string,
  uidValidity: number,
  uidNext: number,
): Promise<SentHeader[]> {
  await openMailbox(session, path, { uidValidity });
  // `n:*` always matches the last message, however old (RFC 9051 section 9, seq-range).
  const uids = (await searchUids(session, { uid: `${uidNext}:*` })).filter((uid) => uid >= uidNext).slice(-500);
  if (uids.length === 0) return [];
  const rows = await session.ask((client) =>
    client.fetchAll(
      uids,
      { uid: true, internalDate: true, headers: ['message-id', 'x-microsoft-original-message-id'] },
      { uid: true },
    ),
  );
  return rows.map((row) => {
    const headers = row.headers?.toString('latin1') ?? '';
    return {
      uid: row.uid,
      messageId: headerOf(headers, 'message-id'),
      originalMessageId: headerOf(headers, 'x-microsoft-original-message-id'),
      internalDate: row.internalDate instanceof Date ? row.internalDate : null,
    };
  });
}
