/** Header fields of messages: fetched, and made into what is stored. */
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import { storableJson } from '../../imap/decode';
import { envelopeOf } from '../../imap/envelope';
import { readRows, type Fetched } from '../../imap/fetch';
import type { Mistaken } from '../../imap/mistakes';
import { compactStructure, hasAttachments, partsOf, textPartsOf } from '../../imap/parts';
import type { DirectSession } from '../../imap/session';
import { flagsOf } from '../plan';
import type { FetchedMessage } from '../store/values';
import { packMessage, type PackedMessage } from './packed';
import { utf8Buffers } from './utf8';

export interface EnvelopesWanted {
  uids: readonly number[];
  query: FetchQueryObject;
  /** The date of messages that have none. */
  now: Date;
}

/** Octets of a message without its text, on the average. */
const ABOUT = 2000;

/** Messages of the selected mailbox. One that cannot be read is left out, as by a server that cannot convert it. */
export async function readEnvelopes(
  session: DirectSession,
  { uids, query, now }: EnvelopesWanted,
): Promise<Fetched<PackedMessage>> {
  const { found, failure } = await readRows(session, uids, query);
  const utf8 = utf8Buffers(found.length * ABOUT);
  const messages: PackedMessage[] = [];
  for (const row of found) {
    const message = attempt(() => packMessage(messageOf(row, now), utf8), session.mistaken);
    if (message) messages.push(message);
    await session.turn();
  }
  return { found: messages, failure };
}

/**
 * What a sender wrote must not stop the messages of others.
 * @param mistaken told where it broke our reading of it
 * @returns null in that case
 */
export function attempt<T>(read: () => T, mistaken: Mistaken): T | null {
  try {
    return read();
  } catch (error) {
    mistaken(error);
    return null;
  }
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
    structure: parts.trusted && row.bodyStructure ? storableJson(compactStructure(row.bodyStructure)) : null,
    hasAttachments: hasAttachments(parts),
    unreadable: row.headers === undefined ? 'messageUnreadable' : null,
  };
}
