/** MOVE (RFC 6851) with COPYUID (RFC 4315); where MOVE is not offered, COPY and UID EXPUNGE of exactly those messages. */
import type { CopyResponseObject, ImapFlow } from 'imapflow';
import { packUids } from '../../imap/fetch';
import { mailboxStatus } from '../../imap/session';
import { MailError } from '../../errors';
import type { Pass } from '../pass';
import type { MailboxRow } from '../rows';
import { findCopies } from './findCopies';
import { afterRefusal, type NewPlace, type Outcome } from './outcome';
import type { PendingOp } from './pending';
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
  const session = await pass.connection.session();
  if (session.client.capabilities.has('MOVE')) {
    const moved = await relocating(pass, noted, (client, range) =>
      client.messageMove(range, noted.target.path, { uid: true }),
    );
    return settle(pass, await outcomesOf(pass, noted, moved));
  }
  if (!session.client.capabilities.has('UIDPLUS')) {
    return settle(
      pass,
      noted.ops.map((op): Outcome => ({ op, state: 'failed', code: 'moveUnsupported' })),
    );
  }
  return copyAndRemove(pass, noted);
}

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

/** A command that copies or moves. @returns new places by old UID where the server told, or null where it refused */
async function relocating(
  pass: Pass,
  { target, ops }: Noted,
  command: (client: ImapFlow, range: string) => Promise<CopyResponseObject | false>,
): Promise<Map<number, NewPlace> | null> {
  const session = await pass.connection.session();
  const range = packUids(ops.map(({ message }) => message.uid!));
  const answer = await session.ask((client) => command(client, range));
  if (!answer && !session.usable) throw session.failure();
  if (!answer) return null;
  const uidValidity = Number(answer.uidValidity ?? 0);
  const uids = uidValidity > 0 ? [...(answer.uidMap ?? [])] : [];
  return new Map(uids.map(([from, uid]) => [from, { mailboxId: target.id, uidValidity, uid }]));
}

/** What the server did not tell is looked for; what is not found either is left to the next round. */
async function outcomesOf(
  pass: Pass,
  { target, ops }: Noted,
  moved: ReadonlyMap<number, NewPlace> | null,
): Promise<Outcome[]> {
  if (!moved) return ops.map((op) => afterRefusal(op, 'moveRefused'));
  const untold = ops.filter(({ message }) => !moved.has(message.uid!));
  const found = untold.length > 0 ? await findCopies(pass, target, untold[0]!.tried!, untold) : new Map();
  return ops.flatMap((op): Outcome[] => {
    const place = moved.get(op.message.uid!) ?? found.get(op);
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
  await pass.connection.open(source.path, { write: true });
  if (toCopy.length > 0) {
    const copied = await relocating(pass, { ...step, ops: toCopy }, (client, range) =>
      client.messageCopy(range, target.path, { uid: true }),
    );
    if (!copied)
      return settle(
        pass,
        toCopy.map((op) => afterRefusal(op, 'moveRefused')),
      );
    for (const { op, place } of await outcomesOf(pass, { ...step, ops: toCopy }, copied)) {
      if (place) places.set(op, place);
    }
  }
  const certain = ops.filter((op) => places.has(op));
  if (certain.length === 0) return 0;
  await pass.connection.open(source.path, { write: true });
  const session = await pass.connection.session();
  const range = packUids(certain.map(({ message }) => message.uid!));
  const removed = await session.ask((client) => client.messageDelete(range, { uid: true }));
  if (!removed && !session.usable) throw session.failure();
  return settle(
    pass,
    certain.map((op): Outcome =>
      removed ? { op, state: 'done', place: places.get(op) } : afterRefusal(op, 'moveRefused'),
    ),
  );
}
