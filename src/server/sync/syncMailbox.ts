/**
 * One mailbox, by the steps of RFC 4549 sections 3 and 4 for a server without CONDSTORE:
 *
 *  1. STATUS: did anything come, go or change? Where there is nothing on either side, there is nothing to compare.
 *  2. EXAMINE, and compare UIDVALIDITY: under a new one all places are forgotten.
 *  3. UID SEARCH: where the messages that arrived explain the new count, they are all there is to know; else the set of UIDs
 *     within the start date is the truth, and cursors are hints.
 *  4. What is stored and not there has vanished; so many at once are asked for again on a new connection.
 *  5. Flags: of the recent window by FETCH, of all by SEARCH whenever all are compared. For a repair, sizes and dates as well.
 *  6. What is there and not stored is fetched in batches, newest first (fetchBatches.ts).
 *  7. The cursor moves last, and only after everything was stored.
 *
 * Every step commits by itself under the lease, so the pass may be cut anywhere and the next one goes on (docs/sync.md).
 */
import { RECENT_WINDOW } from '../../shared/constants';
import { fetchRows } from '../imap/fetch';
import { mailboxStatus, searchAmong, searchUids, type MailboxStatus } from '../imap/mailbox';
import { wentBack } from './mailboxes/decidePlaces';
import { announce, type Pass } from './pass';
import {
  bothEmpty,
  comparedStatus,
  confirmVanished,
  fetchedFlagChanges,
  firstNewUid,
  flagsOf,
  fullCompareDue,
  isMassVanish,
  onlyArrivals,
  planMailbox,
  repairDue,
  sameStatus,
  searchedFlagChanges,
  sortMissing,
  type FlagChange,
  type KnownMessage,
  type StoredFlags,
  type UidSets,
} from './plan';
import { forgetReplaced, retryTexts } from './repair';
import type { MailboxRow } from './rows';
import {
  forgetPlaces,
  hideUnplaced,
  hideVanished,
  readByUid,
  readRecentFlags,
  readUidSets,
  updateMailbox,
  updateMailboxes,
  writeFlags,
  type Place,
} from './store';

/** What is left to do in a mailbox after it was compared. */
export interface MailboxWork {
  mailbox: MailboxRow;
  place: Place;
  status: MailboxStatus;
  /** UIDs still to be fetched, newest first; emptied by fetchBatches. */
  fresh: number[];
  /** No batch was fetched yet. */
  untouched: boolean;
  /** What was compared: flags of the recent window only, what arrived as well, or every UID and flag. */
  compared: 'recent' | 'arrivals' | 'all';
  /** Its owner asked for a repair. */
  repair: boolean;
  /** When the comparison began: what changes later, or is asked for later, it has not seen. */
  began: Date;
  /** How many the server has by now, where the row is to be told once they are stored. */
  onServer?: number;
  /** Its counts are not those of the row any more. */
  recount: boolean;
  /** It cannot be fetched now; the others go on. */
  failed: boolean;
  /** UIDNEXT went back: nothing was compared, since another mailbox may bear its name now. */
  suspect: boolean;
}

