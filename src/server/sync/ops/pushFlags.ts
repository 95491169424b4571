/** STORE of flags: few commands for many messages. */
import { packUids } from '../../imap/fetch';
import type { Pass } from '../pass';
import type { ServerFlags } from '../plan';
import { chunks, groupBy } from '../rows';
import { decideOp } from './decide';
import { halve } from './halve';
import { afterRefusal, overtaken, type Outcome } from './outcome';
import type { PendingOp } from './pending';
import { A_COMMAND, FLAG, type FlagVerb } from './verbs';

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
    for (const some of chunks(alike, A_COMMAND)) {
      const { op: first, verb } = some[0]!;
      const { taken, refused } = await halve(some, (part) => store(pass, uidsOf(part), verb, first.wanted));
      for (const { op, current } of taken) {
        outcomes.push({ op, state: 'done', flags: { ...current!, [verb]: op.wanted } });
      }
      for (const { op, current } of refused) outcomes.push({ ...afterRefusal(op, 'flagsRefused'), flags: current });
    }
  }
  return outcomes;
}

const uidsOf = (steps: readonly FlagStep[]) => steps.map(({ op }) => op.message.uid!);

/** @returns false where the server said no */
async function store(pass: Pass, uids: readonly number[], verb: FlagVerb, wanted: boolean): Promise<boolean> {
  const session = await pass.connection.selected();
  const range = packUids(uids);
  const stored = await session.ask((client) =>
    wanted
      ? client.messageFlagsAdd(range, [FLAG[verb]], { uid: true, silent: true })
      : client.messageFlagsRemove(range, [FLAG[verb]], { uid: true, silent: true }),
  );
  if (!stored && !session.usable) throw session.failure();
  return stored;
}
