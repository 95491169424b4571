/** Rows to what crosses HTTP. Pure; every stored value may be missing. */
import type { MessageRow } from '../../shared/messageFields';
import type { AddressView, BounceView, MailboxRole, MessageView } from '../../shared/types';
import type { Place } from './conditions';

export type Values = Record<string, unknown>;

/** The last segment of a mailbox path. */
export function mailboxName(path: string, delimiter: string | null | undefined): string {
  return (delimiter ? path.split(delimiter).pop() : path) || path;
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
export const idOrNull = (value: unknown): string | null =>
  value === null || value === undefined || value === '' ? null : String(value as string);

/** A stored time as ISO 8601 in UTC; null where there is none. */
export function isoOrNull(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  const date = value instanceof Date ? value : new Date(value as string | number);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** A stored time; the beginning of time where there is none. */
export const dateOf = (value: unknown): Date => (value instanceof Date ? value : new Date((value as string) ?? 0));

/** A stored list, whatever the column holds; a row read without its model has it as text on some databases. */
export function listOf(value: unknown): unknown[] {
  const list = typeof value === 'string' ? parsed(value) : value;
  return Array.isArray(list) ? list : [];
}

/** Stored addresses. */
export function addresses(value: unknown): AddressView[] {
  return listOf(value)
    .filter((item): item is Values => typeof item === 'object' && item !== null)
    .map((item) => ({ name: text(item.name), address: text(item.address) }))
    .filter((item) => item.name !== '' || item.address !== '');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** "Name <address>" for people. */
export function displayAddress({ name, address }: AddressView): string {
  if (!name || name === address) return address;
  return address ? `${name} <${address}>` : name;
}

export function fromOf(row: Values): AddressView | null {
  const from = { name: text(row.fromName), address: text(row.fromAddress) };
  return from.name || from.address ? from : null;
}

/** What is shown of a flag: what the user wants, until the server has it. */
export const flagOf = (row: Values, name: 'seen' | 'flagged'): boolean => Boolean(row[`${name}Wanted`] ?? row[name]);

/** Where a message is shown: where the user wants it, until the server has it there. */
export const shownMailbox = (row: Values): string | null => idOrNull(row.mailboxWanted) ?? idOrNull(row.mailboxId);

/** A message of a conversation. @param role of the mailbox it lies in */
export function messageView(row: Values, role: MailboxRole, bounces: BounceView[] = []): MessageView {
  return {
    id: String(row.id as string),
    accountId: String(row.accountId as string),
    mailboxId: shownMailbox(row),
    mailboxRole: role,
    threadId: idOrNull(row.threadId),
    messageId: text(row.messageId),
    subject: text(row.subject),
    from: fromOf(row),
    replyTo: addresses(row.replyTo),
    to: addresses(row.to),
    cc: addresses(row.cc),
    bcc: addresses(row.bcc),
    date: isoOrNull(row.internalDate) ?? new Date(0).toISOString(),
    sentAt: isoOrNull(row.sentAt),
    seen: flagOf(row, 'seen'),
    flagged: flagOf(row, 'flagged'),
    answered: Boolean(row.answered),
    draft: Boolean(row.draft),
    hasAttachments: Boolean(row.hasAttachments),
    preview: text(row.preview),
    unreadable: textOrNull(row.unreadable),
    bounces,
  };
}

/** A message as a row of a block. */
export function messageRow(row: Values, place: Place | undefined): MessageRow {
  const from = fromOf(row);
  const list = (value: unknown) => addresses(value).map(displayAddress).join(', ');
  return {
    id: String(row.id as string),
    threadId: idOrNull(row.threadId),
    accountId: String(row.accountId as string),
    mailboxId: shownMailbox(row),
    subject: text(row.subject),
    from: from ? displayAddress(from) : '',
    fromName: text(row.fromName),
    fromAddress: text(row.fromAddress),
    to: list(row.to),
    cc: list(row.cc),
    date: isoOrNull(row.internalDate) ?? new Date(0).toISOString(),
    sentAt: isoOrNull(row.sentAt),
    seen: flagOf(row, 'seen'),
    flagged: flagOf(row, 'flagged'),
    answered: Boolean(row.answered),
    hasAttachments: Boolean(row.hasAttachments),
    preview: text(row.preview),
    mailboxRole: place?.role ?? 'none',
    mailboxName: place?.name ?? '',
    accountAddress: place?.address ?? '',
  };
}