/** Steps 1 to 5. */
export async function compareMailbox(pass: Pass, mailbox: MailboxRow): Promise<MailboxWork> {
  const { mail, lease, connection, since } = pass;
  const began = mail.now();
  // 1.
  const status = await mailboxStatus(await connection.session(), mailbox.path);
  const place = { id: mailbox.id, uidValidity: status.uidValidity };
  const repair = repairDue(mailbox.repairAskedAt, mailbox.comparedAt);
  const untouched = { fresh: [], untouched: true, recount: false, failed: false, suspect: false };
  const work: MailboxWork = { mailbox, place, status, ...untouched, repair, compared: 'recent', began };
  if (wentBack(mailbox.lastStatus, status)) return { ...work, suspect: true };
  const thorough = repair || !mailbox.backfillDone || fullCompareDue(mailbox.comparedAt, began);
  if (!thorough && sameStatus(mailbox.lastStatus, status, since)) {
    await compareRecentFlags(pass, work);
    return work;
  }
  // Most accounts have many mailboxes without a message. A count that is wrong is what a repair is for.
  if (!repair && bothEmpty(mailbox.stored, status)) {
    await noteCounts(pass, work, 0);
    return { ...work, compared: 'all', recount: mailbox.stored === null };
  }
  // 2.
  await connection.open(mailbox.path, { uidValidity: place.uidValidity });
  const forgotten = await forgetPlaces(mail, lease, place);
  // 3.
  const arrived = thorough || forgotten ? null : await searchArrived(pass, work);
  if (arrived) {
    await updateMailbox(mail, lease, mailbox.id, { unseenOnServer: status.unseen });
    await compareRecentFlags(pass, work);
    // Written with the status it was counted from: a pass that is cut counts them again.
    const onServer = (mailbox.onServer ?? 0) + arrived.count;
    return { ...work, compared: 'arrivals', fresh: arrived.fresh, onServer };
  }
  const reading = readUidSets(mail, mailbox.id);
  // What IDLE brings meanwhile may be stored already without being in the answer: it is told by its UID, or not read at all.
  const below = status.uidNext || Infinity;
  if (below === Infinity) await reading;
  const [stored, onServer] = await Promise.all([reading, searchAll(pass)]);
  await noteCounts(pass, work, onServer.length);
  // 4.
  const plan = planMailbox(stored.all, onServer);
  const missing = plan.missing.filter((uid) => uid < below);
  const vanished = await hideMissing(pass, work, stored.all.length, missing);
  // 5.
  await compareAllFlags(pass, work, stored, onServer);
  const replaced = repair ? await forgetReplaced(pass, mailbox.path, place, stored.all) : [];
  if (repair) await retryTexts(pass, place);
  const fresh = [...plan.fresh, ...replaced].sort((a, b) => b - a);
  const recount = fresh.length > 0 || vanished > 0 || forgotten || repair || mailbox.stored !== stored.all.length;
  return { ...work, compared: 'all', fresh, recount };
}

/** What the server has, shown at once: what is missing may take long to fetch. Nothing is written where the row says so already. */
async function noteCounts({ mail, lease }: Pass, { mailbox, status }: MailboxWork, onServer: number): Promise<void> {
  const { uidValidity, unseen } = status;
  const facts = { uidValidity, onServer, unseenOnServer: unseen };
  const noted =
    mailbox.uidValidity === uidValidity && mailbox.onServer === onServer && mailbox.unseenOnServer === unseen;
  if (!noted) await updateMailbox(mail, lease, mailbox.id, facts);
}

const within = ({ since }: Pass) => (since ? { since } : {});

async function searchAll(pass: Pass): Promise<number[]> {
  return searchUids(await pass.connection.session(), pass.since ? { since: pass.since } : { all: true });
}

/**
 * Step 3, the short way.
 * @returns how many arrived within the start date and which of them are to be fetched, newest first; null where everything
 * has to be compared
 */
async function searchArrived(
  pass: Pass,
  { mailbox, place, status }: MailboxWork,
): Promise<{ count: number; fresh: number[] } | null> {
  const first = firstNewUid(mailbox.lastStatus, status, pass.since);
  if (first === null) return null;
  const session = await pass.connection.session();
  // `n:*` always matches the last message, however old (RFC 9051 section 9, seq-range).
  const search = async (more: object) =>
    (await searchUids(session, { uid: `${first}:*`, ...more })).filter((uid) => uid >= first);
  const arrived = await search({});
  if (!onlyArrivals(mailbox.lastStatus, status, arrived.length)) return null;
  const wanted = pass.since && arrived.length > 0 ? await search(within(pass)) : arrived;
  const stored = new Set((await readByUid(pass.mail, place, wanted)).map(({ uid }) => uid));
  return { count: wanted.length, fresh: wanted.filter((uid) => !stored.has(uid)).reverse() };
}

/** Step 4. @returns how many have vanished */
async function hideMissing(pass: Pass, work: MailboxWork, stored: number, missing: number[]): Promise<number> {
  if (missing.length === 0) return 0;
  const { mail, lease, owner } = pass;
  const vanished = await sureOfVanished(pass, work, stored, await readByUid(mail, work.place, missing));
  const ids = vanished.map(({ id }) => id);
  announce(pass, work.mailbox.id, await hideVanished(mail, lease, owner, ids));
  pass.counts.vanished += vanished.length;
  return vanished.length;
}

