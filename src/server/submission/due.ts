/** The mail of an account that is due, and what becomes of the rest of it when one tells of all. */
import { Op } from 'sequelize';
import type { MailContext } from '../context';
import type { MailError } from '../errors';
import { changeOutbox, findOutbox, stepOutbox, type OutboxRow } from './outbox';

/** Mail of one account that is delivered before others get their turn. */
const ROUND = 20;

/** Mail that may leave now, at most one round of it. What was tried least goes first: one that breaks each time keeps nothing else back. */
export async function dueRows(mail: MailContext, accountId: string): Promise<OutboxRow[]> {
  const due = { [Op.lte]: mail.now() };
  return findOutbox(
    mail,
    {
      accountId,
      state: 'queued',
      filesWanted: { [Op.not]: true },
      sendAt: due,
      nextAttemptAt: { [Op.or]: [{ [Op.is]: null }, due] },
    },
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
 * Everything else that is due would meet the same end, and repeated errors get a mailbox throttled: it waits as long, or fails too.
 * @param tried the mail that met it
 */
export async function holdOthers(mail: MailContext, accountId: string, tried: string, error: MailError): Promise<void> {
  if (error.code === 'stopping' || error.code === 'leaseLost') return;
  const [held] = await findOutbox(mail, { id: tried });
  for (let rows = await dueRows(mail, accountId); rows.length > 0; rows = await dueRows(mail, accountId)) {
    await holdThese(mail, rows, held, error);
  }
}

async function holdThese(
  mail: MailContext,
  rows: OutboxRow[],
  held: OutboxRow | undefined,
  error: MailError,
): Promise<void> {
  for (const row of rows) {
    if (held?.state === 'queued' && held.nextAttemptAt) {
      await changeOutbox(
        mail,
        row.id,
        { state: 'queued', version: row.version },
        { nextAttemptAt: held.nextAttemptAt, lastError: error.toView() },
      );
    } else {
      await stepOutbox(
        mail,
        row,
        'giveUp',
        { lastError: error.toView(), nextAttemptAt: null },
        { version: row.version },
      );
    }
  }
}
