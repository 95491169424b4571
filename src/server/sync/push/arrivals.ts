/** What IDLE announced is fetched and stored at once, on the connection that heard of it. Everything else is left to a pass. */
import { Op } from 'sequelize';
import { DAY, SECOND } from '../../../shared/constants';
import type { Lease } from '../../accounts/lease';
import type { MailContext } from '../../context';
import type { OpenMailbox } from '../../imap/mailbox';
import type { DirectSession } from '../../imap/session';
import { searchUids } from '../../imap/mailbox';
import { within } from '../../imap/idle';
import { connectionWith } from '../connection';
import { fetchMessages } from '../fetchMessages';
import { unpackMessage } from '../reader/packed';
import { announce, type Pass, type PassCounts } from '../pass';
import { readAccount, readMailboxes, table, type AccountRow, type MailboxRow, type Values } from '../rows';
import { storeMessages, type FetchedMessage, type Owner } from '../store';
import { identityOfRow, readAlike } from '../store/moved';
import { identityOf } from '../store/values';
import { logRun } from '../syncLog';
import { findTexts, readWanted, storeTexts } from '../texts';

/** More at once are a matter for a pass; the newest are shown at once all the same. */
const AT_ONCE = 50;
const ANSWERS_WITHIN = 60 * SECOND;

/** What the push loop asks of the scheduler. */
export interface Desk {
  /** Wants a pass over the account. */
  wake(accountId: string): void;
  /**
   * Runs `work` under the sync lease: that of the pass under way here, or one taken for the moment.
   * @returns null when another process syncs the account
   */
  borrow<T>(accountId: string, work: (lease: Lease) => Promise<T>): Promise<T | null>;
}

/** One inbox that is listened to, under one selection. */
export interface Watched {
  mail: MailContext;
  desk: Desk;
  accountId: string;
  session: DirectSession;
  selected: OpenMailbox;
  /** UIDs below were dealt with; null until that is known. Lives as long as the selection. */
  next: number | null;
}

/** The messages that are stored at once, and whether a pass has to see to others; pure. */
export interface Arrivals {
  store: FetchedMessage[];
  passWanted: boolean;
}

/**
 * Divides what was fetched. A message that lies elsewhere too may have been moved: its row keeps its identity only when it is
 * missed there first, which takes a pass.
 * @param placed identities of messages that have a place elsewhere in the account
 * @param since the account's start date
 */
export function divideArrivals(
  messages: readonly FetchedMessage[],
  placed: ReadonlySet<string>,
  since: Date | null,
): Arrivals {
  // A day of grace, as the server's SEARCH SINCE knows days only: the next pass judges exactly.
  const earliest = since ? since.getTime() - DAY : -Infinity;
  const within = messages.filter(({ internalDate }) => internalDate.getTime() >= earliest);
  const store = within.filter((message) => !placed.has(identityOf({ ...message, ...message.envelope })));
  return { store, passWanted: store.length < within.length };
}

/**
 * Looks for messages nobody has stored yet, and stores, announces and completes them.
 * @throws MailError of the connection; what cannot be stored at once is not an error, but wakes a pass
 */
