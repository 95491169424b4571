/** The one line that says how fresh the mail is. Pure. */
import type { AccountView } from '../../../shared/types';
import type { AccountState } from '../../../shared/states';

export type SyncTone = 'quiet' | 'busy' | 'problem';

export interface SyncLine {
  /** Of the account it is about. */
  state: AccountState;
  tone: SyncTone;
  key: string;
  /** Times stay ISO: who shows the line formats them. */
  time: string | null;
  stored?: number;
  onServer?: number | null;
}

/** What needs a person comes first, then what is under way, then what is well; what stands still by choice counts only where all do. */
const ORDER: readonly AccountState[] = [
  'reauthorize',
  'providerBroken',
  'mailboxRefused',
  'backingOff',
  'firstSync',
  'syncing',
  'upToDate',
  'paused',
  'disconnected',
];

const earliest = (times: (string | null)[]): string | null =>
  times.some((time) => time === null) ? null : (times.sort()[0] ?? null);

/** The line over these accounts; null where there is none. */
export function syncLine(accounts: readonly AccountView[]): SyncLine | null {
  const [worst] = [...accounts].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return worst ? { state: worst.state, ...lineOf(worst, accounts) } : null;
}

function lineOf(worst: AccountView, accounts: readonly AccountView[]): Omit<SyncLine, 'state'> {
  switch (worst.state) {
    case 'reauthorize':
      return { tone: 'problem', key: 'Sign in again to receive mail', time: null };
    case 'providerBroken':
      return { tone: 'problem', key: 'Out of order until the connection to Microsoft is mended', time: null };
    case 'mailboxRefused':
      return { tone: 'problem', key: 'The mailbox does not open', time: null };
    case 'backingOff':
      return worst.error && worst.error.kind !== 'throttled'
        ? { tone: 'problem', key: 'The last attempt failed. Next attempt at {{time}}', time: worst.backOffUntil }
        : { tone: 'busy', key: 'Microsoft asked us to slow down until {{time}}', time: worst.backOffUntil };
    case 'firstSync': {
      const { stored, onServer } = worst;
      const known = onServer !== null && onServer > 0;
      const key = known ? 'Showing your newest mail. {{stored}} of {{onServer}} fetched' : 'Fetching your mail…';
      return { tone: 'busy', key, time: null, stored, onServer };
    }
    case 'syncing':
      return { tone: 'busy', key: 'Syncing…', time: null };
    case 'paused':
      return { tone: 'quiet', key: 'Paused', time: null };
    case 'disconnected':
      return { tone: 'quiet', key: 'Disconnected. Kept mail can be read', time: null };
    default: {
      const time = earliest(accounts.filter(({ state }) => state === 'upToDate').map(({ lastSyncAt }) => lastSyncAt));
      return time
        ? { tone: 'quiet', key: 'Up to date · {{time}}', time }
        : { tone: 'quiet', key: 'Not synchronised yet', time: null };
    }
  }
}
