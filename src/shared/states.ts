/** Stored and derived states, and the transitions between stored ones. Pure: server and client call the same functions. */

export type SignInState = 'started' | 'returned' | 'exchanging' | 'probingImap' | 'probingSmtp' | 'done' | 'failed';

/** What an account row says. */
export type StoredAccountState = 'active' | 'paused' | 'reauthorize' | 'disconnected';
/** What a person sees; derived from facts by {@link accountStateOf}. */
export type AccountState =
  StoredAccountState | 'firstSync' | 'syncing' | 'upToDate' | 'backingOff' | 'mailboxRefused' | 'providerBroken';

export type OutboxState = 'draft' | 'queued' | 'sending' | 'sent' | 'failed' | 'uncertain';

/** Which outbox states may follow which. `cancel` and undo lead from queued back to draft. */
export const OUTBOX_TRANSITIONS: Readonly<Record<OutboxState, readonly OutboxState[]>> = {
  draft: ['queued'],
  queued: ['sending', 'draft', 'failed'],
  sending: ['sent', 'failed', 'uncertain', 'queued'],
  sent: [],
  failed: ['queued', 'draft'],
  uncertain: ['sent', 'queued'],
};

/** Whether an outbox row may go from one state to another. */
export function canBecome(from: OutboxState, to: OutboxState): boolean {
  return OUTBOX_TRANSITIONS[from].includes(to);
}

/** The facts from which an account's visible state is derived. Times are ISO strings. */
export interface AccountFacts {
  state: StoredAccountState;
  /** A code of `mailboxRefused` kind says that login works and the mailbox does not open. */
  lastErrorCode?: string | null;
  /** The app registration's secret or client ID is refused: the administrator's to mend. */
  providerProblem?: string | null;
  backOffUntil?: string | null;
  /** Set while a process holds the sync lease. */
  syncUntil?: string | null;
  firstSyncDoneAt?: string | null;
}

/** Codes after which the login was accepted but the mailbox stays closed. */
export const MAILBOX_REFUSED_CODES: readonly string[] = ['notConnected', 'noMailbox', 'imapDisabled'];

/** The one word shown for an account; the state that needs a person's action wins. */
export function accountStateOf(facts: AccountFacts, now: Date): AccountState {
  if (facts.state !== 'active') return facts.state;
  if (facts.providerProblem) return 'providerBroken';
  if (facts.lastErrorCode && MAILBOX_REFUSED_CODES.includes(facts.lastErrorCode)) return 'mailboxRefused';
  if (facts.backOffUntil && new Date(facts.backOffUntil) > now) return 'backingOff';
  if (!facts.firstSyncDoneAt) return 'firstSync';
  if (facts.syncUntil && new Date(facts.syncUntil) > now) return 'syncing';
  return 'upToDate';
}
