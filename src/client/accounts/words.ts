/** How each state of an account reads and looks. Pure. */
import type { AccountState } from '../../shared/states';
import type { AccountView } from '../../shared/types';
import { DAY, HOUR, MINUTE } from '../../shared/constants';

export type Tone = 'success' | 'processing' | 'default' | 'warning' | 'error';

export interface StateWords {
  tone: Tone;
  /** One or two words for a tag. */
  label: string;
  /** Higher needs attention before lower; 0: nothing to do. */
  urgency: number;
}

const WORDS: Record<AccountState, StateWords> = {
  active: { tone: 'success', label: 'Connected', urgency: 0 },
  upToDate: { tone: 'success', label: 'Up to date', urgency: 0 },
  syncing: { tone: 'processing', label: 'Syncing', urgency: 0 },
  firstSync: { tone: 'processing', label: 'First sync', urgency: 0 },
  paused: { tone: 'default', label: 'Paused', urgency: 0 },
  disconnected: { tone: 'default', label: 'Disconnected', urgency: 0 },
  backingOff: { tone: 'warning', label: 'Waiting', urgency: 1 },
  mailboxRefused: { tone: 'error', label: 'Mailbox does not open', urgency: 3 },
  reauthorize: { tone: 'error', label: 'Sign-in lost', urgency: 4 },
  providerBroken: { tone: 'error', label: 'Out of order', urgency: 5 },
};

export const stateWords = (state: AccountState): StateWords => WORDS[state];

/** What a person may do with an account in its state. */
export interface AccountActions {
  sync: boolean;
  pause: boolean;
  resume: boolean;
  reconnect: boolean;
  disconnect: boolean;
  /** Mail of a disconnected account can still be deleted here. */
  deleteMail: boolean;
}

export function actionsOf({ storedState, state }: Pick<AccountView, 'storedState' | 'state'>): AccountActions {
  const active = storedState === 'active';
  const disconnected = storedState === 'disconnected';
  return {
    sync: active && state !== 'syncing' && state !== 'providerBroken',
    pause: active,
    resume: storedState === 'paused',
    reconnect: storedState === 'reauthorize' || disconnected || state === 'mailboxRefused',
    disconnect: !disconnected,
    deleteMail: disconnected,
  };
}

export interface Progress {
  stored: number;
  /** Null: the server has not said yet how many there are. */
  total: number | null;
  /** 0 to 99: it is never shown as complete while work goes on. Null without a total. */
  percent: number | null;
}

/** How far a first sync is. */
export function progressOf({ stored, onServer }: Pick<AccountView, 'stored' | 'onServer'>): Progress {
  if (onServer === null) return { stored, total: null, percent: null };
  const total = Math.max(onServer, stored);
  return { stored, total, percent: total === 0 ? 0 : Math.min(99, Math.floor((100 * stored) / total)) };
}

export interface FirstSyncLine {
  /** A sentence of src/locale with `{{done}}` and `{{total}}`. */
  key: string;
  done: number;
  total: number | null;
  percent: number | null;
}

/** What a first sync is at: first the messages, newest first, then their texts. */
export function firstSyncOf(account: Pick<AccountView, 'stored' | 'onServer' | 'textsMissing'>): FirstSyncLine {
  const { stored, total, percent } = progressOf(account);
  if (total === null)
    return { key: 'Your newest mail comes first. {{done}} messages so far.', done: stored, total, percent };
  if (stored < total)
    return { key: 'Showing your newest mail. {{done}} of {{total}} fetched', done: stored, total, percent };
  const done = Math.max(0, stored - account.textsMissing);
  const key = 'All messages are listed. Texts: {{done}} of {{total}}';
  return { key, done, total: stored, percent: stored === 0 ? 0 : Math.min(99, Math.floor((100 * done) / stored)) };
}

/** "5 minutes ago" in the reader's language. */
export function ago(iso: string, now: Date, language: string): string {
  const past = Math.max(0, now.getTime() - new Date(iso).getTime());
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (past < MINUTE) return format.format(0, 'second');
  if (past < HOUR) return format.format(-Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return format.format(-Math.floor(past / HOUR), 'hour');
  return format.format(-Math.floor(past / DAY), 'day');
}

/** A time of day, with the date when it is another day. */
export function clock(iso: string, now: Date, language: string): string {
  const at = new Date(iso);
  const sameDay = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(!sameDay && { dateStyle: 'medium' }),
    timeStyle: 'short',
  }).format(at);
}
