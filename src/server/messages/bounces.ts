/** Delivery failures of mail that was sent from here, for the message as it lies in Sent. */
import { Op } from 'sequelize';
import type { BounceView } from '../../shared/types';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { readRows } from '../readRows';
import { listOf, type Values } from './views';

const idsOf = (row: Values): string[] =>
  [row.messageId, row.originalMessageId].filter((id): id is string => typeof id === 'string' && id !== '');

/**
 * What came back, by the row of the message: it is known by our Message-ID, by the one the server gave it, or by ours kept beside that.
 * @param rows messages of one account, as stored
 */
export async function bouncesOf(
  mail: MailContext,
  viewer: Viewer,
  accountId: string,
  rows: readonly Values[],
): Promise<ReadonlyMap<Values, BounceView[]>> {
  const ids = [...new Set(rows.flatMap(idsOf))];
  if (ids.length === 0) return new Map();
  const sent = await readRows(mail, 'mailOutbox', {
    attributes: ['messageId', 'serverMessageId', 'bounces'],
    where: { accountId, userId: viewer.userId, [Op.or]: [{ messageId: ids }, { serverMessageId: ids }] },
  });
  const byId = new Map<unknown, BounceView[]>();
  for (const { messageId, serverMessageId, bounces } of sent) {
    const list = listOf(bounces) as BounceView[];
    for (const id of [messageId, serverMessageId]) if (id) byId.set(id, list);
  }
  // One mail, however many of its ids are known.
  const found = (row: Values) => idsOf(row).flatMap((id) => byId.get(id) ?? []);
  return new Map(rows.map((row) => [row, [...new Set(found(row))]]));
}
