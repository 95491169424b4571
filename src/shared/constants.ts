/** Every name and number that server and client must agree on. */

export const PACKAGE_NAME = '@nocobase/plugin-email-manager';
/** Short name, under which the host enables the plugin and checks its ACL snippet `pm.email-manager`. */
export const PLUGIN_NAME = 'email-manager';
/** i18n namespaces: ours first, then the host's. */
export const NAMESPACES = [PACKAGE_NAME, 'client'];

/** Client routes; the modern runtime prefixes `/v` by itself. */
export const MAIL_PATH = '/admin/mail';
/** Where Microsoft returns the browser: one per app, no query string, without `/v/` (it is registered once in Entra). */
export const OAUTH_CALLBACK_PATH = '/admin/settings/mail/oauth2';
export const SETTINGS_PAGE_KEY = 'mail';
export const SETTINGS_SNIPPET = `pm.${PLUGIN_NAME}`;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A started sign-in can be finished for this long. */
export const SIGN_IN_LIFETIME = 10 * MINUTE;
/** Time between two passes over an account (default of the setting). */
export const POLL_INTERVAL = 5 * MINUTE;
/** A fresh IDLE is issued this often: Exchange lets older ones stall silently. */
export const IDLE_ROUND = 10 * MINUTE;
/** The newest messages of a mailbox whose flags are compared in every pass. */
export const RECENT_WINDOW = 500;
/** How long a queued mail waits so that its sender may take it back (default of the setting). */
export const UNDO_DELAY = 10 * SECOND;
/** Most messages of one account that leave within a minute (default of the setting). */
export const MESSAGES_PER_MINUTE = 30;
/** Most megabytes of files that one user's drafts and waiting mail may hold (default of the setting). */
export const SPOOL_MEGABYTES = 500;
/** A download link works for this long. */
export const TICKET_LIFETIME = 60 * SECOND;
/** A lease on an account row: how long it is valid, and how often its holder renews it. */
export const LEASE_DURATION = 60 * SECOND;
export const LEASE_RENEWAL = 20 * SECOND;
/** Longest uninterrupted piece of sync work. */
export const SYNC_SLICE = 30 * SECOND;
/** How often a process looks for work that nobody told it about. */
export const WORK_LOOKUP_INTERVAL = 5 * SECOND;
/** Messages of a new account are fetched back to this age by default. */
export const DEFAULT_SYNC_DAYS = 30;
/** A connection is given up this long before its access token ends. */
export const TOKEN_MARGIN = 5 * MINUTE;

/** Events pushed to the owner's browsers. Their payload holds ids only. */
export const LIVE_EVENTS = {
  account: 'mail:account',
  mailbox: 'mail:mailbox',
  thread: 'mail:thread',
  outbox: 'mail:outbox',
} as const;
export type LiveEvent = (typeof LIVE_EVENTS)[keyof typeof LIVE_EVENTS];
/** Payload of a live event: which rows changed, never what they hold. */
export interface LivePayload {
  accountId?: string;
  mailboxId?: string;
  threadIds?: string[];
  outboxId?: string;
  /** Changes of the user that did not come true: ids for `mailMessages:notices`. */
  noticeIds?: string[];
}
