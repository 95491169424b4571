/** Where the reader stands, and what can be done with mail there. Pure. */
import type { MailboxRole, MailboxView, MessageSelection, MessageView, ThreadDetail } from '../../../shared/types';
import type { MailView } from '../view';

/** The mailboxes that a list shows: one, those of a role in all accounts, or every one (a search). */
export type Place =
  | { kind: 'mailbox'; mailboxId: string; role: MailboxRole; accountId: string }
  | { kind: 'role'; role: MailboxRole }
  | { kind: 'everywhere' };

/** The place of a view; a mailbox that is not known yet counts as one without a role. */
export function placeOf(view: MailView, mailboxes: readonly MailboxView[]): Place {
  if (view.kind === 'role') return view;
  if (view.kind !== 'mailbox') return { kind: 'everywhere' };
  const mailbox = mailboxes.find(({ id }) => id === view.id);
  return {
    kind: 'mailbox',
    mailboxId: view.id,
    role: mailbox?.role ?? 'none',
    accountId: mailbox?.accountId ?? '',
  };
}

export function samePlace(a: Place, b: Place): boolean {
  if (a.kind === 'mailbox' && b.kind === 'mailbox') return a.mailboxId === b.mailboxId;
  if (a.kind === 'role' && b.kind === 'role') return a.role === b.role;
  return a.kind === b.kind;
}

/** Whether a message lies there. */
export function liesIn(place: Place, message: Pick<MessageView, 'mailboxId' | 'mailboxRole'>): boolean {
  if (place.kind === 'mailbox') return message.mailboxId === place.mailboxId;
  return place.kind === 'everywhere' || message.mailboxRole === place.role;
}

/**
 * The messages of a conversation that a change of the whole conversation means: those that lie where the reader stands;
 * where none does (a conversation opened from elsewhere), all that are neither thrown away nor sent by the reader.
 */
export function messagesIn(place: Place, { messages }: Pick<ThreadDetail, 'messages'>): MessageView[] {
  const here = place.kind === 'everywhere' ? [] : messages.filter((message) => liesIn(place, message));
  if (here.length > 0) return here;
  const received = messages.filter(({ mailboxRole }) => !OWN_OR_GONE.includes(mailboxRole));
  return received.length > 0 ? received : [...messages];
}

const OWN_OR_GONE: readonly MailboxRole[] = ['sent', 'drafts', 'outbox', 'junk', 'trash'];

/** Flagging or unreading a conversation means its newest message; the opposite means all of them. */
export const meansNewest = (action: Action): boolean => action === 'flag' || action === 'unread';

/** Which messages of a conversation an action means. What lies in the trash is deleted for good only by that name. */
export function meantBy(action: Action, place: Place, detail: Pick<ThreadDetail, 'messages'>): string[] {
  const here = messagesIn(place, detail).filter(({ mailboxRole }) => action !== 'remove' || mailboxRole !== 'trash');
  return (meansNewest(action) ? here.slice(-1) : here).map(({ id }) => id);
}

/** A place as the server is told of it. */
export function scopeOf(place: Place): { mailboxId?: string; role?: MailboxRole } {
  if (place.kind === 'mailbox') return { mailboxId: place.mailboxId };
  return place.kind === 'role' ? { role: place.role } : {};
}

/** What the server is asked to change: conversations, as far as they lie in this place. */
export const selectionIn = (place: Place, threadIds: string[]): MessageSelection => ({ threadIds, ...scopeOf(place) });

/** What can be done with mail. */
export type Action =
  | 'archive'
  | 'remove'
  | 'removeForGood'
  | 'junk'
  | 'notJunk'
  | 'toInbox'
  | 'move'
  | 'read'
  | 'unread'
  | 'flag'
  | 'unflag';

const FLAGS: readonly Action[] = ['read', 'unread', 'flag', 'unflag'];

/** What is offered for mail in a mailbox of this role; null: wherever it lies. */
export function actionsIn(role: MailboxRole | null): readonly Action[] {
  switch (role) {
    case 'junk':
      return ['notJunk', 'remove', 'removeForGood', 'move', ...FLAGS];
    case 'trash':
      return ['toInbox', 'removeForGood', 'move', ...FLAGS];
    case 'archive':
      return ['toInbox', 'remove', 'junk', 'move', ...FLAGS];
    case 'sent':
    case 'drafts':
    case 'outbox':
      return ['remove', 'move', ...FLAGS];
    default:
      return ['archive', 'remove', 'junk', 'move', ...FLAGS];
  }
}

export const roleOf = (place: Place): MailboxRole | null => (place.kind === 'everywhere' ? null : place.role);
