/** What a user sees of the mailboxes of his accounts, and what he decides about them. */
import { col, fn, Op } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import type { ErrorView, MailboxRole, MailboxView } from '../../shared/types';
import { requireOwned, type Row } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
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
  const counts = await countsOf(mail, viewer);
  return rows
    .map((row) => viewOf(row.get({ plain: true }) as Values, counts))
    .sort(
      (a, b) =>
        a.accountId.localeCompare(b.accountId) ||
        ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) ||
        a.path.localeCompare(b.path),
    );
}

interface Counts {
  unread: ReadonlyMap<string, number>;
  stored: ReadonlyMap<string, number>;
}

/** A column by its name in the database: an app may write them with underscores. */
function column(mail: MailContext, collection: 'mailThreadMailboxes' | 'mailMessages', name: string) {
  return col(table(mail, collection).rawAttributes[name]?.field ?? name);
}

async function countsOf(mail: MailContext, { userId }: Viewer): Promise<Counts> {
  const unread = (await table(mail, 'mailThreadMailboxes').findAll({
    where: { userId },
    attributes: ['mailboxId', [fn('SUM', column(mail, 'mailThreadMailboxes', 'unreadCount')), 'number']],
    group: ['mailboxId'],
    raw: true,
  })) as unknown as Values[];
  const stored = (await table(mail, 'mailMessages').findAll({
    where: { userId, mailboxId: { [Op.ne]: null }, uid: { [Op.ne]: null } },
    attributes: ['mailboxId', [fn('COUNT', column(mail, 'mailMessages', 'id')), 'number']],
    group: ['mailboxId'],
    raw: true,
  })) as unknown as Values[];
  const byMailbox = (rows: Values[]) => new Map(rows.map((row) => [String(row.mailboxId), Number(row.number)]));
  return { unread: byMailbox(unread), stored: byMailbox(stored) };
}

function viewOf(row: Values, counts: Counts): MailboxView {
  const id = String(row.id);
  const path = String(row.path);
  const delimiter = row.delimiter ? String(row.delimiter) : null;
  return {
    id,
    accountId: String(row.accountId),
    path,
    name: (delimiter && path.split(delimiter).pop()) || path,
    role: (row.role as MailboxRole | null) ?? 'none',
    chosenRole: (row.chosenRole as MailboxRole | null) ?? null,
    syncing: flagOf(row.syncing),
    freshness: flagOf(row.syncing) ? 'poll' : 'off',
    lastChangeAt: null,
    unread: counts.unread.get(id) ?? 0,
    stored: counts.stored.get(id) ?? 0,
    onServer: numberOf(row.onServer),
    lastSyncAt: dateOf(row.lastSyncAt)?.toISOString() ?? null,
    error: (row.lastError as ErrorView | null) ?? null,
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
  return viewOf(row.get({ plain: true }) as Values, await countsOf(mail, viewer));
}

/** Makes the next pass compare every message and flag of a mailbox. @throws MailError permanent `notFound` */
export async function repairMailbox(mail: MailContext, viewer: Viewer, id: unknown): Promise<void> {
  await change(mail, viewer, await requireOwned(mail, viewer, 'mailboxes', id), NOTHING_KNOWN);
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
