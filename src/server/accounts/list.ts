/** The accounts of a user as he sees them: state derived from facts, counts from his mailboxes. */
import { accountStateOf } from '../../shared/states';
import type { AccountView, ConnectableProvider } from '../../shared/types';
import type { MailContext } from '../context';
import { providers } from '../providers';
import { accountsWhere, providerRows, type AccountRow } from './rows';

interface Counts {
  unread: number;
  stored: number;
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
  const [counts, rows] = await Promise.all([countsOf(mail, accounts), providerRows(mail)]);
  const problems = new Map(rows.map((row) => [row.name, row.problem?.code ?? null]));
  return accounts.map((account) =>
    viewOf(mail, account, problems.get(account.provider) ?? null, counts.get(account.id)),
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

function viewOf(mail: MailContext, account: AccountRow, providerProblem: string | null, counts?: Counts): AccountView {
  const facts = {
    state: account.state,
    lastErrorCode: account.lastError?.code,
    providerProblem,
    backOffUntil: iso(account.backOffUntil),
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
    startDate: iso(account.startDate),
  };
}

/** Unread of the inbox; stored and on the server over all mailboxes that are synced. Three grouped reads, however many accounts. */
async function countsOf(mail: MailContext, accounts: AccountRow[]): Promise<Map<string, Counts>> {
  const accountId = accounts.map(({ id }) => id);
  const rows = await mail.db
    .getCollection('mailboxes')
    .model.findAll({ where: { accountId }, attributes: ['id', 'accountId', 'role', 'syncing', 'onServer'] });
  const mailboxes = rows.map((row) => row.get({ plain: true }) as Record<string, unknown>);
  const inboxes = mailboxes.filter(({ role }) => role === 'inbox').map(({ id }) => String(id));
  const [stored, unread] = await Promise.all([
    countMessages(mail, { accountId }),
    countMessages(mail, { mailboxId: inboxes, seen: false }),
  ]);
  return new Map(
    accountId.map((id) => {
      const synced = mailboxes.filter((mailbox) => String(mailbox.accountId) === id && mailbox.syncing);
      const known = synced.length > 0 && synced.every(({ onServer }) => typeof onServer === 'number');
      const onServer = known ? synced.reduce((sum, mailbox) => sum + Number(mailbox.onServer), 0) : null;
      return [id, { unread: unread.get(id) ?? 0, stored: stored.get(id) ?? 0, onServer }];
    }),
  );
}

async function countMessages(mail: MailContext, where: Record<string, unknown>): Promise<Map<string, number>> {
  const { model } = mail.db.getCollection('mailMessages');
  const rows = await model.count({ where: { ...where, vanishedAt: null }, group: ['accountId'] });
  return new Map(rows.map((row) => [String(row.accountId), Number(row.count)]));
}
