/** How large a mail may be, and how much one user's files may take on disk. */
import { Op } from 'sequelize';
import { readSettings } from '../accounts/settings';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { encodedSize, messageSize } from './compose';
import { outboxModel, outboxRowOf, type OutboxRow, type SpooledFile } from './outbox';

const MEGABYTE = 1024 * 1024;
/** Exchange Online's default limit of a message, encoded: taken until the server itself has said one (EHLO SIZE, RFC 1870). */
export const LARGEST_MESSAGE = 35 * MEGABYTE;
/** Left for headers and text. */
const ROOM_FOR_TEXT = MEGABYTE;

/** Octets of the largest message that an account can send, encoded. @param stored `largestMessage` of the account */
export function largestMessage(stored: unknown): number {
  return Number(stored) || LARGEST_MESSAGE;
}

/** Octets a file may have, as it is, so that the whole mail stays within the limit. Pure. */
export function roomLeft(attachments: readonly Pick<SpooledFile, 'size'>[], largest: number): number {
  // A server with a small limit still takes a small mail.
  const used = attachments.reduce((sum, { size }) => sum + encodedSize(size), Math.min(ROOM_FOR_TEXT, largest / 4));
  return Math.max(0, Math.floor((largest - used) * (3 / 4) * (76 / 78)));
}

/** @throws MailError permanent `messageTooLarge` with both sizes in MB */
export function checkSize(row: Pick<OutboxRow, 'html' | 'text' | 'attachments'>, largest: number): void {
  const size = messageSize(row);
  if (size <= largest) return;
  throw new MailError('permanent', 'messageTooLarge', { params: { megabytes: Math.floor(largest / MEGABYTE) } });
}

export function attachmentsTooLarge(largest: number): MailError {
  const megabytes = Math.floor(roomLeft([], largest) / MEGABYTE);
  return new MailError('permanent', 'attachmentsTooLarge', { params: { megabytes } });
}

/** Octets that are being written, by user: rows tell of them once they are there. Each process knows its own. */
const underWay = new WeakMap<MailContext['db'], Map<string, number>>();

/**
 * Keeps room in the spool while files are written and until rows tell of them: who writes at once would each be given all that is left.
 * @param most octets that the mail has room for
 * @param known octets that will come, where that is known
 * @param write is given the octets it may write
 * @throws MailError permanent `spoolFull`, also where the mail would have had room | whatever `write` throws
 */
export async function withRoom<T>(
  mail: MailContext,
  userId: string,
  { most, known = most }: { most: number; known?: number },
  write: (room: number) => Promise<T>,
): Promise<T> {
  const users = underWay.get(mail.db) ?? new Map<string, number>();
  underWay.set(mail.db, users);
  const of = () => users.get(userId) ?? 0;
  const before = of();
  const { left, full } = await quotaLeft(mail, userId);
  // What ended meanwhile may not be among the rows that were read.
  const room = Math.min(most, left - Math.max(before, of()));
  if (room <= 0 && most > 0) throw full;
  const kept = Math.max(0, Math.min(known, room));
  users.set(userId, of() + kept);
  try {
    return await write(room);
  } catch (thrown) {
    throw room < most && thrown instanceof MailError && thrown.code === 'attachmentsTooLarge' ? full : thrown;
  } finally {
    users.set(userId, of() - kept);
    if (of() <= 0) users.delete(userId);
  }
}

/** Octets that a user's drafts and waiting mail may still put into the spool, and what is said where that is too little. */
async function quotaLeft(mail: MailContext, userId: string): Promise<{ left: number; full: MailError }> {
  const { spoolMegabytes } = await readSettings(mail);
  const rows = await outboxModel(mail).findAll({
    where: { userId, state: { [Op.ne]: 'sent' } },
    attributes: ['id', 'attachments'],
  });
  const used = rows
    .flatMap((row) => outboxRowOf(row.get({ plain: true }) as Record<string, unknown>).attachments)
    .reduce((sum, { size }) => sum + size, 0);
  const full = new MailError('permanent', 'spoolFull', { params: { megabytes: spoolMegabytes } });
  return { left: spoolMegabytes * MEGABYTE - used, full };
}
