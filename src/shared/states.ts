/** Stored and derived states, and the transitions between stored ones. Pure: server and client call the same functions. */
import type { MailboxFreshness } from './types';

export type SignInState = 'started' | 'returned' | 'exchanging' | 'probingImap' | 'probingSmtp' | 'done' | 'failed';

/** What an account row says. */
export type StoredAccountState = 'active' | 'paused' | 'reauthorize' | 'disconnected';
/** What a person sees; derived from facts by {@link accountStateOf}. */
export type AccountState =
  StoredAccountState | 'firstSync' | 'syncing' | 'upToDate' | 'backingOff' | 'mailboxRefused' | 'providerBroken';

/** Codes of errors after which an account can read but not send, until somebody changes something. */
export const SEND_BLOCKING_CODES: readonly string[] = [
  'smtpAuthDisabled',
  'smtpLoginBlocked',
  'smtpLoginUnsupported',
  'senderBlocked',
];

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

/** What happens to an outbox row, and the one state from which it may. */
export type OutboxEvent =
  | 'send'
  | 'cancel'
  | 'start'
  | 'accepted'
  | 'refused'
  | 'postponed'
  | 'lost'
  | 'giveUp'
  | 'retry'
  | 'edit'
  | 'arrived'
  | 'sendAgain';

const OUTBOX_EVENTS: Readonly<Record<OutboxEvent, readonly [from: OutboxState, to: OutboxState]>> = {
  send: ['draft', 'queued'],
  /** By the user, within the undo time or while it is still scheduled. */
  cancel: ['queued', 'draft'],
  /** A delivery worker takes it. */
  start: ['queued', 'sending'],
  accepted: ['sending', 'sent'],
  /** Refused for good. */
  refused: ['sending', 'failed'],
  /** Certainly not taken and worth another try: a busy server, a crash before the end of the message left. */
  postponed: ['sending', 'queued'],
  /** The end of the message left and no answer came. */
  lost: ['sending', 'uncertain'],
  /** It cannot even be tried: the account needs a new sign-in or is gone, or it was tried for too long. */
  giveUp: ['queued', 'failed'],
  retry: ['failed', 'queued'],
  edit: ['failed', 'draft'],
  /** Found in Sent, or the user says so. */
  arrived: ['uncertain', 'sent'],
  sendAgain: ['uncertain', 'queued'],
};

/** Where an event leads, and from which state only. */
export function outboxStep(event: OutboxEvent): { from: OutboxState; to: OutboxState } {
  const [from, to] = OUTBOX_EVENTS[event];
  return { from, to };
}

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

/** The facts from which the freshness of a mailbox is derived. Times are ISO strings. */
export interface MailboxFacts {
  /** Of its account. */
  state: StoredAccountState;
  syncing: boolean;
  isInbox: boolean;
  /** The mailbox or its account could not be synced the last time. */
  failing: boolean;
  /** Set while a process holds the push lease of the account. */
  pushUntil?: string | null;
}

/** How soon a change on the server shows here. */
export function freshnessOf(facts: MailboxFacts, now: Date): MailboxFreshness {
  if (!facts.syncing || facts.state === 'disconnected') return 'off';
  if (facts.state === 'paused') return 'paused';
  if (facts.failing || facts.state === 'reauthorize') return 'failing';
  return facts.isInbox && facts.pushUntil && new Date(facts.pushUntil) > now ? 'live' : 'poll';
}
