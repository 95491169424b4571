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

/**
 * Octets that a user's drafts and waiting mail may still put into the spool.
 * @throws MailError permanent `spoolFull` where nothing is left
 */
export async function quotaLeft(mail: MailContext, userId: string): Promise<number> {
  const { spoolMegabytes } = await readSettings(mail);
  const rows = await outboxModel(mail).findAll({
    where: { userId, state: { [Op.ne]: 'sent' } },
    attributes: ['id', 'attachments'],
  });
  const used = rows
    .flatMap((row) => outboxRowOf(row.get({ plain: true }) as Record<string, unknown>).attachments)
    .reduce((sum, { size }) => sum + size, 0);
  const left = spoolMegabytes * MEGABYTE - used;
  if (left <= 0) throw new MailError('permanent', 'spoolFull', { params: { megabytes: spoolMegabytes } });
  return left;
}
