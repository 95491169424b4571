/** Finds accounts that are due and syncs them; one runner an account by its lease. */
import type { MailContext } from '../context';

export interface Worker {
  /** Told that an account may have work. */
  wake(accountId: string): void;
  /** Aborts what runs and closes its sockets. */
  stop(): Promise<void>;
}

/** Starts looking for accounts to sync. */
export function startSync(_mail: MailContext): Worker {
  return { wake: () => undefined, stop: async () => undefined };
}
