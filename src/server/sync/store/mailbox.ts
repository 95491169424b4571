/** Facts of a mailbox row. */
import type { Transaction } from 'sequelize';
import type { Lease } from '../../accounts/lease';
import type { MailContext } from '../../context';
import { countRows } from '../mailboxCounts';
import { table, underLease, type Values } from '../rows';

/** Moves the cursor of a mailbox within the transaction that stored what it stands for. */
export async function moveCursor(
  mail: MailContext,
  mailboxId: string,
  cursor: Values,
  transaction: Transaction,
): Promise<void> {
  if (Object.keys(cursor).length === 0) return;
  const options = { hooks: false, silent: true, transaction, where: { id: mailboxId } };
  await table(mail, 'mailboxes').update(cursor, options);
}

/**
 * Writes facts of a mailbox row under the lease.
 * @param recount whether its messages are counted anew
 */
export async function updateMailbox(
  mail: MailContext,
  lease: Lease,
  mailboxId: string,
  values: Values,
  recount = false,
): Promise<void> {
  await underLease(mail, lease, async (transaction) => {
    const counts = recount ? await countRows(mail, mailboxId, transaction) : {};
    await moveCursor(mail, mailboxId, { ...values, ...counts }, transaction);
  });
}
