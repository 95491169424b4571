/** Mailboxes of the server as a session sees them: SELECT, STATUS, SEARCH. Knows no database. */
import type { ImapFlow, MailboxObject } from 'imapflow';
import { MINUTE } from '../../shared/constants';
import type { Log, Login } from '../context';
import { MailError } from '../errors';
import { packUids, UIDS_A_LINE } from './fetch';
import { withSession, type ImapSession } from './session';

/** A mailbox that is selected, as numbers: UIDVALIDITY and UID are 32-bit (RFC 9051 section 2.3.1.1). */
export interface OpenMailbox {
  path: string;
  uidValidity: number;
  uidNext: number;
  exists: number;
}

/** What STATUS says (RFC 9051 section 6.3.11). */
export interface MailboxStatus {
  messages: number;
  uidNext: number;
  uidValidity: number;
  unseen: number;
}

/**
 * Selects a mailbox and says what it holds. EXAMINE unless `write`.
 * @param uidValidity when given, the one under which UIDs were learnt: under another one they mean other messages
 * @throws MailError permanent `mailboxMissing` | transient `uidValidityChanged` | transport errors
 */
export async function openMailbox(
  session: ImapSession,
  path: string,
  { uidValidity, write = false }: { uidValidity?: number; write?: boolean } = {},
): Promise<OpenMailbox> {
  const mailbox: MailboxObject = await session.ask((client) => client.mailboxOpen(path, { readOnly: !write }));
  const opened = {
    path,
    uidValidity: Number(mailbox.uidValidity),
    uidNext: Number(mailbox.uidNext ?? 0),
    exists: mailbox.exists,
  };
  if (uidValidity !== undefined && opened.uidValidity !== uidValidity) {
    throw new MailError('transient', 'uidValidityChanged');
  }
  return opened;
}

/**
 * STATUS of a mailbox that is not selected.
 * @throws MailError permanent `mailboxMissing` | transport errors; imapflow's `false` counts as a failure
 */
export async function mailboxStatus(session: ImapSession, path: string): Promise<MailboxStatus> {
  const status = await session.ask((client) =>
    client.status(path, { messages: true, uidNext: true, uidValidity: true, unseen: true }),
  );
  if (!status || status.uidValidity === undefined || status.messages === undefined) throw session.failure();
  return {
    messages: status.messages,
    uidNext: status.uidNext ?? 0,
    uidValidity: Number(status.uidValidity),
    unseen: status.unseen ?? 0,
  };
}

/**
 * UIDs of the selected mailbox that match, ascending and without doubles.
 * @throws MailError transport errors; imapflow's `false` (refused) counts as a failure, never as "none"
 */
export async function searchUids(session: ImapSession, query: SearchQuery): Promise<number[]> {
  const found = await session.ask((client) => client.search(query, { uid: true }));
  if (!Array.isArray(found)) throw session.failure();
  // As servers answer; a sorted copy of 100,000 takes a while.
  if (found.every((uid, index) => index === 0 || found[index - 1]! < uid)) return found;
  return [...new Set(found)].sort((a, b) => a - b);
}
type SearchQuery = Parameters<ImapFlow['search']>[0];

/**
 * Those of these UIDs that the selected mailbox has, ascending.
 * @throws MailError as {@link searchUids} does
 */
export async function searchAmong(session: ImapSession, uids: readonly number[]): Promise<number[]> {
  const asked = new Set(uids);
  const there = new Set<number>();
  for (let from = 0; from < uids.length; from += UIDS_A_LINE) {
    const uid = packUids(uids.slice(from, from + UIDS_A_LINE));
    for (const found of await searchUids(session, { uid })) if (asked.has(found)) there.add(found);
  }
  return [...there].sort((a, b) => a - b);
}

/**
 * Logs in, asks NAMESPACE and opens INBOX, then logs out: what proves that an account can be read.
 * @throws MailError of imap/errors.ts
 */
export async function probeImap(login: Login, log: Log): Promise<void> {
  // imapflow asks NAMESPACE by itself after every login.
  await withSession(login, log, (session) => openMailbox(session, 'INBOX'), { socketTimeout: MINUTE });
}
