/** One pass over an account: wishes of the user first, then what the server has, newest first, then texts. */
import { DAY, MINUTE } from '../../shared/constants';
import { withLogin } from '../accounts/credentials';
import type { Lease } from '../accounts/lease';
import type { Login, MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { readRows } from '../readRows';
import { connectionOf } from './connection';
import { compareHeld, isLookedInto } from './held';
import { checkPlaces } from './mailboxes/places';
import { refreshMailboxes } from './mailboxes/refresh';
import { fetchBatches } from './fetchBatches';
import { hasPendingOps, pushOps } from './ops';
import { announce, untilItEnds, type Pass, type PassCounts } from './pass';
import { readerThread } from './reader/readerThread';
import { readAccount, readMailboxes, table, underLease, type AccountRow, type MailboxRow } from './rows';
import { purgeVanished, updateMailbox } from './store';
import { compareMailbox, finishMailboxes, type MailboxWork } from './syncMailbox';
import { fetchOlderTexts, fetchUrgentTexts } from './texts';

/** Batches of one mailbox before the next one has its turn: a large inbox does not keep Sent waiting. */
const BATCHES_A_TURN = 8;
/** Older texts are fetched for this long before new mail is looked for again. */
const MOST_OF_OLDER = MINUTE;
/** Hidden messages are kept this long: a message that was moved may still be found again. */
const HIDDEN_FOR = DAY;
/** After so many the account waits like after any other failure. */
const MAX_RECONNECTS = 2;

const progressOf = ({ added, texts, ops }: PassCounts) => added + texts + ops;

export interface PassControl {
  /** Ends the pass at once and closes its connection. */
  signal: AbortSignal;
  /** Whether the pass should end at the next good moment, because others wait. */
  yields(): boolean;
}

export interface PassOutcome {
  counts: PassCounts;
  /** It ended early: go on soon. */
  more: boolean;
  /** Every mailbox was compared and fetched; older texts may be missing. */
  upToDate: boolean;
}

/**
 * Syncs an account under its lease. What it commits before an error stays.
 * @param counts filled while it works, so that they are there when it fails
 * @throws MailError of the login, the connection, or transient `leaseLost`
 */
export async function syncAccount(
  mail: MailContext,
  lease: Lease,
  control: PassControl,
  counts: PassCounts,
): Promise<PassOutcome> {
  // A token that ends in mid-pass, or a line that broke, costs a reconnect with a fresh login and nobody's attention.
  for (let reconnects = 0; ; reconnects++) {
    const before = progressOf(counts);
    try {
      return await withLogin(mail, lease.accountId, 'imap', (login) => passWith(mail, lease, control, counts, login));
    } catch (error) {
      const code = error instanceof MailError ? error.code : '';
      const worthIt = code === 'sessionEnded' || (code === 'connectionLost' && progressOf(counts) > before);
      if (!worthIt || reconnects >= MAX_RECONNECTS || control.signal.aborted || lease.signal.aborted) throw error;
    }
  }
}

async function passWith(
  mail: MailContext,
  lease: Lease,
  control: PassControl,
  counts: PassCounts,
  login: Login,
): Promise<PassOutcome> {
  const account = await activeAccount(mail, lease.accountId);
  if (!account) return { counts, more: false, upToDate: false };
  const signal = AbortSignal.any([control.signal, lease.signal]);
  const connection = connectionOf(readerThread, login, mail.log, signal, mail.readersFirst);
  const { goesOn, look } = untilItEnds(() => isActive(mail, account.id));
  let looking: Promise<unknown> = Promise.resolve();
  const pass: Pass = {
    mail,
    lease,
    owner: { id: account.id, userId: account.userId },
    connection,
    since: account.startDate,
    counts,
    shouldStop: () => !goesOn() || signal.aborted || control.yields() || connection.expired(mail.now()),
    stillActive: look,
    lookAgain: async () => {
      await looking;
      looking = look();
      // Whoever looks next is told.
      looking.catch(() => undefined);
    },
  };
  try {
    const { upToDate, done } = await runPass(pass, account);
    return { counts, more: !done, upToDate };
  } catch (error) {
    // A closed socket is the consequence of a lost lease, not the reason.
    if (lease.signal.aborted) throw new MailError('transient', 'leaseLost', { cause: error });
    throw error;
  } finally {
    await looking.catch(() => undefined);
    await connection.close();
  }
}

async function activeAccount(mail: MailContext, accountId: string): Promise<AccountRow | null> {
  const account = await readAccount(mail, accountId);
  return account?.state === 'active' ? account : null;
}

async function isActive(mail: MailContext, accountId: string): Promise<boolean> {
  const [row] = await readRows(mail, 'mailAccounts', { attributes: ['state'], where: { id: accountId } });
  return row?.state === 'active';
}

async function runPass(pass: Pass, account: AccountRow): Promise<{ upToDate: boolean; done: boolean }> {
  await pushOps(pass);
  const mailboxes = await refreshMailboxes(pass);
  const works = await compareAll(pass, mailboxes, account.firstSyncDoneAt === null);
  announce(pass, undefined, []);
  if (!(await pass.stillActive())) return { upToDate: false, done: false };
  if (!(await fetchAll(pass, works))) return { upToDate: false, done: false };
  if (!account.firstSyncDoneAt) await noteFirstSync(pass);
  if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
  const sound = works.filter(({ failed }) => !failed);
  for (const work of sound) if (!(await fetchUrgentTexts(pass, work))) return { upToDate: true, done: false };
  // Nobody can say of a mailbox that was not compared that the message is not there.
  if (sound.length === mailboxes.filter(({ syncing }) => syncing).length) await purgeHidden(pass);
  return { upToDate: true, done: await fetchOlder(pass, sound) };
}

/** Compares every mailbox before anything is fetched, so that a moved message is missed in one place before it is found in another. */
async function compareAll(pass: Pass, mailboxes: readonly MailboxRow[], first: boolean): Promise<MailboxWork[]> {
  const works: MailboxWork[] = [];
  for (const mailbox of mailboxes.filter(({ syncing }) => syncing)) {
    if (works.length > 0 && !(await pass.stillActive())) return works;
    // Many mailboxes take a while: who changes something meanwhile does not wait for all of them, unless a message is missing
    // that a later one may hold, since only then it is known what became of it.
    const unmoved = works.length > 0 && pass.counts.vanished === 0;
    if (unmoved && (await hasPendingOps(pass.mail, pass.owner.id))) await pushOps(pass);
    const work = await ofMailbox(pass, mailbox, () => compareMailbox(pass, mailbox));
    if (!work) continue;
    if (work.suspect) {
      await checkPlaces(pass, mailboxes, mailbox);
      return compareAll(pass, await mailboxesAgain(pass, mailboxes), first);
    }
    works.push(work);
    // In a new account nothing has moved, and its owner waits for the first page.
    if (first && work.fresh.length > 0 && !mailbox.backfillDone) await fetchTurn(pass, work, 1);
  }
  for (const mailbox of mailboxes.filter(isLookedInto))
    await ofMailbox(pass, mailbox, () => compareHeld(pass, mailbox));
  return works;
}

/** The rows of these mailboxes as they are now, in the same order. */
async function mailboxesAgain({ mail, owner }: Pass, before: readonly MailboxRow[]): Promise<MailboxRow[]> {
  const rows = new Map((await readMailboxes(mail, owner.id)).map((row) => [row.id, row]));
  return before.flatMap(({ id }) => rows.get(id) ?? []);
}

/** What is wrong with one mailbox does not stop the others. */
async function ofMailbox<T>(pass: Pass, mailbox: MailboxRow, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    const error = toMailError(thrown);
    const local = ['mailboxMissing', 'commandRefused', 'uidValidityChanged'].includes(error.code);
    if (!local || mailbox.role === 'inbox') throw thrown;
    await updateMailbox(pass.mail, pass.lease, mailbox.id, { lastError: error.toView() });
    return null;
  }
}

