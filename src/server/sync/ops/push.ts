/** Pushes what the user wants to the server, resolving every message to a UID only then. The server has the last word. */
import { MailError } from '../../errors';
import type { FetchMessageObject } from 'imapflow';
import { fetchRows } from '../../imap/fetch';
import type { Pass } from '../pass';
import { flagsOf } from '../plan';
import { chunks, groupBy, readMailboxes, type MailboxRow } from '../rows';
import { afterLook, decideMove, decideRemoval, type PlaceFacts } from './decide';
import { findCopies } from './findCopies';
import { overtaken, type Outcome } from './outcome';
import { forgetEnded } from './notices';
import { readPending, type PendingOp } from './pending';
import { pushFlags } from './pushFlags';
import { moveHere, type MoveStep } from './pushMoves';
import { removeHere } from './pushRemovals';
import { settle } from './settle';
import { A_COMMAND, isFlagVerb } from './verbs';

/** A message may wait for an earlier change of its own to end. */
const MAX_ROUNDS = 8;

/** Pushes what waits. Ops of messages whose place is unknown wait until they are found again. */
export async function pushOps(pass: Pass): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const pending = await readPending(pass.mail, pass.owner.id);
    if (pending.length === 0 || pass.shouldStop()) return;
    if ((await pushRound(pass, pending)) === 0) return;
    if (round === 0) await forgetEnded(pass.mail, pass.owner.id);
  }
}

/** One op of every message, and its flags before it. @returns how many ops ended */
async function pushRound(pass: Pass, pending: readonly PendingOp[]): Promise<number> {
  const mailboxes = new Map((await readMailboxes(pass.mail, pass.owner.id)).map((row) => [row.id, row]));
  const known: Known = { mailboxes, seen: new Set(), onServer: new Map() };
  let ended = 0;
  const here = groupBy(pending, ({ message }) => message.mailboxId);
  for (const [mailboxId, ops] of here) {
    const mailbox = mailboxId === null ? undefined : mailboxes.get(mailboxId);
    if (mailbox) ended += await ofMailbox(() => pushHere(pass, known, mailbox, ops));
    else
      ended += await settle(
        pass,
        ops.flatMap((op) => withoutPlace(op)),
      );
  }
  return ended + (await lookForMoved(pass, known, pending));
}

/** What one round learns. */
interface Known {
  mailboxes: ReadonlyMap<string, MailboxRow>;
  /** Mailboxes that were looked into. */
  seen: Set<string>;
  /** Ops whose message FETCH found. */
  onServer: Map<PendingOp, FetchMessageObject>;
}

/** A mailbox that does not open keeps its ops: the list of mailboxes will say what became of it. */
async function ofMailbox(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MailError && ['mailboxMissing', 'commandRefused'].includes(error.code)) return 0;
    throw error;
  }
}

/** Messages that are gone, unless a move of ours may be the reason. */
function withoutPlace(op: PendingOp): Outcome[] {
  if (isFlagVerb(op.verb)) return op.message.vanished ? [overtaken(op)] : [];
  const facts = factsOf(op, { placed: false, onServer: false, followed: true });
  if (op.verb === 'remove') return toOutcome(op, decideRemoval(facts));
  return toOutcome(op, decideMove(op.to ?? '', facts));
}

function factsOf(op: PendingOp, seen: Pick<PlaceFacts, 'placed' | 'onServer' | 'followed'>): PlaceFacts {
  const { mailboxId, vanished } = op.message;
  return { base: op.from, mailboxId, vanished, tried: op.tried !== null, ...seen };
}

/** Outcomes of what needs no command; what was looked for and not found is hidden unless a comparison will see to it. */
function toOutcome(op: PendingOp, decision: string): Outcome[] {
  if (decision === 'done') return [{ op, state: 'done', gone: op.verb === 'remove' }];
  if (decision === 'overtaken') return [overtaken(op, { gone: op.message.mailboxId === op.from })];
  return [];
}

const byUid = (a: PendingOp, b: PendingOp) => (a.message.uid ?? 0) - (b.message.uid ?? 0);

