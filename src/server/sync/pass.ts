/** What all steps of one pass over an account share. */
import { LIVE_EVENTS } from '../../shared/constants';
import type { Lease } from '../accounts/lease';
import type { MailContext } from '../context';
import type { Connection } from './connection';
import { chunks } from './rows';
import type { Owner } from './store';

/** Counts of a pass, for the sync log: never content. */
export interface PassCounts {
  added: number;
  vanished: number;
  flags: number;
  texts: number;
  ops: number;
}

export interface Pass {
  mail: MailContext;
  lease: Lease;
  owner: Owner;
  connection: Connection;
  /** Messages that arrived before are not synced; null for everything. */
  since: Date | null;
  counts: PassCounts;
  /** Whether the pass should end here and be continued later: time is up, the token ends, the process stops, the owner paused it. */
  shouldStop(): boolean;
  /** Looks whether the account is still to be synced; once it is not, {@link shouldStop} says so. */
  stillActive(): Promise<boolean>;
  /** The same between two pieces of work, which do not wait for the answer: it waits for that of the look before. */
  lookAgain(): Promise<void>;
}

/** Tells the owner's browsers which threads of a mailbox changed. After the commit. */
export function announce({ mail, owner }: Pass, mailboxId: string | undefined, threadIds: readonly string[]): void {
  if (threadIds.length === 0) return;
  for (const some of chunks(threadIds, 200)) {
    mail.push(owner.userId, LIVE_EVENTS.thread, { accountId: owner.id, mailboxId, threadIds: some });
  }
  mail.push(owner.userId, LIVE_EVENTS.mailbox, { accountId: owner.id, mailboxId });
}

/**
 * Whether something goes on: once it does not, it never does again, whatever an answer says that was asked for before.
 * @param ask looks
 */
export function untilItEnds(ask: () => Promise<boolean>): { goesOn(): boolean; look(): Promise<boolean> } {
  let ended = false;
  return {
    goesOn: () => !ended,
    async look() {
      if (!(await ask())) ended = true;
      return !ended;
    },
  };
}
