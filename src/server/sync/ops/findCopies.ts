/** Looks for messages in the mailbox a command of ours may have moved them to. */
import type { FetchMessageObject } from 'imapflow';
import { ENVELOPE_HEADERS, envelopeOf } from '../../imap/envelope';
import { fetchRows } from '../../imap/fetch';
import { searchUids } from '../../imap/mailbox';
import type { Pass } from '../pass';
import { pairCopies, type Identity } from './decide';
import type { NewPlace } from './outcome';
import type { PendingOp, TargetEnd } from './pending';

/** Newest messages of the target that are looked at. */
const MOST_LOOKED_AT = 2000;

/** What FETCH must be asked for to tell messages apart; see {@link identityOf}. */
export const IDENTITY = { internalDate: true, size: true, headers: ENVELOPE_HEADERS };

/** A row of FETCH, as far as it tells one message from another. */
export function identityOf(row: FetchMessageObject): Identity & { uid: number } {
  const envelope = envelopeOf(row.headers ?? Buffer.alloc(0));
  return {
    uid: row.uid,
    messageIdHash: envelope.messageIdHash,
    headerHash: envelope.headerHash,
    internalDate: row.internalDate instanceof Date ? row.internalDate : null,
    size: row.size ?? null,
    unreadable: row.headers === undefined,
  };
}

/**
 * Where the messages of these moves lie in the target now; those that are not there are missing from the result.
 * @param end where the target ended before the first of them was sent: what was there already is not looked at
 */
export async function findCopies(
  pass: Pass,
  target: { id: string; path: string },
  end: TargetEnd,
  ops: readonly PendingOp[],
): Promise<Map<PendingOp, NewPlace>> {
  const { uidValidity } = await pass.connection.open(target.path);
  // Under another UIDVALIDITY the end that was noted means nothing.
  if (uidValidity !== end.uidValidity) return new Map();
  const session = await pass.connection.session();
  // `n:*` always matches the last message, however old (RFC 9051 section 9, seq-range).
  const since = (await searchUids(session, { uid: `${end.uidNext}:*` })).filter((uid) => uid >= end.uidNext);
  if (since.length === 0) return new Map();
  const rows = await fetchRows(session, since.slice(-MOST_LOOKED_AT), IDENTITY);
  const copies = [...rows.values()].map(identityOf);
  const messages = ops.map((op) => ({ ...op.message, op }));
  const places = new Map<PendingOp, NewPlace>();
  for (const [{ op }, { uid }] of pairCopies(messages, copies)) {
    places.set(op, { mailboxId: target.id, uidValidity, uid });
  }
  return places;
}
