/**
 * What a mailbox row says about its own messages: how many are stored, how many lack their text, when something changed.
 * Counting a large mailbox for every batch would cost more than the batch, so these are moved in the transaction that moves
 * the rows, and counted anew when a comparison that changed something ends.
 */
import { fn, literal, Op, col, type Transaction, type WhereOptions } from 'sequelize';
import type { MailContext } from '../context';
import { groupBy, idOf, table, type Values } from './rows';
import { quoted } from './store/sql';

export interface MailboxChange {
  stored?: number;
  textsMissing?: number;
}

const silently = (transaction: Transaction) => ({ hooks: false, silent: true, transaction });

/** Moves the counts of a mailbox. Within the transaction that moves its rows. */
export async function moveCounts(
  mail: MailContext,
  mailboxId: string,
  change: MailboxChange,
  transaction: Transaction,
): Promise<void> {
  const by = Object.fromEntries(Object.entries(change).filter(([, difference]) => difference !== 0));
  if (Object.keys(by).length === 0) return;
  await table(mail, 'mailboxes').increment(by, { where: { id: mailboxId }, transaction, silent: true });
}

/** Moves the counts of a mailbox and notes that something in it changed. */
export async function noteChange(
  mail: MailContext,
  mailboxId: string,
  change: MailboxChange,
  transaction: Transaction,
): Promise<void> {
  const model = table(mail, 'mailboxes');
  const moved = Object.entries(change).map(([attribute, by]) => {
    const column = quoted(mail.db.sequelize.getDialect(), model.rawAttributes[attribute]?.field ?? attribute);
    return [attribute, literal(`${column} + (${Number(by)})`)] as const;
  });
  const options = { ...silently(transaction), where: { id: mailboxId } };
  await model.update({ ...Object.fromEntries(moved), lastChangeAt: mail.now() }, options);
}

/**
 * For rows that are about to leave their place, or whose flags change: the mailboxes they lie in, and the threads they belong to.
 * @param where at most some thousand rows
 * @param leaving whether they leave
 */
export async function noteRows(
  mail: MailContext,
  where: WhereOptions,
  leaving: boolean,
  transaction: Transaction,
): Promise<{ threadIds: string[] }> {
  const rows = (await table(mail, 'mailMessages').findAll({
    where,
    attributes: ['threadId', 'mailboxId', 'uid', 'textTries'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  for (const [mailboxId, here] of groupBy(rows, (row) => idOf(row.mailboxId))) {
    if (mailboxId === null) continue;
    const placed = leaving ? here.filter(({ uid }) => uid !== null) : [];
    const lacking = placed.filter(({ textTries }) => textTries !== null);
    await noteChange(mail, mailboxId, { stored: -placed.length, textsMissing: -lacking.length }, transaction);
  }
  return { threadIds: [...new Set(rows.flatMap((row) => idOf(row.threadId) ?? []))] };
}

/** Counts the rows of a mailbox. */
export async function countRows(
  mail: MailContext,
  mailboxId: string,
  transaction: Transaction,
): Promise<Required<MailboxChange>> {
  const count = async (where: object) => {
    const row = (await table(mail, 'mailMessages').findOne({
      where: { mailboxId, uid: { [Op.ne]: null }, ...where },
      attributes: [[fn('COUNT', col('uid')), 'number']],
      raw: true,
      transaction,
    })) as unknown as { number: unknown };
    return Number(row.number);
  };
  return { stored: await count({}), textsMissing: await count({ textTries: { [Op.ne]: null } }) };
}