export async function bringArrivals(watched: Watched): Promise<void> {
  const { mail, desk, accountId, session, selected } = watched;
  const started = mail.now();
  const facts = await readFacts(watched);
  if (!facts) {
    desk.wake(accountId);
    return;
  }
  const { account, inbox } = facts;
  const connection = connectionWith(session, selected);
  const { uids, messages } = await within(session, ANSWERS_WITHIN, async () => {
    // `n:*` always matches the last message, however old (RFC 9051 section 9, seq-range).
    const found = (await searchUids(session, { uid: `${facts.next}:*` })).filter((uid) => uid >= facts.next);
    const newest = found.slice(-AT_ONCE);
    const place = { path: selected.path, uidValidity: selected.uidValidity };
    const packed = newest.length > 0 ? await fetchMessages(connection, place, newest, mail.now()) : [];
    return { uids: found, messages: packed.map(unpackMessage) };
  });
  watched.next = Math.max(facts.next, ...uids.slice(-1).map((uid) => uid + 1));
  if (uids.length === 0) return;

  const placed = await placedElsewhere(mail, accountId, inbox.id, messages);
  const { store, passWanted } = divideArrivals(messages, placed, account.startDate);
  if (passWanted || uids.length > AT_ONCE) desk.wake(accountId);
  if (store.length === 0) return;
  const owner: Owner = { id: account.id, userId: account.userId };
  const pass = (lease: Lease): Pass => ({
    mail,
    lease,
    owner,
    connection,
    since: account.startDate,
    counts,
    shouldStop: () => false,
    stillActive: async () => true,
    lookAgain: async () => undefined,
  });
  const counts: PassCounts = { added: 0, vanished: 0, flags: 0, texts: 0, ops: 0 };
  const place = { id: inbox.id, uidValidity: selected.uidValidity };
  const stored = await desk.borrow(accountId, async (lease) => {
    const { threadIds, stored: added } = await storeMessages(mail, lease, owner, place, store);
    counts.added += added;
    announce(pass(lease), inbox.id, threadIds);
    return added;
  });
  if (stored === null) {
    desk.wake(accountId);
    return;
  }
  if (stored === 0) return;
  await completeTexts(watched, owner, inbox, store, pass);
  const durationMs = mail.now().getTime() - started.getTime();
  mail.log.info('arrivals', { accountId, durationMs, ...counts });
  await logRun(mail, {
    accountId,
    kind: 'push',
    startedAt: started,
    durationMs,
    counts: { ...counts },
    errorCode: null,
  });
}

/** Their texts, when they are shown already: the connection is asked without the lease, so that a stalled one keeps nobody waiting. */
async function completeTexts(
  { mail, desk, accountId, session, selected }: Watched,
  owner: Owner,
  inbox: MailboxRow,
  messages: readonly FetchedMessage[],
  pass: (lease: Lease) => Pass,
): Promise<void> {
  const place = { id: inbox.id, uidValidity: selected.uidValidity };
  const wanted = await readWanted(
    mail,
    place,
    messages.map(({ uid }) => uid),
  );
  if (wanted.length === 0) return;
  const connection = connectionWith(session, selected);
  const found = await within(session, ANSWERS_WITHIN, () => findTexts(connection, selected, { mail, owner }, wanted));
  await desk.borrow(accountId, (lease) => storeTexts(pass(lease), { mailbox: inbox }, found));
}

interface Facts {
  account: AccountRow;
  inbox: MailboxRow;
  /** The first UID that may be new. */
  next: number;
}

/** @returns null where the first pass has to come first, or the mailbox is another one by now */
async function readFacts({ mail, accountId, selected, next }: Watched): Promise<Facts | null> {
  const [account, mailboxes] = await Promise.all([readAccount(mail, accountId), readMailboxes(mail, accountId)]);
  const inbox = mailboxes.find(({ path }) => path.toUpperCase() === 'INBOX');
  if (account?.state !== 'active' || !inbox || inbox.uidValidity !== selected.uidValidity) return null;
  if (next !== null) return { account, inbox, next };
  const newest = await newestUid(mail, inbox);
  return newest === null && !inbox.backfillDone ? null : { account, inbox, next: (newest ?? 0) + 1 };
}

async function newestUid(mail: MailContext, inbox: MailboxRow): Promise<number | null> {
  const row = (await table(mail, 'mailMessages').findOne({
    where: { mailboxId: inbox.id, uidValidity: inbox.uidValidity, uid: { [Op.ne]: null } },
    attributes: ['uid'],
    order: [['uid', 'DESC']],
    raw: true,
  })) as unknown as Values | null;
  return row ? Number(row.uid) : null;
}

/** Identities of those of the messages that have a place in another mailbox of the account. */
async function placedElsewhere(
  mail: MailContext,
  accountId: string,
  inboxId: string,
  messages: readonly FetchedMessage[],
): Promise<Set<string>> {
  const elsewhere = { accountId, uid: { [Op.ne]: null }, mailboxId: { [Op.ne]: inboxId } };
  // Mail without an id is junk more often than not, and what was no junk after all is moved here.
  const rows = await readAlike(
    messages,
    async (where) =>
      (await table(mail, 'mailMessages').findAll({
        where: { ...elsewhere, ...where },
        attributes: ['messageIdHash', 'internalDate', 'headerHash', 'size'],
        raw: true,
      })) as unknown as Values[],
  );
  return new Set(rows.map(identityOfRow));
}
