/** Threads, messages, bodies, attachments. */
import type { ErrorView } from './errors';
import type { MailboxRole } from './mailboxes';
import type { BounceView } from './outbox';

export interface AddressView {
  name: string;
  address: string;
}

/** One line of the thread list. */
export interface ThreadView {
  id: string;
  accountId: string;
  subject: string;
  participants: AddressView[];
  /** Newest message in the mailbox that is listed (INTERNALDATE). */
  lastDate: string;
  preview: string;
  messageCount: number;
  unreadCount: number;
  flagged: boolean;
  hasAttachments: boolean;
}

/**
 * `mailThreads:list` (GET ?mailboxId= | ?role=inbox|sent (all accounts), ?unread=1, ?before=<cursor>, ?limit=) → data: ThreadPage.
 * `mailThreads:search` (POST ThreadSearch) → the same.
 */
export interface ThreadPage {
  threads: ThreadView[];
  /** In a search: whether texts are still being fetched, so that older mail may be missing from the result. */
  incomplete?: boolean;
  /** Pass as `before` for the next page; null at the end. */
  next: string | null;
}

/** Everything is optional; without words the filters alone decide, and without those all mail is listed. Dates are ISO 8601; `since` is included, `until` is not. */
export interface ThreadSearch {
  /** Words; `hel*` finds beginnings, `"as it stands"` words in a row. */
  query?: string;
  accountId?: string;
  mailboxId?: string;
  role?: MailboxRole;
  unread?: boolean;
  flagged?: boolean;
  attachment?: boolean;
  /** Words of the sender's name or address, or their beginnings: `ole`, `@partner.example`. */
  from?: string;
  since?: string;
  until?: string;
  before?: string;
  limit?: number;
}

/** `mailThreads:get` (?filterByTk=&mailboxId=&role=) → data: ThreadDetail; messages oldest first, of copies the one in this mailbox or role. */
export interface ThreadDetail {
  id: string;
  accountId: string;
  subject: string;
  messages: MessageView[];
}

/** A message without its body. Rows of `mailMessages:list`/`get`, which blocks show, are flat: MessageRow of src/shared/messageFields.ts. */
export interface MessageView {
  id: string;
  accountId: string;
  mailboxId: string | null;
  mailboxRole: MailboxRole;
  threadId: string | null;
  messageId: string;
  subject: string;
  from: AddressView | null;
  replyTo: AddressView[];
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
  /** INTERNALDATE: when it reached the mailbox. */
  date: string;
  /** The Date header; null where it cannot be read. */
  sentAt: string | null;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  draft: boolean;
  hasAttachments: boolean;
  preview: string;
  /** Set when the server or the message itself cannot be read; the row is shown all the same. */
  unreadable: string | null;
  /** Delivery failures that came back, of mail that was sent from here. */
  bounces: BounceView[];
}

/**
 * `mailMessages:body` (GET ?filterByTk=&remoteImages=1) → data: MessageBody. Fetches the text parts from the server when they are not stored yet.
 * Always shown inside the sandboxed frame of src/client/mail/MessageFrame.tsx.
 */
export interface MessageBody {
  id: string;
  /** Sanitised html, or null where the message has only plain text. Inline images are data: URIs; without `remoteImages` nothing remote. */
  html: string | null;
  text: string;
  /** How many remote images were left out. */
  blockedImages: number;
  /** Remote images are in `html`, asked for or because the sender is trusted: the frame's policy must be widened to https images. */
  remoteImages: boolean;
  /** Why less is shown than the message holds (its html could not be made safe, or its text did not fit); null otherwise. */
  notice: ErrorView | null;
  attachments: AttachmentView[];
}

/** Downloaded with `mailMessages:attachment?filterByTk=<message>&part=<part>` (bearer) or by a 60-second ticket: POST the same with `ticket=1` → {url}, which a plain link opens. */
export interface AttachmentView {
  /** IMAP body section, e.g. "2" or "1.2". */
  part: string;
  filename: string;
  contentType: string;
  /** Octets as encoded on the server; an estimate for people. */
  size: number;
  inline: boolean;
  contentId: string | null;
}
