/** Texts in the background, after the envelopes: the last days and the recent window first, then all older ones, newest first. */
import { SECOND } from '../../../shared/constants';
import type { Connection } from '../connection';
import { fetchMessages, type FetchPlace } from '../fetchMessages';
import { leaveGarbage } from '../garbage';
import { hasPendingOps, pushOps } from '../ops';
import { overlap } from '../overlap';
import { announce, type Pass } from '../pass';
import { unpackMessage } from '../reader/packed';
import { memoryFreed } from '../reader/utf8';
import { storeReadable } from '../store';
import type { MailboxWork } from '../syncMailbox';
import { findAlike, findAlone, type Outcome, type Reading } from './find';
import { groupTexts } from './groups';
import { readDue, readMissing, urgentSince, type Wanted } from './missing';
import { storeTexts } from './store';

export { readWanted } from './missing';
export { storeTexts };

/** Messages looked at together: the more, the fewer round trips. */
const WINDOW = 1000;
/** A mailbox has its turn for so long, in milliseconds. */
const TURN = 5 * SECOND;
/** Octets stored by one transaction, about: each waits for the disk several times, and on SQLite nobody can read meanwhile. */
const COMMIT = { alone: 4 * 1024 * 1024, besideReaders: 96 * 1024 };
/** Messages that failed before, a pass. */
const MOST_RETRIES = 50;

/**
 * Fetches what is missing and young in one mailbox, and what failed before and is due.
 * @returns false when it was stopped before the end
 */
export async function fetchUrgentTexts(pass: Pass, work: MailboxWork): Promise<boolean> {
  const since = await urgentSince(pass.mail, work.place);
  while (await fetchWindows(pass, work, since)) {
    if (pass.shouldStop()) return false;
    if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
  }
  if (pass.shouldStop()) return false;
  // Who asked for a repair does not wait for the next pass.
  while ((await retry(pass, work)) === MOST_RETRIES && work.repair) if (pass.shouldStop()) return false;
  return true;
}

/** Fetches some of the older texts that are missing in one mailbox. @returns whether there were any */
export async function fetchOlderTexts(pass: Pass, work: MailboxWork): Promise<boolean> {
  return fetchWindows(pass, work, null);
}

/** Windows of what is missing, one read while the last one is stored. @returns whether there was anything */
async function fetchWindows(pass: Pass, work: MailboxWork, since: Date | null): Promise<boolean> {
  const { mail, owner } = pass;
  const until = mail.now().getTime() + TURN;
  let last: Wanted | undefined;
  await fetchThese(pass, work, async () => {
    if (last && (mail.now().getTime() > until || (await hasPendingOps(mail, owner.id)))) return [];
    const wanted = await readMissing(mail, work.place, { since, behind: last }, WINDOW);
    last = wanted.at(-1) ?? last;
    return wanted;
  });
  return last !== undefined;
}

/** @param more gives the next ones, none at the end: it is not called again then */
async function fetchThese(pass: Pass, work: MailboxWork, more: () => Promise<readonly Wanted[]>): Promise<void> {
  const pieces: (() => Promise<Outcome[]>)[] = [];
  const next = async () => {
    if (pass.shouldStop()) return null;
    if (pieces.length === 0) pieces.push(...findPieces(pass.connection, placeOf(work), readingOf(pass), await more()));
    return pieces.shift() ?? null;
  };
  const found: Outcome[] = [];
  const enough = () => (pass.mail.readersLately() ? COMMIT.besideReaders : COMMIT.alone);
  // Others have their turn between two commits.
  const store = async (least: () => number) => {
    while (found.length > 0 && lengthOf(found) >= least()) {
      await pass.mail.readersFirst();
      const stored = takeCommit(found, enough());
      await storeTexts(pass, work, stored);
      leaveGarbage(stored.length);
      pass.connection.giveBack(memoryFreed(octetsIn(stored), octetsIn(found)));
      await pass.lookAgain();
    }
  };
  try {
    await overlap(next, async (piece) => {
      found.push(...piece);
      await store(enough);
    });
  } catch (error) {
    // What has come before is kept: the next pass might end at the same place.
    await store(() => 0).catch(() => undefined);
    throw error;
  }
  await store(() => 0);
}

/** Takes the first ones, as many as one transaction stores. */
function takeCommit(found: Outcome[], most: number): Outcome[] {
  let octets = 0;
  const last = found.findIndex((outcome) => (octets += octetsOf(outcome)) >= most);
  return found.splice(0, last < 0 ? found.length : last + 1);
}

const placeOf = ({ mailbox, place }: Pick<MailboxWork, 'mailbox' | 'place'>): FetchPlace => ({
  path: mailbox.path,
  uidValidity: place.uidValidity,
});

const readingOf = ({ mail, owner }: Pick<Pass, 'mail' | 'owner'>): Reading => ({
  owner,
  dialect: mail.db.sequelize.getDialect(),
});

/** One FETCH a piece. */
function findPieces(
  connection: Connection,
  place: FetchPlace,
  reading: Reading,
  wanted: readonly Wanted[],
): (() => Promise<Outcome[]>)[] {
  const { alike, alone } = groupTexts(wanted);
  return [
    ...alike.map((group) => () => findAlike(connection, place, reading, group)),
    ...alone.map((one) => async () => [await findAlone(connection, place, reading, one)]),
  ];
}

/** Texts of a few messages, to be stored by {@link storeTexts}. @throws MailError of imap/errors.ts */
export async function findTexts(
  connection: Connection,
  place: FetchPlace,
  facts: Pick<Pass, 'mail' | 'owner'>,
  wanted: readonly Wanted[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const fetch of findPieces(connection, place, readingOf(facts), wanted)) outcomes.push(...(await fetch()));
  return outcomes;
}

const octetsIn = (outcomes: readonly Outcome[]): Uint8Array[] =>
  outcomes.flatMap(({ body }) =>
    body ? [body.text, body.packedHtml, body.words].filter((octets) => octets !== null) : [],
  );

/** About what it takes to store it: rows and indexes cost as much as some kilobytes do. */
const octetsOf = ({ body }: Outcome): number =>
  8000 + (body?.text?.length ?? 0) + (body?.packedHtml?.length ?? 0) + (body?.words.length ?? 0);
const lengthOf = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, outcome) => sum + octetsOf(outcome), 0);

/** What could not be read some time ago may be readable now: first its header, where even that was missing. @returns how many were due */
async function retry(pass: Pass, work: MailboxWork): Promise<number> {
  const { mail, lease, owner, connection } = pass;
  const due = await readDue(mail, work.place, MOST_RETRIES);
  const headless = due.filter((wanted) => wanted.headless);
  if (headless.length > 0) {
    const uids = headless.map(({ uid }) => uid);
    const messages = await fetchMessages(connection, placeOf(work), uids, mail.now());
    const readable = messages.map(unpackMessage).filter(({ unreadable }) => unreadable === null);
    const rowIds = new Map(headless.map(({ uid, id }) => [uid, id]));
    announce(pass, work.mailbox.id, await storeReadable(mail, lease, owner, work.place, readable, rowIds));
    const read = new Set(readable.map(({ uid }) => uid));
    const still = headless.filter(({ uid }) => !read.has(uid));
    const outcomes = still.map((wanted) => ({ wanted, body: null, error: 'messageUnreadable' }));
    await storeTexts(pass, work, outcomes);
    // Their texts, with the structure that is known now.
    if (read.size > 0) await fetchWindows(pass, work, null);
  }
  const rest = due.filter((wanted) => !wanted.headless);
  await fetchThese(pass, work, async () => rest.splice(0));
  return due.length;
}
