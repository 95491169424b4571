/** General settings. */

/** `mailSettings:get`, `mailSettings:save` (POST values) → data: GeneralSettings (administrators). Whole numbers. */
export interface GeneralSettings {
  /** Minutes between two passes over an account. */
  pollMinutes: number;
  /** How long a sent mail can be taken back, in seconds; 0 sends at once. */
  undoSeconds: number;
  /** A new account's mail is fetched back to this many days; the user may choose another date when connecting. */
  defaultSyncDays: number;
  /** Most messages of one account that leave within a minute. */
  messagesPerMinute: number;
  /** Most megabytes of files that one user's drafts and waiting mail may hold. */
  spoolMegabytes: number;
}
