/** The mail of an account that is due, and what becomes of the rest of it when one tells of all. */
import { Op } from 'sequelize';
import type { MailContext } from '../context';
import type { MailError } from '../errors';
import { changeOutbox, findOutbox, pushOutbox, queuedDue, stepOutbox, type OutboxRow } from './outbox';
import { nextTry } from './outcome';

/** Mail of one account that is delivered before others get their turn. */
const ROUND = 20;

/** Mail that may leave now, at most one round of it. What was tried least goes first: one that breaks each time keeps nothing else back. */
export async function dueRows(mail: MailContext, accountId: string): Promise<OutboxRow[]> {
  return findOutbox(
    mail,
    { accountId, filesWanted: { [Op.not]: true }, ...queuedDue(mail.now()) },
    {
      order: [
        ['attempts', 'ASC'],
        ['sendAt', 'ASC'],
      ],
      limit: ROUND,
    },
  );
}

/**
 * Everything that is still due would meet the same end, and repeated errors get a mailbox throttled: it waits as long, or fails too.
 * @param until how long the mail waits that met it; null where it does not
 */
export async function holdDue(
  mail: MailContext,
  accountId: string,
  error: MailError,
  until: Date | null,
): Promise<void> {
  if (error.code === 'stopping' || error.code === 'leaseLost') return;
  const lastError = error.toView();
  // What was given up after days does not take with it what is due since a minute.
  const nextAttemptAt = until ?? nextTry(error, 1, mail.now());
  for (let rows = await dueRows(mail, accountId); rows.length > 0; rows = await dueRows(mail, accountId)) {
    for (const row of rows) {
      const ours = { version: row.version };
      if (!nextAttemptAt) await stepOutbox(mail, row, 'giveUp', { lastError, nextAttemptAt }, ours);
      else if (await changeOutbox(mail, row.id, { state: 'queued', ...ours }, { nextAttemptAt, lastError })) {
        pushOutbox(mail, row);
      }
    }
  }
}
