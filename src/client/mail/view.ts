/** Which list the mail centre shows, and how it stands in the address bar. Pure. */
import type { MailboxRole } from '../../shared/types';
import { MAIL_PATH } from '../../shared/constants';

export type MailView =
  | { kind: 'role'; role: Extract<MailboxRole, 'inbox' | 'sent'> }
  | { kind: 'mailbox'; id: string }
  | { kind: 'drafts' }
  | { kind: 'outbox' };

export const INBOX: MailView = { kind: 'role', role: 'inbox' };

/** Reads the view out of the query string; anything unknown is the inbox of all accounts. */
export function viewOf(query: URLSearchParams): MailView {
  const mailbox = query.get('mailbox');
  if (mailbox && /^\d{1,20}$/.test(mailbox)) return { kind: 'mailbox', id: mailbox };
  switch (query.get('view')) {
    case 'sent':
      return { kind: 'role', role: 'sent' };
    case 'drafts':
      return { kind: 'drafts' };
    case 'outbox':
      return { kind: 'outbox' };
    default:
      return INBOX;
  }
}

/** A short name of a view: menu key, cache key and part of the address. */
export function viewKey(view: MailView): string {
  if (view.kind === 'mailbox') return `mailbox:${view.id}`;
  return view.kind === 'role' ? view.role : view.kind;
}

/** The view of a {@link viewKey}. */
export function viewOfKey(key: string): MailView {
  if (key.startsWith('mailbox:')) return { kind: 'mailbox', id: key.slice('mailbox:'.length) };
  if (key === 'drafts' || key === 'outbox') return { kind: key };
  return { kind: 'role', role: key === 'sent' ? 'sent' : 'inbox' };
}

/** The address of a view, with or without an open thread, inside the app. */
export function mailPath(view: MailView, threadId?: string | null): string {
  const path = threadId ? `${MAIL_PATH}/${encodeURIComponent(threadId)}` : MAIL_PATH;
  const key = viewKey(view);
  if (key === 'inbox') return path;
  return view.kind === 'mailbox' ? `${path}?mailbox=${view.id}` : `${path}?view=${key}`;
}

/** Whether a view lists threads of the server rather than rows of the outbox. */
export function listsThreads(view: MailView): view is Extract<MailView, { kind: 'role' | 'mailbox' }> {
  return view.kind === 'role' || view.kind === 'mailbox';
}
