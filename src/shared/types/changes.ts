/** What a user does to messages, and what became of it. */
import type { ErrorView } from './errors';
import type { MailboxRole } from './mailboxes';

/**
 * What `mailMessages:setFlags`, `:move` and `:remove` work on: messages, or all messages of threads that lie in one mailbox
 * (or in the mailboxes of one role; with neither, in any).
 */
export interface MessageSelection {
  ids?: string[];
  threadIds?: string[];
  mailboxId?: string;
  role?: MailboxRole;
}

/** Where `mailMessages:move` moves to: a mailbox of the same account, or the one of a role (archive, junk, trash, inbox) of each account. */
export type MoveTarget = { mailboxId: string } | { role: MailboxRole };

/**
 * `mailMessages:move` (POST MessageSelection & {to: MoveTarget}) and `mailMessages:remove` (POST MessageSelection & {permanently?: boolean};
 * without it, to the trash; what lies there already is removed for good) → data: MoveResult. Shown at once, pushed by the next pass.
 */
export interface MoveResult {
  /** What it takes to undo: where each message was shown before. `to` is null where it is removed for good. */
  moved: { id: string; from: string | null; to: string | null }[];
}

/**
 * A change that did not come true: Outlook was faster, or the server refused. The row shows what the server has; this says why.
 * `mailMessages:notices` (GET) → data: ChangeNotice[], newest first; `mailMessages:dismissNotices` (POST {ids}). The event
 * `mail:thread` tells of new ones in `noticeIds`. Kept for 14 days unless dismissed.
 */
export interface ChangeNotice {
  id: string;
  accountId: string;
  /** Row id of the message; it may be gone. */
  messageId: string;
  threadId: string | null;
  subject: string;
  change: 'seen' | 'flagged' | 'move' | 'remove';
  error: ErrorView;
  /** When the user had wanted it. */
  at: string;
}
