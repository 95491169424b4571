/**
 * One mailbox, by the steps of RFC 4549 sections 3 and 4 for a server without CONDSTORE:
 *
 *  1. STATUS: did anything come, go or change?
 *  2. EXAMINE, and compare UIDVALIDITY: under a new one all places are forgotten.
 *  3. UID SEARCH within the start date: the set of UIDs is the truth, cursors are hints.
 *  4. What is stored and not there has vanished; so many at once are asked for again on a new connection.
 *  5. Flags: of the recent window by FETCH, of the rest by SEARCH.
 *  6. What is there and not stored is fetched in batches, newest first.
 *  7. The cursor moves last, and only after everything was stored.
 *
 * Every step commits by itself under the lease, so the pass may be cut anywhere and the next one goes on.
 */
import { DAY, RECENT_WINDOW } from '../../shared/constants';
import { fetchRows, packUids } from '../imap/fetch';
import { mailboxStatus, searchUids, type MailboxStatus } from '../imap/session';
import { fetchMessages } from './fetchMessages';
import { announce, type Pass } from './pass';
import {
  confirmVanished,
  fetchedFlagChanges,
  flagsOf,
  fullCompareDue,
  isMassVanish,
  nextBatch,
  planMailbox,
  repairDue,
  sameStatus,
  searchedFlagChanges,
  type KnownMessage,
  type StoredFlags,
} from './plan';
import type { MailboxRow } from './rows';
import {
  forgetPlaces,
  hideUnplaced,
  hideVanished,
  readKnown,
  storeMessages,
  updateMailbox,
  writeFlags,
  type Place,
} from './store';

/** What is left to do in a mailbox after it was compared. */
export interface MailboxWork {
  mailbox: MailboxRow;
  place: Place;
  status: MailboxStatus;
  /** UIDs still to be fetched, newest first; emptied by {@link fetchNext}. */
  fresh: number[];
  /** No batch was fetched yet. */
  untouched: boolean;
  /** STATUS was unchanged: only flags of the recent window were compared. */
  gated: boolean;
  /** When the comparison began: what changes later, or is asked for later, it has not seen. */
  began: Date;
  /** Its counts are not those of the row any more. */
  recount: boolean;
}

/** Steps 1 to 5. */
export async function compareMailbox(pass: Pass, mailbox: MailboxRow): Promise<MailboxWork> {
  const { mail, lease, connection } = pass;
  const now = mail.now();
  // 1.
  const status = await mailboxStatus(await connection.session(), mailbox.path);
  const place = { id: mailbox.id, uidValidity: status.uidValidity };
  const work: MailboxWork = {
    mailbox,
    place,
    status,
    fresh: [],
    untouched: true,
    gated: false,
    began: now,
    recount: false,
  };
  const unchanged = sameStatus(mailbox.lastStatus, status) && mailbox.backfillDone;
  const repair = repairDue(mailbox.repairAskedAt, mailbox.comparedAt);
  if (unchanged && !repair && !fullCompareDue(mailbox.comparedAt, now)) {
    const recent = await readKnown(mail, place, RECENT_WINDOW);
    await compareFetchedFlags(pass, work, recent);
    return { ...work, gated: true };
  }
  // 2.
  if (mailbox.uidValidity !== null && mailbox.uidValidity !== status.uidValidity) {
    await forgetPlaces(mail, lease, mailbox.id, { uidValidity: null, uidNext: null, backfillDone: false });
  }
  await connection.open(mailbox.path, { uidValidity: place.uidValidity });
  // 3. What is stored is read first: what IDLE brings meanwhile is then new to both sides, never missing on the server's.
  const known = await readKnown(mail, place);
  const onServer = await searchWithin(pass);
  await updateMailbox(mail, lease, mailbox.id, {
    uidValidity: status.uidValidity,
    onServer: onServer.length,
    unseenOnServer: status.unseen,
  });
  // 4.
  const plan = planMailbox(known, onServer, pass.since);
  const vanished = await sureOfVanished(pass, work, known.length, plan.vanished, plan.doubtful);
  const threadIds = await hideVanished(
    mail,
    lease,
    pass.owner,
    vanished.map(({ id }) => id),
  );
  pass.counts.vanished += vanished.length;
  announce(pass, mailbox.id, threadIds);
  // 5.
  const gone = new Set(vanished.map(({ id }) => id));
  const present = known.filter(({ id }) => !gone.has(id));
  await compareFetchedFlags(pass, work, present.slice(0, RECENT_WINDOW));
  await compareSearchedFlags(pass, work, present.slice(RECENT_WINDOW));
  const changed = plan.fresh.length > 0 || vanished.length > 0;
  return { ...work, fresh: plan.fresh, recount: changed || repair || mailbox.stored !== known.length };
}

