/** FETCH of header fields for a batch of messages; one that cannot be read never stops the others. */
import type { FetchQueryObject } from 'imapflow';
import { MailError } from '../errors';
import { ENVELOPE_HEADERS } from '../imap/envelope';
import type { Fetched } from '../imap/fetch';
import { searchAmong } from '../imap/mailbox';
import type { Connection } from './connection';
import { messageOf } from './reader/envelopes';
import { packMessage, type PackedMessage } from './reader/packed';
import { utf8Buffers } from './reader/utf8';

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

/**
 * Messages of these UIDs, newest first. A UID that is missing from the result is gone from the server.
 * @param now the date of messages that have none
 * @throws MailError of imap/errors.ts, when the connection and not a message is the reason
 */
export async function fetchMessages(
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  now: Date,
): Promise<PackedMessage[]> {
  const asked = (query: FetchQueryObject) => (some: readonly number[]) =>
    connection.read('envelopes', { uids: some, query, now });
  const { rows, missing } = await fetchEach(connection, place, uids, asked(ENVELOPE));
  for (const uid of missing) rows.set(uid, await fetchLess(connection, place, uid, asked, now));
  return [...rows.values()].sort((a, b) => b.uid - a.uid);
}

/** Where nothing came at all. @throws what is no MailError: that is a mistake of ours */
export function asFailure(thrown: unknown): Fetched<never> {
  if (!(thrown instanceof MailError)) throw thrown;
  return { found: [], failure: thrown };
}

/** An answer that the reader choked on kills the connection, a refusal does not: both may be the fault of one message. */
export const blamesAMessage = (error: unknown): error is MailError =>
  error instanceof MailError && (error.code === 'commandRefused' || error.code === 'replyUnreadable');

export interface FetchedEach<T> {
  rows: Map<number, T>;
  /** UIDs that are on the server and did not come. Those that are not there any more are no fault. */
  missing: number[];
}

/** Reads these of the selected mailbox. */
type Ask<T> = (uids: readonly number[]) => Promise<Fetched<T>>;

/**
 * FETCH for all of these, whatever single ones do to it: a batch that fails is halved until only the guilty are left out.
 * @throws MailError of imap/errors.ts, when the connection and not a message is the reason
 */
export async function fetchEach<T extends { uid: number }>(
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  ask: Ask<T>,
): Promise<FetchedEach<T>> {
  const rows = new Map<number, T>();
  const missing = await fetchInto(rows, connection, place, uids, ask);
  return { rows, missing };
}

async function fetchInto<T extends { uid: number }>(
  rows: Map<number, T>,
  connection: Connection,
  place: FetchPlace,
  uids: readonly number[],
  ask: Ask<T>,
): Promise<number[]> {
  await connection.open(place.path, { uidValidity: place.uidValidity });
  const { found, failure } = await ask(uids).catch(asFailure);
  for (const one of found) rows.set(one.uid, one);
  if (failure && !blamesAMessage(failure)) throw failure;
  // Exchange answers OK and leaves out what it cannot convert, and so it does for what has just been deleted.
  const rest = await stillThere(
    connection,
    place,
    uids.filter((uid) => !rows.has(uid)),
  );
  if (!failure) return rest;
  // "Some of the requested messages no longer exist" is answered for all of them, and so is one that cannot be converted.
  if (rest.length < uids.length) return rest.length > 0 ? fetchInto(rows, connection, place, rest, ask) : [];
  if (rest.length === 1) return rest;
  const half = Math.ceil(rest.length / 2);
  const first = await fetchInto(rows, connection, place, rest.slice(0, half), ask);
  return [...first, ...(await fetchInto(rows, connection, place, rest.slice(half), ask))];
}

async function stillThere(connection: Connection, place: FetchPlace, uids: readonly number[]): Promise<number[]> {
  if (uids.length === 0) return [];
  await connection.open(place.path, { uidValidity: place.uidValidity });
  return searchAmong(await connection.session(), uids);
}

/** What the server gives of a message it does not convert: at least a row that says so. */
async function fetchLess(
  connection: Connection,
  place: FetchPlace,
  uid: number,
  asked: (query: FetchQueryObject) => Ask<PackedMessage>,
  now: Date,
): Promise<PackedMessage> {
  for (const query of LESS) {
    const { rows } = await fetchEach(connection, place, [uid], asked(query));
    const row = rows.get(uid);
    if (row) return row;
  }
  return packMessage(messageOf({ seq: 0, uid }, now), utf8Buffers(0));
}
