/** FETCH of texts. One that cannot be read never stops the others. */
import type { MailError } from '../../errors';
import type { Connection } from '../connection';
import { asFailure, fetchEach, type FetchPlace } from '../fetchMessages';
import type { Owner } from '../store';
import type { Findable, ReadText } from '../reader/texts';
import type { Planned } from './groups';
import type { Wanted } from './missing';

/** What became of one message. */
export interface Outcome {
  wanted: Wanted;
  /** Null where it cannot be read now. */
  body: ReadText | null;
  /** Error code where it is on the server and cannot be read. */
  error: string | null;
}

/** For whom and for which database texts are read. */
export interface Reading {
  owner: Owner;
  /** As Sequelize names it. */
  dialect: string;
}

/** What the index needs of a message. */
export const findableOf = (
  { userId }: Pick<Owner, 'userId'>,
  { id, internalDate, subject, from, recipients }: Wanted,
): Findable => ({ id, userId, internalDate, subject, from, recipients });

/** Texts of messages with the same sections. @throws MailError of imap/errors.ts */
export async function findAlike(
  connection: Connection,
  place: FetchPlace,
  { owner, dialect }: Reading,
  group: readonly Planned[],
): Promise<Outcome[]> {
  const byUid = new Map(group.map((planned) => [planned.wanted.uid, planned]));
  const { rows, missing } = await fetchEach(connection, place, [...byUid.keys()], (uids) =>
    connection.read('texts', {
      messages: uids.map((uid) => {
        const { wanted, parts } = byUid.get(uid)!;
        return { uid, parts, findable: findableOf(owner, wanted) };
      }),
      dialect,
    }),
  );
  const outcomes: Outcome[] = [];
  for (const { wanted } of group) {
    const row = rows.get(wanted.uid);
    if (row && !('incomplete' in row)) {
      outcomes.push({ wanted, body: { ...row, structure: wanted.structure }, error: null });
    } else if (!row && !missing.includes(wanted.uid)) outcomes.push({ wanted, body: null, error: null });
    else outcomes.push(await findAlone(connection, place, { owner, dialect }, wanted));
  }
  return outcomes;
}

/** A message whose structure is of no use is read whole. @throws MailError of imap/errors.ts */
export async function findAlone(
  connection: Connection,
  place: FetchPlace,
  { owner, dialect }: Reading,
  wanted: Wanted,
): Promise<Outcome> {
  await connection.open(place.path, { uidValidity: place.uidValidity });
  const findable = findableOf(owner, wanted);
  const { found, failure } = await connection.read('alone', { uid: wanted.uid, findable, dialect }).catch(asFailure);
  return { wanted, body: found[0] ?? null, error: failure && errorOf(failure) };
}

/** What a failure says of a message that was read alone. @throws the failure where it says something of the connection */
function errorOf(failure: MailError): string | null {
  if (failure.code === 'messageGone') return null;
  if (failure.code === 'replyUnreadable' || failure.code === 'bug') return 'messageUnreadable';
  if (failure.kind !== 'permanent') throw failure;
  return failure.code;
}
