/** Mailboxes in the order and under the names people expect. Pure. */
import type { MailboxRole, MailboxView } from '../../../shared/types';
import type { Translate } from '../../errorText';

const ORDER: readonly MailboxRole[] = ['inbox', 'drafts', 'sent', 'archive', 'none', 'junk', 'trash', 'outbox'];

/** Names of special-use mailboxes (RFC 6154); others keep their own. */
const NAMES: Partial<Record<MailboxRole, string>> = {
  inbox: 'Inbox',
  sent: 'Sent',
  // Ours have a list of their own.
  drafts: 'Drafts in Outlook',
  archive: 'Archive',
  junk: 'Junk',
  trash: 'Trash',
};

/** The inbox first, junk and trash last, folders of the user in between by their path. Unsynchronised ones only where they hold mail, or with `all`. */
export function orderMailboxes(mailboxes: readonly MailboxView[], all = false): MailboxView[] {
  return mailboxes
    .filter(({ syncing, stored }) => all || syncing || stored > 0)
    .sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || a.path.localeCompare(b.path));
}

/** The name of a mailbox with a use of its own; empty for folders of the user. */
export const roleLabel = (t: Translate, role: MailboxRole): string => {
  const known = NAMES[role];
  return known ? t(known) : '';
};

export function mailboxLabel(t: Translate, { role, name, path }: Pick<MailboxView, 'role' | 'name' | 'path'>): string {
  return roleLabel(t, role) || name || path;
}
