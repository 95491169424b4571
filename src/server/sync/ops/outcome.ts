/** How an op ended, or goes on. */
import type { ServerFlags } from '../plan';
import { MAX_ATTEMPTS } from './verbs';
import type { PendingOp } from './pending';

/** A message's place on the server. */
export interface NewPlace {
  mailboxId: string;
  uidValidity: number;
  uid: number;
}

export interface Outcome {
  op: PendingOp;
  /** pending: it stays, to be tried again; with `refused` after a while. */
  state: 'pending' | 'done' | 'overtaken' | 'failed';
  /** Flags as the server has them. */
  flags?: ServerFlags;
  /** Where the message lies now. */
  place?: NewPlace;
  /** The message is not on the server any more. */
  gone?: boolean;
  /** The server said no. */
  refused?: boolean;
  /** Sentence under `error.<code>`, of a wish that did not come true. */
  code?: string;
}

/** After the server refused: tried again some times, then given up. */
export function afterRefusal(op: PendingOp, code: string): Outcome {
  const over = op.attempts + 1 >= MAX_ATTEMPTS;
  return { op, state: over ? 'failed' : 'pending', refused: true, code };
}

/** Outlook was faster. */
export function overtaken(op: PendingOp, more: Partial<Outcome> = {}): Outcome {
  return {
    op,
    state: 'overtaken',
    code: op.message.vanished || more.gone ? 'messageGone' : 'changedInOutlook',
    ...more,
  };
}
