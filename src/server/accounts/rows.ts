/** Rows of accounts and providers as our code sees them. */
import type { Transaction } from 'sequelize';
import { withStringIds } from '../../shared/ids';
import type { MailCollection } from '../../shared/mailCollections';
import type { StoredAccountState } from '../../shared/states';
import type { AccountTypes, ErrorView, ProviderHosts } from '../../shared/types';
import { changeRows } from '../changeRows';
import type { Endpoint, MailContext } from '../context';
import { readRecords } from '../readRows';

/** A row of mailAccounts. Ids are strings, times are Dates. */
export interface AccountRow {
  id: string;
  userId: string;
  provider: string;
  address: string;
  displayName: string;
  imapUser: string;
  smtpUser: string;
  homeAccountId: string;
  authority: string;
  imapEndpoint: Endpoint;
  smtpEndpoint: Endpoint;
  /** Sealed with `mailAccounts:<id>`. */
  credentials: string | null;
  version: number;
  state: StoredAccountState;
  lastError: ErrorView | null;
  sendBlocked: ErrorView | null;
  /** Octets; null while unknown. Some drivers hand a bigint out as text. */
  largestMessage: number | string | null;
  startDate: Date | null;
  firstSyncDoneAt: Date | null;
  lastSyncAt: Date | null;
  backOffUntil: Date | null;
  nextSyncAt: Date | null;
  syncUntil: Date | null;
}

/** A row of mailProviders. */
export interface ProviderRow {
  id: string;
  name: string;
  clientId: string;
  /** Sealed with `mailProviders:<name>`. */
  clientSecret: string | null;
  secretExpiresAt: string | null;
  accountTypes: AccountTypes;
  tenantId: string;
  hosts: Partial<ProviderHosts> | null;
  problem: ErrorView | null;
}

export interface Within {
  transaction?: Transaction;
}

/** What a secret is bound to. */
export const accountBind = (id: string) => `mailAccounts:${id}`;
export const providerBind = (name: string) => `mailProviders:${name}`;

async function find(
  mail: MailContext,
  collection: MailCollection,
  where: Record<string, unknown>,
  { transaction }: Within,
): Promise<Record<string, unknown>[]> {
  const rows = await readRecords(mail, collection, { where, order: [['id', 'ASC']] }, transaction);
  return rows.map(withStringIds);
}

/** Accounts matching `where`, oldest first. */
export async function accountsWhere(
  mail: MailContext,
  where: Record<string, unknown>,
  within: Within = {},
): Promise<AccountRow[]> {
  return (await find(mail, 'mailAccounts', where, within)) as unknown as AccountRow[];
}

export async function accountById(mail: MailContext, id: string, within: Within = {}): Promise<AccountRow | null> {
  return (await accountsWhere(mail, { id }, within))[0] ?? null;
}

export async function providerRows(mail: MailContext, within: Within = {}): Promise<ProviderRow[]> {
  return (await find(mail, 'mailProviders', {}, within)) as unknown as ProviderRow[];
}

export async function providerRow(mail: MailContext, name: string, within: Within = {}): Promise<ProviderRow | null> {
  return ((await find(mail, 'mailProviders', { name }, within)) as unknown as ProviderRow[])[0] ?? null;
}

/** Changes an account where it still is as `where` says. @returns whether it was */
export async function updateAccount(
  mail: MailContext,
  where: Record<string, unknown> & { id: string },
  values: Record<string, unknown>,
  { transaction }: Within = {},
): Promise<boolean> {
  return (await changeRows(mail, 'mailAccounts', { ...values, updatedAt: mail.now() }, where, transaction)) > 0;
}
