/** FETCH of header fields for a batch of messages; one that cannot be read never stops the others. */
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import { MailError } from '../errors';
import { ENVELOPE_HEADERS, envelopeOf } from '../imap/envelope';
import { fetchRows, packUids } from '../imap/fetch';
import { compactStructure, hasAttachments, partsOf, textPartsOf } from '../imap/parts';
import { searchUids } from '../imap/mailbox';
import type { Turn } from '../imap/session';
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

/** A mailbox and the UIDVALIDITY under which its UIDs were learnt. */
export interface FetchPlace {
  path: string;
  uidValidity: number;
}

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
    structure: parts.trusted && row.bodyStructure ? compactStructure(row.bodyStructure) : null,
    hasAttachments: hasAttachments(parts),
    unreadable: row.headers === undefined ? 'messageUnreadable' : null,
  };
}

/**
 * What the server gives of these messages, to be read by {@link readMessages}. A UID that is missing from the result is gone
 * from the server.
 * @throws MailError of imap/errors.ts, when the connection and not a message is the reason
 */
export async function fetchEnvelopes(
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
): Promise<FetchMessageObject[]> {
  const { rows, missing } = await fetchEach(connection, place, uids, ENVELOPE);
  for (const uid of missing) rows.set(uid, await fetchLess(connection, place, uid));
  return [...rows.values()];
}

/** Rows of FETCH as messages to store, newest first. */
export async function readMessages(
  rows: readonly FetchMessageObject[],
  now: Date,
  turn: Turn,
): Promise<FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  for (const row of [...rows].sort((a, b) => b.uid - a.uid)) {
    messages.push(messageOf(row, now));
    await turn();
  }
  return messages;
}

/** {@link fetchEnvelopes}, read. @throws as it does */
export async function fetchMessages(
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  now: Date,
): Promise<FetchedMessage[]> {
  return readMessages(await fetchEnvelopes(connection, place, uids), now, connection.turn);
}

/** An answer that the reader choked on kills the connection, a refusal does not: both may be the fault of one message. */
const blamesAMessage = (error: unknown): error is MailError =>
  error instanceof MailError && (error.code === 'commandRefused' || error.code === 'replyUnreadable');

export interface Fetched {
  rows: Map<number, FetchMessageObject>;
  /** UIDs that are on the server and did not come. Those that are not there any more are no fault. */
  missing: number[];
}

/**
 * FETCH for all of these, whatever single ones do to it: a batch that fails is halved until only the guilty are left out.
 * @throws MailError of imap/errors.ts, when the connection and not a message is the reason
 */
export async function fetchEach(
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<Fetched> {
  const rows = new Map<number, FetchMessageObject>();
  const missing = await fetchInto(rows, connection, place, uids, query);
  return { rows, missing };
}

async function fetchInto(
  rows: Map<number, FetchMessageObject>,
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<number[]> {
  const there = () =>
    stillThere(
      connection,
      place,
      uids.filter((uid) => !rows.has(uid)),
    );
  try {
    await connection.open(place.path, { uidValidity: place.uidValidity });
    await fetchRows(await connection.session(), uids, query, rows);
  } catch (error) {
    if (!blamesAMessage(error)) throw error;
    // "Some of the requested messages no longer exist" is answered for all of them, and so is one that cannot be converted.
    const rest = await there();
    if (rest.length < uids.length) return rest.length > 0 ? fetchInto(rows, connection, place, rest, query) : [];
    if (rest.length === 1) return rest;
    const half = Math.ceil(rest.length / 2);
    const first = await fetchInto(rows, connection, place, rest.slice(0, half), query);
    return [...first, ...(await fetchInto(rows, connection, place, rest.slice(half), query))];
  }
  // Exchange answers OK and leaves out what it cannot convert, and so it does for what has just been deleted.
  return there();
}

async function stillThere(connection: Connection, place: FetchPlace, uids: readonly number[]): Promise<number[]> {
  if (uids.length === 0) return [];
  await connection.open(place.path, { uidValidity: place.uidValidity });
  const asked = new Set(uids);
  const there = await searchUids(await connection.session(), { uid: packUids(uids) });
  return there.filter((uid) => asked.has(uid));
}

/** What the server gives of a message it does not convert: at least a row that says so. */
async function fetchLess(connection: Connection, place: FetchPlace, uid: number): Promise<FetchMessageObject> {
  for (const query of LESS) {
    const { rows } = await fetchEach(connection, place, [uid], query);
    const row = rows.get(uid);
    if (row) return row;
  }
  return { seq: 0, uid };
}
