/** Whose mail has to be looked at, and when: one small query each, however much mail waits. */
import { col, fn, Op, type WhereOptions } from 'sequelize';
import { WORK_LOOKUP_INTERVAL } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { wantsFiles } from './gather';
import { findOutbox, outboxModel, queuedDue, stepOutbox } from './outbox';

/** Accounts that are known at once; further ones are found when these have been served. */
const MOST_ACCOUNTS = 2000;
const BATCH = 50;

/** The accounts of matching rows, the one whose mail was due first before the others. */
async function accountsOf(mail: MailContext, where: WhereOptions): Promise<string[]> {
  const { rawAttributes } = outboxModel(mail);
  // Tables may be underscored.
  const column = (attribute: string) => col(rawAttributes[attribute]?.field ?? attribute);
  const accountId = column('accountId');
  const rows = await outboxModel(mail).findAll({
    where,
    attributes: [
      [accountId, 'account'],
      [fn('MIN', column('sendAt')), 'first'],
    ],
    group: [accountId],
    order: [[col('first'), 'ASC']],
    limit: MOST_ACCOUNTS,
    raw: true,
  });
  return (rows as unknown as { account: string | number }[]).map(({ account }) => String(account));
}

/** Accounts with mail that is due, was left in `sending`, or is uncertain and due for a look into Sent; the longest waiting first. */
export async function accountsWithWork(mail: MailContext): Promise<string[]> {
  const now = mail.now();
  return accountsOf(mail, {
    [Op.or]: [
      queuedDue(now),
      wantsFiles(now),
      { state: 'sending' },
      { state: 'uncertain', nextAttemptAt: { [Op.lte]: now } },
    ],
  });
}

/** Milliseconds until the next mail leaves, at most the usual interval. */
export async function untilNextDue(mail: MailContext): Promise<number> {
  const now = mail.now();
  const next = await outboxModel(mail).findOne({
    where: { state: 'queued', sendAt: { [Op.gt]: now } },
    attributes: ['sendAt'],
    order: [['sendAt', 'ASC']],
  });
  if (!next) return WORK_LOOKUP_INTERVAL;
  const wait = new Date(next.get('sendAt') as Date).getTime() - now.getTime();
  return Math.min(WORK_LOOKUP_INTERVAL, Math.max(20, wait));
}

/** Mail of accounts that are gone will never leave: said so, instead of looking for them for ever. */
export async function failOrphans(mail: MailContext): Promise<void> {
  const due = { state: 'queued', sendAt: { [Op.lte]: mail.now() } };
  const named = await accountsOf(mail, due);
  if (named.length === 0) return;
  const there = await mail.db.getCollection('mailAccounts').model.findAll({ where: { id: named }, attributes: ['id'] });
  const known = new Set(there.map((row) => String(row.get('id'))));
  const lastError = new MailError('permanent', 'accountDisconnected').toView();
  for (const accountId of named.filter((id) => !known.has(id))) {
    for (const row of await findOutbox(mail, { ...due, accountId }, { limit: BATCH })) {
      await stepOutbox(mail, row, 'giveUp', { lastError });
    }
  }
}
