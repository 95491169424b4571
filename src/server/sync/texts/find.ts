/** FETCH of texts, decoded. One that cannot be read never stops the others. */
import type { AttachmentView } from '../../../shared/types';
import { MailError } from '../../errors';
import { fetchBodyHere, joinSections, MAX_TEXT_PART, textOfPart, type FetchedBody } from '../../imap/body';
import { storable } from '../../imap/decode';
import type { Turn } from '../../imap/session';
import type { Connection } from '../connection';
import { fetchEach, type FetchPlace } from '../fetchMessages';
import type { Planned } from './groups';
import type { Wanted } from './missing';
import { readableTextOf } from './preview';

/** What became of one message. */
export interface Outcome {
  wanted: Wanted;
  /** Null where it cannot be read now. */
  body: FoundText | null;
  /** Error code where it is on the server and cannot be read. */
  error: string | null;
}

/** A text that waits for its transaction: as bytes, which no garbage collection copies while they wait. */
export interface FoundText {
  structure: Wanted['structure'];
  attachments: AttachmentView[];
  /** UTF-8. */
  text: Buffer | null;
  /** UTF-8. */
  html: Buffer | null;
  /** What is read and searched. */
  readable: string | null;
}

const bytesOf = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(storable(text)));

const foundText = ({ structure, attachments, text, html }: FetchedBody): FoundText => ({
  ...{ structure, attachments, text: bytesOf(text), html: bytesOf(html) },
  readable: readableTextOf({ text, html }),
});

/** A message whose text has come and is still to be decoded, or what became of it. */
export type Piece = Outcome | { planned: Planned; sent: (part: string) => Buffer };

/** Fetches texts of messages with the same sections, to be read by {@link readTexts}. */
export async function fetchAlike(
  connection: Connection,
  place: FetchPlace,
  group: readonly Planned[],
): Promise<Piece[]> {
  const sections = group[0]?.texts.map(({ part }) => ({ key: part, start: 0, maxLength: MAX_TEXT_PART })) ?? [];
  const uids = group.map(({ wanted }) => wanted.uid);
  const { rows, missing } =
    sections.length > 0
      ? await fetchEach(connection, place, uids, { bodyParts: sections })
      : { rows: null, missing: [] };
  const pieces: Piece[] = [];
  for (const planned of group) {
    const { wanted, texts } = planned;
    const content = rows?.get(wanted.uid)?.bodyParts;
    const sentOf = (part: string) => content?.get(part.toLowerCase());
    if (rows && !rows.has(wanted.uid) && !missing.includes(wanted.uid)) {
      pieces.push({ wanted, body: null, error: null });
    } else if (texts.some(({ part, size }) => size > 0 && !sentOf(part))) {
      // A structure that promises parts which are not there is no better than a broken one.
      pieces.push(await findAlone(connection, place, wanted));
    } else {
      pieces.push({ planned, sent: (part) => sentOf(part) ?? Buffer.alloc(0) });
    }
  }
  return pieces;
}

/** Decodes what was fetched; it lets go of one after another. */
export async function readTexts(pieces: Piece[], turn: Turn): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    outcomes.push('planned' in piece ? readAlike(piece.planned, piece.sent) : piece);
    await turn();
  }
  return outcomes;
}

function readAlike({ wanted, parts }: Planned, sent: (part: string) => Buffer): Outcome {
  const joined = joinSections(parts.sections, (part) => textOfPart(part, sent(part.part)));
  const { structure } = wanted;
  return { wanted, body: foundText({ structure, attachments: parts.attachments, ...joined }), error: null };
}

/** A message whose structure is of no use is read whole. */
export async function findAlone(connection: Connection, place: FetchPlace, wanted: Wanted): Promise<Outcome> {
  await connection.open(place.path, { uidValidity: place.uidValidity });
  try {
    return { wanted, body: foundText(await fetchBodyHere(await connection.session(), wanted.uid)), error: null };
  } catch (error) {
    if (!(error instanceof MailError) || error.kind !== 'permanent') throw error;
    return { wanted, body: null, error: error.code === 'messageGone' ? null : error.code };
  }
}
