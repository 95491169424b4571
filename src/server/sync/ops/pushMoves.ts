/** MOVE (RFC 6851) with COPYUID (RFC 4315); where MOVE is not offered, COPY and UID EXPUNGE of exactly those messages. */
import type { CopyResponseObject } from 'imapflow';
import { packUids } from '../../imap/fetch';
import { mailboxStatus } from '../../imap/mailbox';
import type { ImapClient } from '../../imap/session';
import { MailError } from '../../errors';
import type { Pass } from '../pass';
import type { MailboxRow } from '../rows';
import { findCopies } from './findCopies';
import { halve, type Halved } from './halve';
import { afterRefusal, type NewPlace, type Outcome } from './outcome';
import type { PendingOp } from './pending';
import { expunge } from './pushRemovals';
import { settle } from './settle';
import { markTried } from './tried';

export interface MoveStep {
  /** The mailbox that is selected. */
  source: MailboxRow;
  /** Undefined where its row is gone. */
  target: MailboxRow | undefined;
  /** Moves whose messages are there. */
  ops: readonly PendingOp[];
}

type Noted = MoveStep & { target: MailboxRow };

/** Moves messages from one mailbox to another by few commands. @returns how many ops ended */
export async function moveHere(pass: Pass, step: MoveStep): Promise<number> {
  const noted = await noteEnd(pass, step);
  if (Array.isArray(noted)) return settle(pass, noted);
  if (noted.ops.length === 0) return 0;
  // Copies of an earlier step may have been looked for, which selects their mailbox: there these UIDs are other messages.
  await pass.connection.open(step.source.path, placeOf(noted));
  const session = await pass.connection.session();
  if (session.client.capabilities.has('MOVE')) {
    const moved = await relocating(pass, noted, (client, range) =>
      client.messageMove(range, noted.target.path, { uid: true }),
    );
    return settle(pass, [...refusals(moved.refused), ...(await outcomesOf(pass, noted.target, moved))]);
  }
  if (!session.client.capabilities.has('UIDPLUS')) {
    return settle(
      pass,
      noted.ops.map((op): Outcome => ({ op, state: 'failed', code: 'moveUnsupported' })),
    );
  }
  return copyAndRemove(pass, noted);
}

/** The source as its UIDs were learnt, to be written to. */
const placeOf = ({ ops }: Noted) => ({ write: true, uidValidity: ops[0]!.message.uidValidity! });

/** Notes where the target ends. @returns the moves that are still wanted; or their outcomes, where it cannot be asked */
async function noteEnd(pass: Pass, { source, target, ops }: MoveStep): Promise<Noted | Outcome[]> {
  if (!target) return ops.map((op) => ({ op, state: 'failed', code: 'mailboxMissing' }));
  try {
    const { uidValidity, uidNext } = await mailboxStatus(await pass.connection.session(), target.path);
    return { source, target, ops: await markTried(pass, ops, { uidValidity, uidNext }) };
  } catch (error) {
    const code = error instanceof MailError ? error.code : '';
    if (code === 'mailboxMissing') return ops.map((op) => ({ op, state: 'failed', code }));
    if (code === 'commandRefused') return ops.map((op) => afterRefusal(op, 'moveRefused'));
    throw error;
  }
}

const refusals = (ops: readonly PendingOp[]) => ops.map((op) => afterRefusal(op, 'moveRefused'));

/** What became of commands that copy or move. */
type Relocated = Halved<PendingOp> & {
  /** New places by old UID, where the server told. */
  places: Map<number, NewPlace>;
};

/** A command that copies or moves, for all of the messages or for as many as the server takes. */
async function relocating(
  pass: Pass,
  { target, ops }: Noted,
  command: (client: ImapClient, range: string) => Promise<CopyResponseObject | false>,
): Promise<Relocated> {
  const session = await pass.connection.selected();
  const places = new Map<number, NewPlace>();
  const halved = await halve(ops, async (some) => {
    const range = packUids(some.map(({ message }) => message.uid!));
    const answer = await session.ask((client) => command(client, range));
    if (!answer && !session.usable) throw session.failure();
    if (!answer) return false;
    const uidValidity = Number(answer.uidValidity ?? 0);
    const uids = uidValidity > 0 ? [...(answer.uidMap ?? [])] : [];
    for (const [from, uid] of uids) places.set(from, { mailboxId: target.id, uidValidity, uid });
    return true;
  });
  return { ...halved, places };
}

/** What the server did not tell is looked for; what is not found either is left to the next round. */
async function outcomesOf(pass: Pass, target: MailboxRow, { taken, places }: Relocated): Promise<Outcome[]> {
  const untold = taken.filter(({ message }) => !places.has(message.uid!));
  const found = untold.length > 0 ? await findCopies(pass, target, untold[0]!.tried!, untold) : new Map();
  return taken.flatMap((op): Outcome[] => {
    const place = places.get(op.message.uid!) ?? found.get(op);
    return place ? [{ op, state: 'done', place }] : [];
  });
}

/**
 * Where MOVE is not offered. A copy that an earlier try left in the target is taken instead of making another; the message
 * itself is removed only after its copy was told or found.
 */
async function copyAndRemove(pass: Pass, step: Noted): Promise<number> {
  const { source, target, ops } = step;
  const places = await findCopies(pass, target, ops[0]!.tried!, ops);
  const toCopy = ops.filter((op) => !places.has(op));
  let ended = 0;
  const again = placeOf(step);
  await pass.connection.open(source.path, again);
  if (toCopy.length > 0) {
    const copied = await relocating(pass, { ...step, ops: toCopy }, (client, range) =>
      client.messageCopy(range, target.path, { uid: true }),
    );
    ended += await settle(pass, refusals(copied.refused));
    for (const { op, place } of await outcomesOf(pass, target, copied)) if (place) places.set(op, place);
  }
  const certain = ops.filter((op) => places.has(op));
  if (certain.length === 0) return ended;
  // Under another UIDVALIDITY these UIDs would remove other messages.
  await pass.connection.open(source.path, again);
  const session = await pass.connection.selected();
  const { taken, refused } = await halve(certain, (some) => expunge(session, some));
  const done = taken.map((op): Outcome => ({ op, state: 'done', place: places.get(op) }));
  return ended + (await settle(pass, [...done, ...refusals(refused)]));
}
