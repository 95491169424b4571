/** What a user sees of the mailboxes of his accounts, and what he decides about them. */
import { col, fn, Op } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import { freshnessOf, type StoredAccountState } from '../../shared/states';
import type { ErrorView, MailboxRole, MailboxView } from '../../shared/types';
import { requireOwned, type Row } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { repairDue } from './plan';
import { dateOf, flagOf, numberOf, table, type Values } from './rows';

const ROLE_ORDER: readonly MailboxRole[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'outbox', 'none'];

/**
 * Mailboxes of the viewer, in the order of a folder list.
 * @param accountId of one account only; as it came with the request
 * @throws MailError permanent `notFound` for an account that is not his
 */
export async function listMailboxes(mail: MailContext, viewer: Viewer, accountId?: unknown): Promise<MailboxView[]> {
  const account = accountId ? await requireOwned(mail, viewer, 'mailAccounts', accountId) : null;
  const where = { userId: viewer.userId, ...(account && { accountId: account.id }) };
  const rows = await table(mail, 'mailboxes').findAll({ where });
  const context = await contextOf(mail, viewer);
  return rows
    .map((row) => viewOf(row.get({ plain: true }) as Values, context))
    .sort(
      (a, b) =>
        a.accountId.localeCompare(b.accountId) ||
        ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) ||
        a.path.localeCompare(b.path),
    );
}

/** What a mailbox row does not say by itself. */
interface ViewContext {
  unread: ReadonlyMap<string, number>;
  accounts: ReadonlyMap<string, Values>;
  now: Date;
}

/** Two reads, however many mailboxes. */
async function contextOf(mail: MailContext, { userId }: Viewer): Promise<ViewContext> {
  const { rawAttributes } = table(mail, 'mailThreadMailboxes');
  // By its name in the database: an app may write columns with underscores.
  const unreadCount = col(rawAttributes.unreadCount?.field ?? 'unreadCount');
  const unread = (await table(mail, 'mailThreadMailboxes').findAll({
    where: { userId, unreadCount: { [Op.gt]: 0 } },
    attributes: ['mailboxId', [fn('SUM', unreadCount), 'number']],
    group: ['mailboxId'],
    raw: true,
  })) as unknown as Values[];
  const accounts = await table(mail, 'mailAccounts').findAll({
    where: { userId },
    attributes: ['id', 'state', 'lastError', 'pushUntil'],
  });
  return {
    unread: new Map(unread.map((row) => [String(row.mailboxId), Number(row.number)])),
    accounts: new Map(accounts.map((row) => [String(row.get('id')), row.get({ plain: true }) as Values])),
    now: mail.now(),
  };
}

const iso = (value: unknown): string | null => dateOf(value)?.toISOString() ?? null;

function viewOf(row: Values, { unread, accounts, now }: ViewContext): MailboxView {
  const id = String(row.id);
  const path = String(row.path);
  const delimiter = row.delimiter ? String(row.delimiter) : null;
  const account = accounts.get(String(row.accountId));
  const role = (row.role as MailboxRole | null) ?? 'none';
  const error = (row.lastError ?? account?.lastError ?? null) as ErrorView | null;
  const facts = {
    state: (account?.state as StoredAccountState | undefined) ?? 'disconnected',
    syncing: flagOf(row.syncing),
    isInbox: role === 'inbox',
    failing: error !== null,
    pushUntil: iso(account?.pushUntil),
  };
  return {
    id,
    accountId: String(row.accountId),
    path,
    name: (delimiter && path.split(delimiter).pop()) || path,
    role,
    chosenRole: (row.chosenRole as MailboxRole | null) ?? null,
    syncing: facts.syncing,
    freshness: freshnessOf(facts, now),
    unread: unread.get(id) ?? 0,
    stored: numberOf(row.stored) ?? 0,
    onServer: numberOf(row.onServer),
    textsMissing: numberOf(row.textsMissing) ?? 0,
    lastSyncAt: iso(row.lastSyncAt),
    lastChangeAt: iso(row.lastChangeAt),
    checkedAt: iso(row.comparedAt),
    repairing: repairDue(dateOf(row.repairAskedAt), dateOf(row.comparedAt)),
    error,
  };
}

/** What the next pass takes as a reason to compare everything. */
const NOTHING_KNOWN = { lastStatus: null, comparedAt: null, backfillDone: false, lastError: null };

/**
 * Switches syncing of a mailbox on or off. What is stored stays; switched on again, everything is compared.
 * @throws MailError permanent `notFound` | `inboxAlwaysSyncs`
 */
export async function chooseMailbox(
  mail: MailContext,
  viewer: Viewer,
  id: unknown,
  syncing: boolean,
): Promise<MailboxView> {
  const mailbox = await requireOwned(mail, viewer, 'mailboxes', id);
  if (!syncing && mailbox.role === 'inbox') throw new MailError('permanent', 'inboxAlwaysSyncs');
  await change(mail, viewer, mailbox, { syncing, ...(syncing && NOTHING_KNOWN) });
  const row = await table(mail, 'mailboxes').findByPk(mailbox.id);
  if (!row) throw new MailError('permanent', 'notFound');
  return viewOf(row.get({ plain: true }) as Values, await contextOf(mail, viewer));
}

/**
 * Makes the next pass compare every message and flag of a mailbox and read anew what could not be read;
 * `repairing` of its view says whether it is done.
 * @throws MailError permanent `notFound`
 */
export async function repairMailbox(mail: MailContext, viewer: Viewer, id: unknown): Promise<void> {
  const mailbox = await requireOwned(mail, viewer, 'mailboxes', id);
  await change(mail, viewer, mailbox, { repairAskedAt: mail.now(), lastError: null });
}

async function change(mail: MailContext, viewer: Viewer, mailbox: Row, values: Values): Promise<void> {
  const accountId = String(mailbox.accountId as string);
  const options = { hooks: false, silent: true };
  await table(mail, 'mailboxes').update(values, { ...options, where: { id: mailbox.id } });
  await table(mail, 'mailAccounts').update(
    { nextSyncAt: mail.now() },
    { ...options, where: { id: accountId, state: 'active' } },
  );
  mail.push(viewer.userId, LIVE_EVENTS.mailbox, { accountId, mailboxId: mailbox.id });
  mail.wake('sync', accountId);
}
