/** Mailboxes (folders), and what syncing did. */
import type { ErrorView } from './errors';

export type MailboxRole = 'inbox' | 'sent' | 'drafts' | 'archive' | 'junk' | 'trash' | 'outbox' | 'none';

/** `mailboxes:list` (?accountId=) → data: MailboxView[]. */
export interface MailboxView {
  id: string;
  accountId: string;
  path: string;
  /** Last segment of the path, for people. */
  name: string;
  role: MailboxRole;
  /** The role the user chose; null where flags and names decide. */
  chosenRole: MailboxRole | null;
  /** false: a calendar, contacts, notes and the like: offered to be chosen, and never taken for mail before. */
  holdsMail: boolean;
  syncing: boolean;
  unread: number;
  /** Rows stored here, and messages on the server within the start date (null while unknown). */
  stored: number;
  onServer: number | null;
  /** How fresh it is: pushed by the server, looked at in every pass, or not at all and why not. */
  freshness: MailboxFreshness;
  /** When it was last found equal to the server. */
  lastSyncAt: string | null;
  /** When something in it last changed here. */
  lastChangeAt: string | null;
  /** Of the rows stored here, how many still lack their text. */
  textsMissing: number;
  /** When every single message and flag in it was last compared. */
  checkedAt: string | null;
  /** A repair was asked for and is not done yet. */
  repairing: boolean;
  /** What is wrong with it, or with its account. */
  error: ErrorView | null;
}

/**
 * live: IDLE is running; poll: compared in every pass; paused: its account is; off: the user chose not to sync it, or his account is
 * disconnected; failing: see `error`.
 */
export type MailboxFreshness = 'live' | 'poll' | 'paused' | 'off' | 'failing';

/** `mailboxes:choose` (POST ?filterByTk= {syncing?, role?}; role null: as flags and names say) → data: MailboxView. `mailboxes:repair` (POST ?filterByTk=). */
export interface MailboxChoice {
  syncing?: boolean;
  role?: MailboxRole | null;
}

/**
 * `mailSyncLog:list` (?accountId=&page=&pageSize=, administrators) and `mailSyncLog:own` (the same, of the signed-in user's own accounts)
 * → data: SyncLogPage; newest first, the last 14 days.
 */
export interface SyncLogPage {
  runs: SyncRun[];
  count: number;
}

/** One pass over an account, or what IDLE brought at once. Never content. */
export interface SyncRun {
  id: string;
  accountId: string;
  kind: 'pass' | 'push';
  /** Address of the mailbox and name of its owner, so that an administrator knows whom to ask. */
  address: string;
  owner: string;
  startedAt: string;
  durationMs: number;
  /** added, vanished, flags, texts, ops. */
  counts: Record<string, number>;
  /** Passes in a row that found nothing are one run, the newest of them: how many more there were before it. */
  repeated: number;
  errorCode: string | null;
}
