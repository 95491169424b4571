/** Removal for good: each message is looked at first, then exactly those UIDs are expunged (RFC 4315), never "what is deleted". */
import type { FetchMessageObject } from 'imapflow';
import { MailError } from '../../errors';
import { fetchRows, packUids } from '../../imap/fetch';
import type { ImapSession } from '../../imap/session';
import type { Pass } from '../pass';
import type { MailboxRow } from '../rows';
import { updateMailbox } from '../store';
import { isSameMessage } from './decide';
import { IDENTITY, identityOf } from './findCopies';
import { halve } from './halve';
import { afterRefusal, type Outcome } from './outcome';
import type { PendingOp } from './pending';
import { settle } from './settle';
import { markTried } from './tried';

/** Removes messages of the mailbox that is selected. @returns how many ops ended */
export async function removeHere(pass: Pass, mailbox: MailboxRow, ops: readonly PendingOp[]): Promise<number> {
  const session = await pass.connection.selected();
  if (!session.client.capabilities.has('UIDPLUS')) {
    return settle(
      pass,
      ops.map((op): Outcome => ({ op, state: 'failed', code: 'removeUnsupported' })),
    );
  }
  const found = await lookAt(session, ops);
  const same = ops.filter((op) => found.get(op) === 'same');
  const others = ops.filter((op) => found.get(op) === 'other');
  const ended = await settle(
    pass,
    others.map((op): Outcome => ({ op, state: 'failed', code: 'messageDiffers' })),
  );
  // The rows of this mailbox are wrong: everything is to be compared.
  if (others.length > 0) await updateMailbox(pass.mail, pass.lease, mailbox.id, { repairAskedAt: pass.mail.now() });
  if (same.length === 0) return ended;
  const { uidValidity, uidNext } = await pass.connection.open(mailbox.path, { write: true });
  const wanted = await markTried(pass, same, { uidValidity, uidNext });
  if (wanted.length === 0) return ended;
  const { taken, refused } = await halve(wanted, (some) => expunge(session, some));
  const done = taken.map((op): Outcome => ({ op, state: 'done', gone: true }));
  return ended + (await settle(pass, [...done, ...refused.map((op) => afterRefusal(op, 'removeRefused'))]));
}

/** Removes exactly these messages of the mailbox that is selected. @returns false where the server said no */
export async function expunge(session: ImapSession, ops: readonly PendingOp[]): Promise<boolean> {
  const range = packUids(ops.map(({ message }) => message.uid!));
  const removed = await session.ask((client) => client.messageDelete(range, { uid: true }));
  if (!removed && !session.usable) throw session.failure();
  return removed;
}

/** Whether each is the message its row is about; one that has gone meanwhile is missing from the result. */
async function lookAt(session: ImapSession, ops: readonly PendingOp[]): Promise<Map<PendingOp, 'same' | 'other'>> {
  const readable = ops.filter(({ message }) => !message.unreadable);
  const rows = await fetchAll(session, readable);
  const bare = await fetchRows(
    session,
    ops.filter((op) => !rows.has(op.message.uid!)).map(({ message }) => message.uid!),
    { internalDate: true, size: true },
  );
  return new Map(
    ops.flatMap((op): [PendingOp, 'same' | 'other'][] => {
      const row = rows.get(op.message.uid!) ?? bare.get(op.message.uid!);
      return row ? [[op, isSameMessage(op.message, identityOf(row)) ? 'same' : 'other']] : [];
    }),
  );
}

/** One message the server cannot give out does not keep the others. */
async function fetchAll(session: ImapSession, ops: readonly PendingOp[]): Promise<Map<number, FetchMessageObject>> {
  const uids = ops.map(({ message }) => message.uid!);
  try {
    return await fetchRows(session, uids, IDENTITY);
  } catch (error) {
    if (!(error instanceof MailError) || error.code !== 'commandRefused') throw error;
    if (ops.length <= 1) return new Map();
    const half = Math.ceil(ops.length / 2);
    const first = await fetchAll(session, ops.slice(0, half));
    return new Map([...first, ...(await fetchAll(session, ops.slice(half)))]);
  }
}
