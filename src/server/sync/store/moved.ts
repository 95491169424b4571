/** Rows whose place is unknown, found again in what FETCH gave. */
import type { Transaction } from 'sequelize';
import type { MailContext } from '../../context';
import { dateOf, groupBy, idOf, type Values } from '../rows';
import { readRows } from '../../readRows';
import { identityOf, type FetchedMessage, type Owner } from './values';

/** A row that was found again. */
export interface MovedRow {
  id: string;
  threadId: string | null;
  /** Octets when it was stored; Dynamic Delivery replaces the files of a message and keeps its header. */
  size: number;
  /** Its text is still to be fetched. */
  textMissing: boolean;
}

/**
 * Rows without a place (vanished elsewhere, or their UIDVALIDITY changed) that are these messages: exactly one row and one
 * message with the same identity. Anything ambiguous stays separate.
 */
export async function findMoved(
  mail: MailContext,
  owner: Owner,
  messages: readonly FetchedMessage[],
  transaction: Transaction,
): Promise<Map<FetchedMessage, MovedRow>> {
  const found = new Map<FetchedMessage, MovedRow>();
  // Without a header there is nothing to know it by.
  const readable = messages.filter(({ unreadable }) => unreadable === null);
  const lost = groupBy(await readLost(mail, owner, readable, transaction), identityOfRow);
  if (lost.size === 0) return found;
  const appeared = groupBy(readable, ({ envelope, internalDate, size }) =>
    identityOf({ messageIdHash: envelope.messageIdHash, internalDate, headerHash: envelope.headerHash, size }),
  );
  for (const [identity, [message, twin]] of appeared) {
    const [row, otherRow] = lost.get(identity) ?? [];
    if (!message || !row || twin || otherRow) continue;
    const [size, textMissing] = [Number(row.size ?? 0), row.textTries !== null];
    found.set(message, { id: String(row.id), threadId: idOf(row.threadId), size, textMissing });
  }
  return found;
}

/** {@link identityOf} of a stored message. */
export const identityOfRow = ({ messageIdHash, internalDate, headerHash, size }: Values): string =>
  identityOf({ messageIdHash, headerHash, size, internalDate: dateOf(internalDate) ?? new Date(0) });

/** Rows that may be of these messages: found by Message-ID, and those without one by their header. @param read rows that match */
export async function readAlike(
  messages: readonly FetchedMessage[],
  read: (where: Values) => Promise<Values[]>,
): Promise<Values[]> {
  const named = messages.flatMap(({ envelope }) => envelope.messageIdHash ?? []);
  const nameless = messages.filter(({ envelope }) => envelope.messageIdHash === null);
  return [
    ...(named.length > 0 ? await read({ messageIdHash: named }) : []),
    ...(nameless.length > 0
      ? await read({ messageIdHash: null, headerHash: nameless.map(({ envelope }) => envelope.headerHash) })
      : []),
  ];
}

const LOST = ['id', 'threadId', 'messageIdHash', 'internalDate', 'headerHash', 'size', 'textTries'];

function readLost(
  mail: MailContext,
  owner: Owner,
  messages: readonly FetchedMessage[],
  transaction: Transaction,
): Promise<Values[]> {
  return readAlike(messages, (where) =>
    readRows(
      mail,
      'mailMessages',
      { attributes: LOST, where: { accountId: owner.id, uid: null, ...where } },
      transaction,
    ),
  );
}
