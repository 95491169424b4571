/** Calls that may be repeated because their answer was lost: a key of the caller names the row that the first of them made. */
import { UniqueConstraintError } from 'sequelize';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { findOutbox, type OutboxRow } from './outbox';

/** @throws MailError permanent `invalidInput` */
export function idempotencyKeyOf(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)) return value;
  throw new MailError('permanent', 'invalidInput', { params: { field: 'idempotencyKey' } });
}

/** The row that the viewer's first call with this key made, whatever became of it; null before that. */
export async function rowOfKey(mail: MailContext, viewer: Viewer, idempotencyKey: string): Promise<OutboxRow | null> {
  return (await findOutbox(mail, { userId: viewer.userId, idempotencyKey }))[0] ?? null;
}

/** What `make` stores under the key, or what the same call has stored at the same time. */
export async function makeOnce(
  mail: MailContext,
  viewer: Viewer,
  idempotencyKey: string,
  make: () => Promise<OutboxRow>,
): Promise<OutboxRow> {
  try {
    return await make();
  } catch (thrown) {
    if (!(thrown instanceof UniqueConstraintError)) throw thrown;
    const other = await rowOfKey(mail, viewer, idempotencyKey);
    if (!other) throw thrown;
    return other;
  }
}
