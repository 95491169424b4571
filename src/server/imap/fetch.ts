/** FETCH by UID: ranges packed, answers merged per message, and only what was asked for. */
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import type { MailError } from '../errors';
import { toImapError } from './errors';
import type { DirectSession, ImapSession } from './session';

/** Scattered UIDs do not pack: so many of them still fit into a line. */
export const UIDS_A_LINE = 500;

/** [1, 2, 3, 7] → "1:3,7": a long list must not make a line longer than servers take (RFC 9051 section 4.1.1, about 8 KB). */
export function packUids(uids: readonly number[]): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to + 1 < sorted.length && sorted[to + 1] === sorted[to]! + 1) to++;
    ranges.push(from === to ? `${sorted[from]}` : `${sorted[from]}:${sorted[to]}`);
    from = to + 1;
  }
  return ranges.join(',');
}

/** Later answers win, but an unsolicited one (flags only) takes nothing away. */
function merge(known: FetchMessageObject | undefined, row: FetchMessageObject): FetchMessageObject {
  if (!known) return row;
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  const bodyParts = new Map([...(known.bodyParts ?? []), ...(row.bodyParts ?? [])]);
  return { ...known, ...present, ...(bodyParts.size > 0 && { bodyParts }) };
}

/** What a FETCH brought, and why it brought no more. */
export interface Fetched<T> {
  found: T[];
  /** Null where the command was carried out. */
  failure: MailError | null;
}

/**
 * Rows of the selected mailbox by UID. A message that has gone meanwhile is missing from the result, and so may be one the
 * server cannot convert: the caller compares. What a command that fails brought before is not lost.
 */
export async function readRows(
  session: DirectSession,
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<Fetched<FetchMessageObject>> {
  const rows = new Map<number, FetchMessageObject>();
  const asked = new Set(uids);
  let failure: MailError | null = null;
  for (let from = 0; from < uids.length && !failure; from += UIDS_A_LINE) {
    const range = packUids(uids.slice(from, from + UIDS_A_LINE));
    await session
      .ask(async (client) => {
        for await (const row of client.fetch(range, { ...query, uid: true }, { uid: true })) {
          // What the server tells of its own accord lands here instead of at the listeners of a connection that idles.
          if (row.flags && (!asked.has(row.uid) || rows.has(row.uid))) client.emit('flags', row);
          if (asked.has(row.uid)) rows.set(row.uid, merge(rows.get(row.uid), row));
          // Answers that have arrived already would be read without any pause between them.
          await session.turn();
        }
      })
      .catch((error: unknown) => {
        failure = toImapError(error);
      });
  }
  return { found: [...rows.values()], failure };
}

/**
 * {@link readRows}, of any session.
 * @throws MailError of imap/errors.ts
 */
export async function fetchRows(
  session: Pick<ImapSession, 'rows'>,
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<Map<number, FetchMessageObject>> {
  const { found, failure } = await session.rows(uids, query);
  if (failure) throw failure;
  return new Map(found.map((row) => [row.uid, row]));
}
