/** Which messages are asked for by one FETCH: those with the same sections, as many as fit. Pure. */
import type { MessageParts, TextPart } from '../../imap/parts';
import { MAX_TEXT_PART } from '../../imap/body';
import { partsOf, textPartsOf } from '../../imap/parts';
import { groupBy } from '../rows';
import type { Wanted } from './missing';

/** Octets and messages asked for by one FETCH: what is held in memory, twice. */
const LARGEST = { octets: 2 * 1024 * 1024, messages: 300 };

export interface Planned {
  wanted: Wanted;
  parts: MessageParts;
  texts: TextPart[];
}

export interface Groups {
  /** Messages with the same sections. */
  alike: Planned[][];
  /** Messages whose structure is of no use: each is read by itself. */
  alone: Wanted[];
}

/** The server is asked once for many messages, not once a message: round trips are what takes longest. */
export function groupTexts(all: readonly Wanted[]): Groups {
  const alone: Wanted[] = [];
  const planned = all.flatMap((wanted): Planned[] => {
    const parts = partsOf(wanted.structure);
    if (parts.trusted) return [{ wanted, parts, texts: textPartsOf(parts) }];
    alone.push(wanted);
    return [];
  });
  const bySections = groupBy(planned, ({ texts }) => texts.map(({ part }) => part).join(' '));
  return { alike: [...bySections.values()].flatMap((group) => [...inPieces(group)]), alone };
}

function* inPieces(group: readonly Planned[]): Generator<Planned[]> {
  let piece: Planned[] = [];
  let octets = 0;
  for (const planned of group) {
    const size = planned.texts.reduce((sum, part) => sum + Math.min(part.size, MAX_TEXT_PART), 0);
    if (piece.length > 0 && (octets + size > LARGEST.octets || piece.length >= LARGEST.messages)) {
      yield piece;
      piece = [];
      octets = 0;
    }
    piece.push(planned);
    octets += size;
  }
  if (piece.length > 0) yield piece;
}
