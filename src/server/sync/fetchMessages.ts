/** FETCH of header fields for a batch of messages; one that cannot be read never stops the others. */
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import { MailError } from '../errors';
import { ENVELOPE_HEADERS, envelopeOf } from '../imap/envelope';
import { fetchRows, packUids } from '../imap/fetch';
import { hasAttachments, partsOf, textPartsOf } from '../imap/parts';
import { searchUids } from '../imap/session';
import type { Connection } from './connection';
import { flagsOf } from './plan';
import type { FetchedMessage } from './store';

const ENVELOPE: FetchQueryObject = {
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  headers: ENVELOPE_HEADERS,
};
/** What is asked of a message the server cannot convert as a whole, from much to little. */
const LESS: readonly FetchQueryObject[] = [
  { flags: true, internalDate: true, size: true, headers: ENVELOPE_HEADERS },
  { flags: true, internalDate: true, headers: true },
  { flags: true, internalDate: true },
];

/** A row of FETCH as a message to store. Pure. */
export function messageOf(row: FetchMessageObject, now: Date): FetchedMessage {
  const parts = partsOf(row.bodyStructure);
  const charset = textPartsOf(parts)[0]?.charset;
  const envelope = envelopeOf(row.headers ?? Buffer.alloc(0), charset);
  const internalDate = row.internalDate instanceof Date ? row.internalDate : (envelope.sentAt ?? now);
  return {
    uid: row.uid,
    flags: flagsOf(row.flags ?? []),
    internalDate,
    size: row.size ?? 0,
    envelope,
    hasAttachments: hasAttachments(parts),
    unreadable: row.headers === undefined ? 'messageUnreadable' : null,
  };
}

/** An answer that the reader choked on kills the connection, a refusal does not: both may be the fault of one message. */
const blamesAMessage = (error: unknown): error is MailError =>
  error instanceof MailError && (error.code === 'commandRefused' || error.code === 'replyUnreadable');

/**
 * Messages of the mailbox, newest first. A UID that is missing from the result is gone from the server.
 * @throws MailError of imap/errors.ts, when the connection and not a message is the reason
 */
export async function fetchMessages(
  connection: Connection,
  place: { path: string; uidValidity: number },
  uids: readonly number[],
  now: Date,
): Promise<FetchedMessage[]> {
  const rows = await fetchHalving(connection, place, uids, ENVELOPE);
  const missing = uids.filter((uid) => !rows.has(uid));
  if (missing.length > 0) {
    // Exchange answers OK and leaves out what it cannot convert, and so it does for what has just been deleted.
    await connection.open(place.path, { uidValidity: place.uidValidity });
    const there = await searchUids(await connection.session(), { uid: packUids(missing) });
    for (const uid of there) {
      if (missing.includes(uid)) rows.set(uid, await fetchLess(connection, place, uid));
    }
  }
  return [...rows.values()].sort((a, b) => b.uid - a.uid).map((row) => messageOf(row, now));
}

/** Halves a batch that fails until only the guilty ones are left out. */
async function fetchHalving(
  connection: Connection,
  place: { path: string; uidValidity: number },
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<Map<number, FetchMessageObject>> {
  try {
    await connection.open(place.path, { uidValidity: place.uidValidity });
    return await fetchRows(await connection.session(), uids, query);
  } catch (error) {
    if (!blamesAMessage(error)) throw error;
    if (uids.length === 1) return new Map();
    const half = Math.ceil(uids.length / 2);
    const first = await fetchHalving(connection, place, uids.slice(0, half), query);
    const second = await fetchHalving(connection, place, uids.slice(half), query);
    return new Map([...first, ...second]);
  }
}

async function fetchLess(
  connection: Connection,
  place: { path: string; uidValidity: number },
  uid: number,
): Promise<FetchMessageObject> {
  for (const query of LESS) {
    const row = (await fetchHalving(connection, place, [uid], query)).get(uid);
    if (row) return row;
  }
  return { seq: 0, uid };
}
