/** The sync log: one row a run, and one for any number of passes in a row that found nothing. Never content. */
import { Op } from 'sequelize';
import { DAY } from '../../shared/constants';
import type { SyncLogPage, SyncRun } from '../../shared/types';
import { requireOwned } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { dateOf, idOf, numberOf, table, type Values } from './rows';

const KEPT_FOR = 14 * DAY;
const LARGEST_PAGE = 200;

/** A run as it is logged. */
export interface LoggedRun {
  accountId: string;
  kind: SyncRun['kind'];
  startedAt: Date;
  durationMs: number;
  counts: Readonly<Record<string, number>>;
  errorCode: string | null;
}

/** Writes a run down. A pass that found nothing replaces the one before it, if that found nothing either. */
export async function logRun(mail: MailContext, run: LoggedRun): Promise<void> {
  const model = table(mail, 'mailSyncLog');
  const quiet = !run.errorCode && Object.values(run.counts).every((count) => count === 0);
  const { accountId, ...values } = { ...run, createdAt: mail.now() };
  if (quiet) {
    const [last] = (await model.findAll({
      where: { accountId },
      attributes: ['id', 'repeated'],
      order: [['createdAt', 'DESC']],
      limit: 1,
      raw: true,
    })) as unknown as Values[];
    const repeated = numberOf(last?.repeated);
    if (last && repeated !== null) {
      const options = { where: { id: idOf(last.id) }, hooks: false, silent: true };
      await model.update({ ...values, repeated: repeated + 1 }, options);
      return;
    }
  }
  await model.create({ id: mail.newId(), accountId, ...values, repeated: quiet ? 0 : null }, { hooks: false });
}

/** Forgets runs that are too old, of all accounts. */
export async function purgeLog(mail: MailContext): Promise<void> {
  const before = new Date(mail.now().getTime() - KEPT_FOR);
  await table(mail, 'mailSyncLog').destroy({ where: { createdAt: { [Op.lt]: before } }, hooks: false });
}

/** As they come with a request. */
export interface LogQuery {
  accountId?: unknown;
  page?: unknown;
  pageSize?: unknown;
}

const within = (value: unknown, otherwise: number, most: number): number => {
  const number = Math.trunc(Number(value));
  return number >= 1 ? Math.min(number, most) : otherwise;
};

/**
 * Runs, newest first.
 * @param viewer null for an administrator, who sees the runs of everybody's accounts; else only of his own
 * @throws MailError permanent `notFound` for an account that is not the viewer's
 */
export async function listRuns(mail: MailContext, viewer: Viewer | null, query: LogQuery): Promise<SyncLogPage> {
  const page = within(query.page, 1, 1_000_000);
  const limit = within(query.pageSize, 50, LARGEST_PAGE);
  const where = await accountsOf(mail, viewer, query.accountId);
  const { rows, count } = await table(mail, 'mailSyncLog').findAndCountAll({
    where,
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit,
    offset: (page - 1) * limit,
  });
  const found = rows.map((row) => row.get({ plain: true }) as Values);
  const people = await peopleOf(mail, [...new Set(found.map((run) => String(run.accountId)))]);
  return { runs: found.map((run) => viewOf(run, people.get(String(run.accountId)))), count };
}

async function accountsOf(mail: MailContext, viewer: Viewer | null, accountId: unknown): Promise<Values> {
  if (viewer && accountId) return { accountId: (await requireOwned(mail, viewer, 'mailAccounts', accountId)).id };
  if (viewer) {
    const own = await table(mail, 'mailAccounts').findAll({ where: { userId: viewer.userId }, attributes: ['id'] });
    return { accountId: own.map((row) => String(row.get('id'))) };
  }
  return typeof accountId === 'string' && /^\d{1,20}$/.test(accountId) ? { accountId } : {};
}

interface Person {
  address: string;
  owner: string;
}

/** Whose accounts they are. Two reads, however many runs. */
async function peopleOf(mail: MailContext, accountIds: string[]): Promise<Map<string, Person>> {
  const accounts = (await table(mail, 'mailAccounts').findAll({
    where: { id: accountIds },
    attributes: ['id', 'userId', 'address'],
    raw: true,
  })) as unknown as Values[];
  const users = (await mail.db.getCollection('users').model.findAll({
    // One that is being removed is nobody's any more.
    where: { id: [...new Set(accounts.flatMap(({ userId }) => idOf(userId) ?? []))] },
    attributes: ['id', 'nickname', 'username'],
    raw: true,
  })) as unknown as Values[];
  const names = new Map(users.map((user) => [String(user.id), String(user.nickname || user.username || '')]));
  return new Map(
    accounts.map((account) => [
      String(account.id),
      { address: String(account.address ?? ''), owner: names.get(String(account.userId)) ?? '' },
    ]),
  );
}

function viewOf(run: Values, person: Person | undefined): SyncRun {
  return {
    id: String(run.id),
    accountId: String(run.accountId),
    kind: run.kind === 'push' ? 'push' : 'pass',
    address: person?.address ?? '',
    owner: person?.owner ?? '',
    startedAt: (dateOf(run.startedAt) ?? dateOf(run.createdAt) ?? new Date(0)).toISOString(),
    durationMs: numberOf(run.durationMs) ?? 0,
    counts: (run.counts as Record<string, number> | null) ?? {},
    repeated: numberOf(run.repeated) ?? 0,
    errorCode: idOf(run.errorCode),
  };
}
