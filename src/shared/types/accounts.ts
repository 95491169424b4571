/** Connected mailboxes, and how one is connected. */
import type { AccountState, SignInState, StoredAccountState } from '../states';
import type { ErrorView } from './errors';

/** `mailAccounts:list` → data: { accounts: AccountView[], providers: ConnectableProvider[] } (the signed-in user's own). */
export interface AccountView {
  id: string;
  provider: string;
  address: string;
  displayName: string;
  storedState: StoredAccountState;
  state: AccountState;
  /** Can read, cannot send: why. */
  sendBlocked: ErrorView | null;
  error: ErrorView | null;
  backOffUntil: string | null;
  lastSyncAt: string | null;
  unread: number;
  /** Messages stored, and how many the server holds within the start date; null while unknown. */
  stored: number;
  onServer: number | null;
  /** Of those stored, how many still lack their text. */
  textsMissing: number;
  /** When it is looked at next; null while it is not. */
  nextSyncAt: string | null;
  /** Minutes between two looks at what the server does not tell by itself. */
  pollMinutes: number;
  startDate: string | null;
  /** Largest message its server takes, in octets as encoded (RFC 1870); null while unknown. */
  largestMessage: number | null;
}

export interface ConnectableProvider {
  name: string;
  title: string;
  configured: boolean;
}

/**
 * `mailAccounts:connect` (POST {provider, returnPath, startDate?}) and `mailAccounts:reconnect` (POST {filterByTk, returnPath})
 * → data: ConnectStart. Sets the HttpOnly cookie that `finish` asks for.
 */
export interface ConnectStart {
  connectId: string;
  authorizeUrl: string;
}

/** `mailAccounts:finish` (POST {code?, state, error?, errorDescription?}) → data: ConnectStatus. Also `mailAccounts:status` (GET filterByTk=connectId). */
export interface ConnectStatus {
  connectId: string;
  state: SignInState;
  accountId: string | null;
  address: string | null;
  /** Why it failed. */
  error: ErrorView | null;
  /** Set when the account was saved but may not send. */
  sendBlocked: ErrorView | null;
  /** Path inside the app, runtime prefix included (`/v/…` or not), where the user came from. */
  returnPath: string;
  /** Where an administrator of the tenant can approve the app; only with `adminConsentRequired`. */
  adminConsentUrl?: string;
}
