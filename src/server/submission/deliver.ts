/** Finds queued mail that is due and submits it, one account at a time. */
import type { MailContext } from '../context';

export interface Worker {
  wake(accountId: string): void;
  stop(): Promise<void>;
}

/** Starts looking for mail to deliver. */
export function startDelivery(_mail: MailContext): Worker {
  return { wake: () => undefined, stop: async () => undefined };
}
