/** Facts of a mailbox row. */
import type { Lease } from '../../accounts/lease';
import { changeRows } from '../../changeRows';
import type { MailContext } from '../../context';
import { countRows } from '../mailboxCounts';
import { underLease, type Values } from '../rows';

/** Facts of a mailbox row that are written together. */
export interface MailboxFacts {
  id: string;
  values: Values;
  /** Whether its messages are counted anew. */
  recount?: boolean;
}

/** Writes facts of mailbox rows under the lease, in one commit. */
export async function updateMailboxes(mail: MailContext, lease: Lease, facts: readonly MailboxFacts[]): Promise<void> {
  if (facts.length === 0) return;
  await underLease(mail, lease, async (transaction) => {
    for (const { id, values, recount } of facts) {
      const counts = recount ? await countRows(mail, id, transaction) : {};
      await changeRows(mail, 'mailboxes', { ...values, ...counts }, { id }, transaction);
    }
  });
}

/** Writes facts of one mailbox row under the lease. */
export async function updateMailbox(mail: MailContext, lease: Lease, id: string, values: Values): Promise<void> {
  await updateMailboxes(mail, lease, [{ id, values }]);
}
