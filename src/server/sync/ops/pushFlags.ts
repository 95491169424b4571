/** STORE of flags: few commands for many messages. */
import { packUids } from '../../imap/fetch';
import type { Pass } from '../pass';
import type { ServerFlags } from '../plan';
import { groupBy } from '../rows';
import { decideOp } from './decide';
import { afterRefusal, overtaken, type Outcome } from './outcome';
import type { PendingOp } from './pending';
import { FLAG, type FlagVerb } from './verbs';

export interface FlagStep {
  op: PendingOp;
  verb: FlagVerb;
  /** Flags of the message on the server; undefined where it was not found. */
  current: ServerFlags | undefined;
  /** It was not found, but may be elsewhere. */
  waits: boolean;
}

/** Stores flags in the mailbox that is selected. @returns how each op ended */
export async function pushFlags(pass: Pass, steps: readonly FlagStep[]): Promise<Outcome[]> {
  const decided = steps
    .filter(({ waits }) => !waits)
    .map((step) => ({ ...step, decision: decideOp(step.op.base, step.op.wanted, step.current?.[step.verb]) }));
  const outcomes: Outcome[] = decided.flatMap(({ op, current, decision }): Outcome[] => {
    if (decision === 'done') return [{ op, state: 'done', flags: current }];
    return decision === 'overtaken' ? [overtaken(op, { flags: current, gone: !current })] : [];
  });
  const toStore = decided.filter(({ decision }) => decision === 'store');
  for (const [, alike] of groupBy(toStore, ({ op, verb }) => `${verb} ${op.wanted}`)) {
    const { op: first, verb } = alike[0]!;
    const stored = await store(
      pass,
      alike.map(({ op }) => op.message.uid!),
      verb,
      first.wanted,
    );
    for (const { op, current } of alike) {
      if (stored) outcomes.push({ op, state: 'done', flags: { ...current!, [verb]: op.wanted } });
      else outcomes.push({ ...afterRefusal(op, 'flagsRefused'), flags: current });
    }
  }
  return outcomes;
}

/** @returns false where the server said no */
async function store(pass: Pass, uids: readonly number[], verb: FlagVerb, wanted: boolean): Promise<boolean> {
  const session = await pass.connection.session();
  for (let from = 0; from < uids.length; from += 500) {
    const range = packUids(uids.slice(from, from + 500));
    const stored = await session.ask((client) =>
      wanted
        ? client.messageFlagsAdd(range, [FLAG[verb]], { uid: true, silent: true })
        : client.messageFlagsRemove(range, [FLAG[verb]], { uid: true, silent: true }),
    );
    if (!stored && !session.usable) throw session.failure();
    if (!stored) return false;
  }
  return true;
}