/** Some batches of one mailbox. */
async function fetchTurn(pass: Pass, work: MailboxWork, batches: number): Promise<void> {
  const done = await ofMailbox(pass, work.mailbox, async () => {
    await fetchBatches(pass, work, batches);
    return true;
  });
  if (done) return;
  work.failed = true;
  work.fresh = [];
}

/** @returns false when it was stopped before the end */
async function fetchAll(pass: Pass, works: readonly MailboxWork[]): Promise<boolean> {
  let waiting = [...works];
  while (waiting.length > 0) {
    for (const work of waiting) {
      if (work.fresh.length === 0) continue;
      if (pass.shouldStop()) return false;
      // The first batch of every mailbox comes before the second one of any.
      await fetchTurn(pass, work, work.untouched ? 1 : BATCHES_A_TURN);
    }
    await finishMailboxes(
      pass,
      waiting.filter(({ fresh, failed }) => fresh.length === 0 && !failed),
    );
    waiting = waiting.filter(({ fresh }) => fresh.length > 0);
    if (waiting.length === 0) break;
    // What the user does meanwhile does not wait for the end of a first sync.
    if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
  }
  return true;
}

/**
 * Older texts, some seconds of each mailbox at a time. It stops when it is time to look for new mail: what is left goes on after that.
 * @returns whether none is left
 */
async function fetchOlder(pass: Pass, works: readonly MailboxWork[]): Promise<boolean> {
  const until = pass.mail.now().getTime() + MOST_OF_OLDER;
  let waiting = [...works];
  while (waiting.length > 0) {
    const left: MailboxWork[] = [];
    for (const work of waiting) {
      if (pass.shouldStop() || pass.mail.now().getTime() > until) return false;
      if (await fetchOlderTexts(pass, work)) left.push(work);
      if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
    }
    waiting = left;
  }
  return true;
}

async function noteFirstSync({ mail, lease, owner }: Pass): Promise<void> {
  await underLease(mail, lease, async (transaction) => {
    await table(mail, 'mailAccounts').update(
      { firstSyncDoneAt: mail.now() },
      { where: { id: owner.id, firstSyncDoneAt: null }, hooks: false, silent: true, transaction },
    );
  });
}

/** After a pass that compared all mailboxes: what was not found again in any of them for a day is gone. */
async function purgeHidden({ mail, lease, owner }: Pass): Promise<void> {
  await purgeVanished(mail, lease, owner, new Date(mail.now().getTime() - HIDDEN_FOR));
}
