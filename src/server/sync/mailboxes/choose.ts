/** What a user decides about a mailbox: whether it is synced, what it is for, that it is compared anew. */
import { Op } from 'sequelize';
import { LIVE_EVENTS } from '../../../shared/constants';
import type { MailboxChoice, MailboxView } from '../../../shared/types';
import { requireOwned, type Row } from '../../access/owned';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { lockAccount, table, type Values } from '../rows';
import { inTransaction } from '../../transaction';
import { assignRoles } from './assignRoles';
import { NOTHING_KNOWN } from './refresh';
import { viewMailbox } from './views';

/**
 * Switches syncing of a mailbox on or off, or says what it is for. What is stored stays; switched on again, everything is
 * compared. A role that is given to one mailbox is taken from any other of the account.
 * @throws MailError permanent `notFound` | `inboxAlwaysSyncs` | `inboxKeepsRole` | `mailboxMissing`
 */
export async function chooseMailbox(
  mail: MailContext,
  viewer: Viewer,
  id: unknown,
  { syncing, role }: MailboxChoice,
): Promise<MailboxView> {
  const mailbox = await requireOwned(mail, viewer, 'mailboxes', id);
  const isInbox = String(mailbox.path as string).toUpperCase() === 'INBOX';
  if (mailbox.missingSince) throw new MailError('permanent', 'mailboxMissing');
  if (isInbox && syncing === false) throw new MailError('permanent', 'inboxAlwaysSyncs');
  if ((isInbox && role !== undefined) || role === 'inbox') throw new MailError('permanent', 'inboxKeepsRole');
  const accountId = String(mailbox.accountId as string);
  await inTransaction(mail, async (transaction) => {
    await lockAccount(mail, accountId, transaction);
    const options = { hooks: false, silent: true, transaction };
    const values: Values = {
      ...(syncing !== undefined && { syncing }),
      ...(syncing && !mailbox.syncing && NOTHING_KNOWN),
      ...(role !== undefined && { chosenRole: role }),
    };
    await table(mail, 'mailboxes').update(values, { ...options, where: { id: mailbox.id } });
    if (role === undefined) return;
    if (role !== null && role !== 'none') {
      const others = { accountId, chosenRole: role, id: { [Op.ne]: mailbox.id } };
      await table(mail, 'mailboxes').update({ chosenRole: null }, { ...options, where: others });
    }
    await assignRoles(mail, accountId, transaction);
  });
  await lookAgain(mail, viewer, mailbox);
  return viewMailbox(mail, viewer, mailbox.id);
}

/**
 * Makes the next pass compare every message, size and flag of a mailbox and read anew what could not be read;
 * `repairing` of its view says whether it is done.
 * @throws MailError permanent `notFound`
 */
export async function repairMailbox(mail: MailContext, viewer: Viewer, id: unknown): Promise<void> {
  const mailbox = await requireOwned(mail, viewer, 'mailboxes', id);
  await table(mail, 'mailboxes').update(
    { repairAskedAt: mail.now(), lastError: null },
    { where: { id: mailbox.id }, hooks: false, silent: true },
  );
  await lookAgain(mail, viewer, mailbox);
}

/** Tells the browsers, and has the account looked at now. */
async function lookAgain(mail: MailContext, viewer: Viewer, mailbox: Row): Promise<void> {
  const accountId = String(mailbox.accountId as string);
  await table(mail, 'mailAccounts').update(
    { nextSyncAt: mail.now() },
    { where: { id: accountId, state: 'active' }, hooks: false, silent: true },
  );
  mail.push(viewer.userId, LIVE_EVENTS.mailbox, { accountId, mailboxId: mailbox.id });
  mail.wake('sync', accountId);
}
