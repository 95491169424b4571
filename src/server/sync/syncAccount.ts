/** One pass over an account: wishes of the user first, then what the server has, newest first, then texts. */
import { Op } from 'sequelize';
import { DAY } from '../../shared/constants';
import { withLogin } from '../accounts/credentials';
import type { Lease } from '../accounts/lease';
import type { Login, MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { connectionOf } from './connection';
import { compareHeld, holdsSome } from './held';
import { refreshMailboxes } from './mailboxes/refresh';
import { hasPendingOps, pushOps } from './ops';
import { announce, type Pass, type PassCounts } from './pass';
import { chunks, readAccount, table, underLease, type AccountRow, type MailboxRow, type Values } from './rows';
import { updateMailbox } from './store';
import { compareMailbox, fetchNext, finishMailbox, type MailboxWork } from './syncMailbox';
import { fetchTexts } from './texts';

/** Batches of one mailbox before the next one has its turn: a large inbox does not keep Sent waiting. */
const BATCHES_A_TURN = 3;
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
  if (!account) return { counts, more: false };
  const signal = AbortSignal.any([control.signal, lease.signal]);
  const connection = connectionOf(login, mail.log, signal);
  const pass: Pass = {
    mail,
    lease,
    owner: { id: account.id, userId: account.userId },
    connection,
    since: account.startDate,
    counts,
    shouldStop: () => signal.aborted || control.yields() || connection.expired(mail.now()),
  };
  try {
    return { counts, more: !(await runPass(pass, account)) };
  } catch (error) {
    // A closed socket is the consequence of a lost lease, not the reason.
    if (lease.signal.aborted) throw new MailError('transient', 'leaseLost', { cause: error });
    throw error;
  } finally {
    await connection.close();
  }
}

async function activeAccount(mail: MailContext, accountId: string): Promise<AccountRow | null> {
  const account = await readAccount(mail, accountId);
  return account?.state === 'active' ? account : null;
}

/** @returns whether everything was done */
async function runPass(pass: Pass, account: AccountRow): Promise<boolean> {
  await pushOps(pass);
  const mailboxes = await refreshMailboxes(pass);
  const works = await compareAll(pass, mailboxes);
  announce(pass, undefined, []);
  if (!(await fetchAll(pass, works))) return false;
  if (!account.firstSyncDoneAt) await noteFirstSync(pass);
  for (const work of works) if (!(await fetchTexts(pass, work))) return false;
  if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
  await purgeHidden(pass);
  return true;
}

/** Compares every mailbox before anything is fetched, so that a moved message is missed in one place before it is found in another. */
async function compareAll(pass: Pass, mailboxes: readonly MailboxRow[]): Promise<MailboxWork[]> {
  const works: MailboxWork[] = [];
  for (const mailbox of mailboxes.filter(({ syncing }) => syncing)) {
    const work = await ofMailbox(pass, mailbox, () => compareMailbox(pass, mailbox));
    if (work) works.push(work);
  }
  for (const mailbox of mailboxes.filter(holdsSome)) await ofMailbox(pass, mailbox, () => compareHeld(pass, mailbox));
  return works;
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

/** @returns false when it was stopped before the end */
async function fetchAll(pass: Pass, works: MailboxWork[]): Promise<boolean> {
  let waiting = [...works];
  while (waiting.length > 0) {
    for (const work of waiting) {
      for (let batch = 0; batch < BATCHES_A_TURN && work.fresh.length > 0; batch++) {
        if (pass.shouldStop()) return false;
        const fetched = await ofMailbox(pass, work.mailbox, () => fetchNext(pass, work).then(() => true));
        if (!fetched) work.fresh = [];
        // The first batch of every mailbox comes first.
        if (batch === 0 && works.some(({ untouched, fresh }) => untouched && fresh.length > 0)) break;
      }
    }
    for (const work of waiting) if (work.fresh.length === 0) await finishMailbox(pass, work);
    waiting = waiting.filter(({ fresh }) => fresh.length > 0);
    if (waiting.length === 0) break;
    if (!(await activeAccount(pass.mail, pass.owner.id))) return true;
    // What the user does meanwhile does not wait for the end of a first sync.
    if (await hasPendingOps(pass.mail, pass.owner.id)) await pushOps(pass);
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

/** After a complete pass: what was not found again for a day is gone. */
async function purgeHidden({ mail, lease, owner }: Pass): Promise<void> {
  const before = new Date(mail.now().getTime() - HIDDEN_FOR);
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { accountId: owner.id, vanishedAt: { [Op.lt]: before } },
    attributes: ['id'],
    limit: 1000,
    raw: true,
  })) as unknown as Values[];
  for (const some of chunks(rows, 200)) {
    const ids = some.map((row) => String(row.id));
    await underLease(mail, lease, async (transaction) => {
      const options = { hooks: false, transaction };
      await table(mail, 'mailBodies').destroy({ ...options, where: { id: ids } });
      await table(mail, 'mailOps').destroy({ ...options, where: { messageRowId: ids } });
      await table(mail, 'mailMessages').destroy({ ...options, where: { id: ids } });
    });
  }
}
