/** LIST to rows of `mailboxes`: new ones are added, the user's choice is kept. */
import type { Lease } from '../accounts/lease';
import type { MailContext } from '../context';
import type { ImapSession } from '../imap/session';
import { readMailboxes, table, underLease, type MailboxRow } from './rows';
import { holdsMail, rolesOf, syncsByDefault } from './roles';
import type { Owner } from './store';

const ROLE_ORDER = ['inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'outbox', 'none'];

/**
 * Brings the rows up to date with the server's list.
 * @returns all mailboxes of the account that are on the server, the inbox first
 */
export async function refreshMailboxes(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  session: ImapSession,
): Promise<MailboxRow[]> {
  const listed = (await session.ask((client) => client.list({ listOnly: true }))).filter(holdsMail);
  // A list without an inbox is not a list.
  if (!listed.some(({ path }) => path.toUpperCase() === 'INBOX')) throw session.failure();
  const roles = rolesOf(listed);
  const known = new Map((await readMailboxes(mail, owner.id)).map((row) => [row.path, row]));
  const added = listed.filter(({ path }) => !known.has(path));
  if (added.length > 0) {
    await underLease(mail, lease, async (transaction) => {
      await table(mail, 'mailboxes').bulkCreate(
        added.map(({ path, delimiter }) => {
          const role = roles.get(path) ?? 'none';
          return {
            id: mail.newId(),
            accountId: owner.id,
            userId: owner.userId,
            path: path.slice(0, 500),
            delimiter: (delimiter ?? '').slice(0, 8),
            role,
            syncing: syncsByDefault(role),
          };
        }),
        { hooks: false, transaction },
      );
    });
  }
  const rows = added.length > 0 ? await readMailboxes(mail, owner.id) : [...known.values()];
  return rows
    .filter(({ path }) => roles.has(path))
    .sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) || (a.path < b.path ? -1 : 1));
}
