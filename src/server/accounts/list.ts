/** The accounts of a user as he sees them: state derived from facts, counts from his mailboxes. */
import { col, fn, Op } from 'sequelize';
import { accountStateOf } from '../../shared/states';
import type { AccountView, ConnectableProvider } from '../../shared/types';
import type { MailContext } from '../context';
import { providers } from '../providers';
import { accountsWhere, providerRows, type AccountRow } from './rows';
import { readSettings } from './settings';

interface Counts {
  unread: number;
  stored: number;
  textsMissing: number;
  onServer: number | null;
}

/** @param where restricts the accounts further, e.g. to one id */
export async function listAccounts(
  mail: MailContext,
  userId: string,
  where: { id?: string } = {},
): Promise<AccountView[]> {
  const accounts = await accountsWhere(mail, { ...where, userId });
  if (accounts.length === 0) return [];
  const [counts, rows, { pollMinutes }] = await Promise.all([
    countsOf(mail, accounts),
    providerRows(mail),
    readSettings(mail),
  ]);
  const problems = new Map(rows.map((row) => [row.name, row.problem?.code ?? null]));
  return accounts.map((account) =>
    viewOf(mail, {
      account,
      pollMinutes,
      problem: problems.get(account.provider) ?? null,
      counts: counts.get(account.id),
    }),
  );
}

/** What a user may connect with. */
export async function connectableProviders(mail: MailContext): Promise<ConnectableProvider[]> {
  const rows = await providerRows(mail);
  return providers.map(({ name, title }) => {
    const row = rows.find((candidate) => candidate.name === name);
    return { name, title, configured: Boolean(row?.clientId && row.clientSecret) };
  });
}

const iso = (date: Date | null): string | null => (date ? new Date(date).toISOString() : null);

/** Until when an account is not looked at because it failed: a failure that trying again cannot mend waits for the next pass too. */
function waitsUntil({ backOffUntil, nextSyncAt, lastError }: AccountRow): string | null {
  const lasting = lastError?.kind === 'permanent' || lastError?.kind === 'reauthorize';
  return iso(backOffUntil ?? (lasting ? nextSyncAt : null));
}

interface AccountFactsRead {
  account: AccountRow;
  counts?: Counts;
  /** What is wrong with its provider. */
  problem: string | null;
  pollMinutes: number;
}

function viewOf(mail: MailContext, { account, counts, problem, pollMinutes }: AccountFactsRead): AccountView {
  const facts = {
    state: account.state,
    lastErrorCode: account.lastError?.code,
    providerProblem: problem,
    backOffUntil: waitsUntil(account),
    syncUntil: iso(account.syncUntil),
    firstSyncDoneAt: iso(account.firstSyncDoneAt),
  };
  return {
    id: account.id,
    provider: account.provider,
    address: account.address,
    displayName: account.displayName ?? '',
    storedState: account.state,
    state: accountStateOf(facts, mail.now()),
    sendBlocked: account.sendBlocked,
    error: account.lastError,
    backOffUntil: facts.backOffUntil,
    lastSyncAt: iso(account.lastSyncAt),
    unread: counts?.unread ?? 0,
    stored: counts?.stored ?? 0,
    onServer: counts?.onServer ?? null,
    textsMissing: counts?.textsMissing ?? 0,
    nextSyncAt: account.state === 'active' ? iso(account.nextSyncAt) : null,
    pollMinutes,
    startDate: iso(account.startDate),
    largestMessage: Number(account.largestMessage) || null,
  };
}

/** Unread of the inbox; the others over all mailboxes that are synced. Two reads, however many accounts; large mailboxes are not counted. */
async function countsOf(mail: MailContext, accounts: AccountRow[]): Promise<Map<string, Counts>> {
  const accountId = accounts.map(({ id }) => id);
  const rows = await mail.db.getCollection('mailboxes').model.findAll({
    where: { accountId },
    attributes: ['id', 'accountId', 'role', 'syncing', 'onServer', 'stored', 'textsMissing'],
  });
  const mailboxes = rows.map((row) => row.get({ plain: true }) as Record<string, unknown>);
  const inboxes = mailboxes.filter(({ role }) => role === 'inbox').map(({ id }) => String(id));
  const unread = await unreadOf(mail, inboxes);
  return new Map(
    accountId.map((id) => {
      const synced = mailboxes.filter((mailbox) => String(mailbox.accountId) === id && mailbox.syncing);
      const sum = (name: string) => synced.reduce((total, mailbox) => total + Number(mailbox[name] ?? 0), 0);
      const known = synced.length > 0 && synced.every(({ onServer }) => typeof onServer === 'number');
      const counts = {
        unread: unread.get(id) ?? 0,
        stored: sum('stored'),
        textsMissing: sum('textsMissing'),
        // What IDLE brought is stored before anybody counts on the server again.
        onServer: known ? Math.max(sum('onServer'), sum('stored')) : null,
      };
      return [id, counts];
    }),
  );
}

async function unreadOf(mail: MailContext, mailboxId: string[]): Promise<Map<string, number>> {
  const { model } = mail.db.getCollection('mailThreadMailboxes');
  // By its name in the database: an app may write columns with underscores.
  const unreadCount = col(model.rawAttributes.unreadCount?.field ?? 'unreadCount');
  const rows = (await model.findAll({
    where: { mailboxId, unreadCount: { [Op.gt]: 0 } },
    attributes: ['accountId', [fn('SUM', unreadCount), 'number']],
    group: ['accountId'],
    raw: true,
  })) as unknown as Record<string, unknown>[];
  return new Map(rows.map((row) => [String(row.accountId), Number(row.number)]));
}
