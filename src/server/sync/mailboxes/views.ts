/** What a user sees of the mailboxes of his accounts. */
import { col, fn, Op } from 'sequelize';
import { freshnessOf, type StoredAccountState } from '../../../shared/states';
import type { ErrorView, MailboxRole, MailboxView } from '../../../shared/types';
import { requireOwned } from '../../access/owned';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { repairDue } from '../plan';
import { dateOf, flagOf, numberOf, table, type Values } from '../rows';

const ROLE_ORDER: readonly MailboxRole[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'outbox', 'none'];

/**
 * Mailboxes of the viewer, in the order of a folder list.
 * @param accountId of one account only; as it came with the request
 * @throws MailError permanent `notFound` for an account that is not his
 */
export async function listMailboxes(mail: MailContext, viewer: Viewer, accountId?: unknown): Promise<MailboxView[]> {
  const account = accountId ? await requireOwned(mail, viewer, 'mailAccounts', accountId) : null;
  const where = { userId: viewer.userId, missingSince: null, ...(account && { accountId: account.id }) };
  const rows = await table(mail, 'mailboxes').findAll({ where });
  const context = await contextOf(mail, viewer);
  // Of an account that is being removed some are left.
  const owned = rows
    .map((row) => row.get({ plain: true }) as Values)
    .filter(({ accountId }) => context.accounts.has(String(accountId)));
  return owned
    .map((row) => viewOf(row, context))
    .sort(
      (a, b) =>
        a.accountId.localeCompare(b.accountId) ||
        ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) ||
        a.path.localeCompare(b.path),
    );
}

/** One mailbox of the viewer. @throws MailError permanent `notFound` */
export async function viewMailbox(mail: MailContext, viewer: Viewer, id: string): Promise<MailboxView> {
  const row = await table(mail, 'mailboxes').findOne({ where: { id, userId: viewer.userId } });
  if (!row) throw new MailError('permanent', 'notFound');
  return viewOf(row.get({ plain: true }) as Values, await contextOf(mail, viewer));
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

/** What IDLE brought is stored before anybody counts on the server again: it is there, too. */
const atLeast = (stored: number | null, onServer: number | null) =>
  onServer === null ? null : Math.max(stored ?? 0, onServer);

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
    holdsMail: row.holdsMail === null || flagOf(row.holdsMail),
    syncing: facts.syncing,
    freshness: freshnessOf(facts, now),
    unread: unread.get(id) ?? 0,
    stored: numberOf(row.stored) ?? 0,
    onServer: atLeast(numberOf(row.stored), numberOf(row.onServer)),
    textsMissing: numberOf(row.textsMissing) ?? 0,
    lastSyncAt: iso(row.lastSyncAt),
    lastChangeAt: iso(row.lastChangeAt),
    checkedAt: iso(row.comparedAt),
    repairing: repairDue(dateOf(row.repairAskedAt), dateOf(row.comparedAt)),
    error,
  };
}
