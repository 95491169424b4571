/** What all changes by the user have in common: one transaction an account, browsers told after it, the worker woken. */
import type { Transaction } from 'sequelize';
import { LIVE_EVENTS } from '../../../shared/constants';
import { rowIdOf } from '../../../shared/ids';
import { ownerlessAccounts } from '../../access/ownerless';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { recomputeThreads } from '../counters';
import { chunks, groupBy, lockAccount, table, type Values } from '../rows';
import { inTransaction } from '../../transaction';
import type { Owner } from '../store';
import type { Verb } from './verbs';

/** Messages of the viewer by account. @throws MailError permanent `notFound` where one is missing or somebody else's */
export async function byAccount(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
): Promise<Map<string, string[]>> {
  const wanted = [...new Set(messageIds)];
  const ids = wanted.map(rowIdOf).filter((id) => id !== null);
  const rows: Values[] = [];
  for (const some of chunks(ids, 500)) {
    const found = await table(mail, 'mailMessages').findAll({
      where: { id: some, userId: viewer.userId },
      attributes: ['id', 'accountId'],
      raw: true,
    });
    rows.push(...(found as unknown as Values[]));
  }
  if (rows.length < wanted.length) throw new MailError('permanent', 'notFound');
  const accounts = groupBy(rows, (row) => String(row.accountId));
  const ownerless = await ownerlessAccounts(mail);
  if (ownerless.some((id) => accounts.has(id))) throw new MailError('permanent', 'notFound');
  return new Map([...accounts].map(([accountId, some]) => [accountId, some.map((row) => String(row.id))]));
}

/**
 * Writes wishes, with the counters that follow from them, and has them pushed.
 * @param wish writes rows and ops in the transaction it is given and returns the threads that look different now
 */
export async function changeMessages(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  wish: (owner: Owner, messageIds: string[], transaction: Transaction) => Promise<Set<string>>,
): Promise<void> {
  for (const [accountId, ids] of await byAccount(mail, viewer, messageIds)) {
    const owner = { id: accountId, userId: viewer.userId };
    const changed = await inTransaction(mail, async (transaction) => {
      await lockAccount(mail, accountId, transaction);
      const threadIds = await wish(owner, ids, transaction);
      await recomputeThreads(mail, owner, threadIds, transaction);
      return [...threadIds];
    });
    if (changed.length === 0) continue;
    for (const some of chunks(changed, 200))
      mail.push(viewer.userId, LIVE_EVENTS.thread, { accountId, threadIds: some });
    mail.push(viewer.userId, LIVE_EVENTS.mailbox, { accountId });
    await haveItPushed(mail, accountId);
  }
}

/** Rows are the truth: another process finds the account by its date, this one is woken. */
async function haveItPushed(mail: MailContext, accountId: string): Promise<void> {
  await table(mail, 'mailAccounts').update(
    { nextSyncAt: mail.now() },
    { where: { id: accountId, state: 'active' }, hooks: false, silent: true },
  );
  mail.wake('sync', accountId);
}

/** A row of mailOps. */
export function newOp(
  mail: MailContext,
  owner: Owner,
  messageRowId: string,
  verb: Verb,
  base: Values,
  wanted: Values,
): Values {
  return {
    id: mail.newId(),
    userId: owner.userId,
    accountId: owner.id,
    messageRowId,
    verb,
    base,
    wanted,
    state: 'pending',
    attempts: 0,
    createdAt: mail.now(),
  };
}