/** A short answer must not delete anything. */
async function sureOfVanished(
  pass: Pass,
  { mailbox, place }: MailboxWork,
  stored: number,
  missing: KnownMessage[],
): Promise<KnownMessage[]> {
  const { vanished, doubtful } = sortMissing(missing, pass.since);
  if (doubtful.length > 0) {
    const uids = doubtful.map(({ uid }) => uid);
    vanished.push(...confirmVanished(doubtful, await searchAmong(await pass.connection.session(), uids)));
  }
  if (vanished.length === 0 || !isMassVanish(vanished.length, stored)) return vanished;
  await pass.connection.renew();
  await pass.connection.open(mailbox.path, { uidValidity: place.uidValidity });
  return confirmVanished(vanished, await searchUids(await pass.connection.session(), { all: true }));
}

/** Step 5, recent window. */
async function compareRecentFlags(pass: Pass, work: MailboxWork): Promise<void> {
  await compareFetchedFlags(pass, work, await readRecentFlags(pass.mail, work.place, RECENT_WINDOW));
}

async function compareFetchedFlags(pass: Pass, work: MailboxWork, stored: readonly StoredFlags[]): Promise<void> {
  if (stored.length === 0) return;
  await pass.connection.open(work.mailbox.path, { uidValidity: work.place.uidValidity });
  const uids = stored.map(({ uid }) => uid);
  const rows = await fetchRows(await pass.connection.session(), uids, { flags: true });
  const fetched = new Map([...rows.values()].flatMap(({ uid, flags }) => (flags ? [[uid, flagsOf(flags)]] : [])));
  await applyFlags(pass, work, fetchedFlagChanges(stored, fetched));
}

/** So many flags at once are asked for again: an answer that is cut short would mark everything as read. */
const MASS_CHANGE = 200;

/** Step 5, everything: three sets of UIDs are far fewer bytes than all flags. */
async function compareAllFlags(pass: Pass, work: MailboxWork, stored: UidSets, all: readonly number[]): Promise<void> {
  if (stored.all.length === 0) return;
  const search = async (): Promise<UidSets> => {
    const session = await pass.connection.session();
    return {
      all,
      unseen: await searchUids(session, { ...within(pass), seen: false }),
      flagged: await searchUids(session, { ...within(pass), flagged: true }),
      answered: await searchUids(session, { ...within(pass), answered: true }),
    };
  };
  let changes = searchedFlagChanges(stored, await search());
  if (changes.length > MASS_CHANGE) {
    await pass.connection.renew();
    await pass.connection.open(work.mailbox.path, { uidValidity: work.place.uidValidity });
    changes = searchedFlagChanges(stored, await search());
  }
  await applyFlags(pass, work, changes);
  // What is older than the start date was not in the question.
  if (!pass.since) return;
  const there = new Set(all);
  const recent = await readRecentFlags(pass.mail, work.place, RECENT_WINDOW);
  await compareFetchedFlags(
    pass,
    work,
    recent.filter(({ uid }) => !there.has(uid)),
  );
}

async function applyFlags(pass: Pass, { mailbox, place }: MailboxWork, changes: readonly FlagChange[]): Promise<void> {
  const threadIds = await writeFlags(pass.mail, pass.lease, pass.owner, place, changes);
  pass.counts.flags += changes.length;
  announce(pass, mailbox.id, threadIds);
}

/** Step 7, of mailboxes of which nothing is left to fetch: one commit for all of them. */
export async function finishMailboxes(pass: Pass, works: readonly MailboxWork[]): Promise<void> {
  const { mail, lease, owner, since } = pass;
  for (const { mailbox, compared } of works) {
    if (compared !== 'all') continue;
    announce(pass, mailbox.id, await hideUnplaced(mail, lease, owner, mailbox.id, since));
  }
  const now = mail.now();
  await updateMailboxes(
    mail,
    lease,
    works.map((work) => ({ id: work.mailbox.id, values: finished(work, since, now), recount: work.recount })),
  );
}

/** What a row says of a mailbox that is done; pure. */
function finished({ compared, status, onServer, began }: MailboxWork, since: Date | null, now: Date) {
  const facts = { lastSyncAt: now, lastError: null };
  if (compared === 'recent') return facts;
  const equal = { ...facts, uidNext: status.uidNext, lastStatus: comparedStatus(status, since) };
  return compared === 'arrivals' ? { ...equal, onServer } : { ...equal, backfillDone: true, comparedAt: began };
}