async function pushHere(pass: Pass, known: Known, mailbox: MailboxRow, waiting: readonly PendingOp[]): Promise<number> {
  // Neighbours make short ranges, in halves of a command too.
  const ops = [...waiting].sort(byUid);
  const { uidValidity } = await pass.connection.open(mailbox.path, { write: true });
  const placed = ops.filter(({ message }) => message.uid !== null && message.uidValidity === uidValidity);
  const uids = placed.map(({ message }) => message.uid!);
  const rows = await fetchRows(await pass.connection.session(), uids, { flags: true });
  for (const op of placed) {
    const row = rows.get(op.message.uid!);
    if (row?.flags) known.onServer.set(op, row);
  }
  known.seen.add(mailbox.id);
  const isPlaced = new Set(placed);
  const factsHere = (op: PendingOp) =>
    factsOf(op, { placed: isPlaced.has(op), onServer: known.onServer.has(op), followed: mailbox.syncing });
  const moving = new Set(ops.flatMap(({ verb, message }) => (isFlagVerb(verb) ? [] : message.id)));

  const flags = placed.flatMap((op) => (isFlagVerb(op.verb) ? { op, verb: op.verb } : []));
  // Its UID means nothing any more, and in a mailbox that is not synced nobody will learn another one.
  const lost = ops.filter((op) => isFlagVerb(op.verb) && !isPlaced.has(op) && !moving.has(op.message.id));
  let ended = mailbox.syncing
    ? 0
    : await settle(
        pass,
        lost.map((op) => overtaken(op)),
      );
  ended += await settle(
    pass,
    await pushFlags(
      pass,
      flags.map(({ op, verb }) => {
        const row = known.onServer.get(op);
        // It may be at the end of a move that is looked at next, or be followed by the comparison.
        const waits = !row && (mailbox.syncing || moving.has(op.message.id));
        return { op, verb, current: row?.flags && flagsOf(row.flags), waits };
      }),
    ),
  );

  const removals = ops.filter(({ verb }) => verb === 'remove');
  const decided = removals.map((op) => ({ op, decision: decideRemoval(factsHere(op)) }));
  ended += await settle(
    pass,
    decided.flatMap(({ op, decision }) => toOutcome(op, decision)),
  );
  const toRemove = decided.filter(({ decision }) => decision === 'remove').map(({ op }) => op);
  for (const some of chunks(toRemove, A_COMMAND)) ended += await removeHere(pass, mailbox, some);

  const moves = ops.filter(({ verb }) => verb === 'move');
  const steps = moves.map((op) => ({ op, decision: decideMove(op.to ?? '', factsHere(op)) }));
  ended += await settle(
    pass,
    steps.flatMap(({ op, decision }) => toOutcome(op, decision)),
  );
  const toMove = steps.filter(({ decision }) => decision === 'move').map(({ op }) => op);
  for (const [to, alike] of groupBy(toMove, (op) => op.to ?? '')) {
    for (const some of chunks(alike, A_COMMAND)) {
      const step: MoveStep = { source: mailbox, target: known.mailboxes.get(to), ops: some };
      ended += await moveHere(pass, step);
    }
  }
  return ended;
}

/** Moves that were sent and whose answer nobody noted: the message is in the target, or somebody else took it away. */
async function lookForMoved(pass: Pass, known: Known, pending: readonly PendingOp[]): Promise<number> {
  const lost = pending.filter((op) => {
    if (op.verb !== 'move' || !op.tried) return false;
    if (!op.message.vanished && !known.seen.has(op.message.mailboxId ?? '')) return false;
    const facts = factsOf(op, { placed: true, onServer: known.onServer.has(op), followed: true });
    return decideMove(op.to ?? '', facts) === 'look';
  });
  let ended = 0;
  for (const [to, alike] of groupBy(lost, (op) => op.to ?? '')) {
    const target = known.mailboxes.get(to);
    ended += await ofMailbox(async () => {
      const places = target ? await findCopies(pass, target, earliest(alike), alike) : new Map();
      return settle(
        pass,
        alike.flatMap((op): Outcome[] => {
          const place = places.get(op);
          if (place) return [{ op, state: 'done', place }];
          const followed = known.mailboxes.get(op.message.mailboxId ?? '')?.syncing ?? false;
          return toOutcome(op, afterLook(factsOf(op, { placed: true, onServer: false, followed })));
        }),
      );
    });
  }
  return ended;
}

/** Copies lie behind the end that was noted first. */
function earliest(ops: readonly PendingOp[]) {
  const ends = ops.flatMap(({ tried }) => tried ?? []);
  return ends.reduce((first, end) => (end.uidNext < first.uidNext ? end : first));
}