async function searchWithin({ connection, since }: Pass): Promise<number[]> {
  return searchUids(await connection.session(), since ? { since } : { all: true });
}

/** Step 4: a short answer must not delete anything. */
async function sureOfVanished(
  pass: Pass,
  { mailbox, place }: MailboxWork,
  known: number,
  missing: KnownMessage[],
  doubtful: KnownMessage[],
): Promise<KnownMessage[]> {
  let vanished = missing;
  if (doubtful.length > 0) {
    const uids = packUids(doubtful.map(({ uid }) => uid));
    vanished = [
      ...missing,
      ...confirmVanished(doubtful, await searchUids(await pass.connection.session(), { uid: uids })),
    ];
  }
  if (vanished.length === 0 || !isMassVanish(vanished.length, known)) return vanished;
  await pass.connection.renew();
  await pass.connection.open(mailbox.path, { uidValidity: place.uidValidity });
  return confirmVanished(vanished, await searchUids(await pass.connection.session(), { all: true }));
}

/** Step 5, recent window. */
async function compareFetchedFlags(pass: Pass, { mailbox, place }: MailboxWork, stored: StoredFlags[]): Promise<void> {
  if (stored.length === 0) return;
  await pass.connection.open(mailbox.path, { uidValidity: place.uidValidity });
  const uids = stored.map(({ uid }) => uid);
  const rows = await fetchRows(await pass.connection.session(), uids, { flags: true });
  const fetched = new Map([...rows.values()].flatMap(({ uid, flags }) => (flags ? [[uid, flagsOf(flags)]] : [])));
  await applyFlags(pass, mailbox, fetchedFlagChanges(stored, fetched));
}

/** Step 5, the rest: three sets of UIDs are far fewer bytes than all flags. */
async function compareSearchedFlags(
  pass: Pass,
  { mailbox }: MailboxWork,
  known: (KnownMessage & StoredFlags)[],
): Promise<void> {
  const { since } = pass;
  // What the search is not sure to have looked at keeps its flags.
  const stored = since ? known.filter((row) => row.internalDate.getTime() >= since.getTime() + DAY) : known;
  if (stored.length === 0) return;
  const session = await pass.connection.session();
  const within = since ? { since } : {};
  const sets = {
    unseen: await searchUids(session, { ...within, seen: false }),
    flagged: await searchUids(session, { ...within, flagged: true }),
    answered: await searchUids(session, { ...within, answered: true }),
  };
  await applyFlags(pass, mailbox, searchedFlagChanges(stored, sets));
}

async function applyFlags(pass: Pass, mailbox: MailboxRow, changes: Parameters<typeof writeFlags>[3]): Promise<void> {
  const threadIds = await writeFlags(pass.mail, pass.lease, pass.owner, changes);
  pass.counts.flags += changes.length;
  announce(pass, mailbox.id, threadIds);
}

/** Step 6, one batch. */
export async function fetchNext(pass: Pass, work: MailboxWork): Promise<void> {
  const { mail, lease, owner, connection } = pass;
  const uids = nextBatch(work.fresh, work.untouched);
  work.untouched = false;
  const messages = await fetchMessages(
    connection,
    { path: work.mailbox.path, uidValidity: work.place.uidValidity },
    uids,
    mail.now(),
  );
  const { threadIds, stored } = await storeMessages(mail, lease, owner, work.place, messages, {
    backfillUid: uids.at(-1) ?? null,
  });
  pass.counts.added += stored;
  announce(pass, work.mailbox.id, threadIds);
}

/** Step 7, when nothing is left to fetch. */
export async function finishMailbox(pass: Pass, work: MailboxWork): Promise<void> {
  const { mail, lease, owner } = pass;
  const { mailbox, status } = work;
  if (work.gated) {
    await updateMailbox(mail, lease, mailbox.id, { lastSyncAt: mail.now(), lastError: null });
    return;
  }
  announce(pass, mailbox.id, await hideUnplaced(mail, lease, owner, mailbox.id));
  const facts = {
    uidNext: status.uidNext,
    backfillDone: true,
    lastStatus: status,
    comparedAt: work.began,
    lastSyncAt: mail.now(),
    lastError: null,
  };
  await updateMailbox(mail, lease, mailbox.id, facts, work.recount);
}
