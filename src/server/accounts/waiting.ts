/** Mail that waits for what somebody has to mend first. */
import { LIVE_EVENTS } from '../../shared/constants';
import type { ErrorView } from '../../shared/types';
import type { MailContext } from '../context';
import type { AccountRow } from './rows';

/**
 * What waited for that is due again; what waits for anything else goes on waiting.
 * @param code of the error that is none any more
 */
export async function releaseWaiting(
  mail: MailContext,
  { id: accountId, userId }: Pick<AccountRow, 'id' | 'userId'>,
  code: string,
): Promise<void> {
  const { model } = mail.db.getCollection('mailOutbox');
  const waiting = await model.findAll({ where: { accountId, state: 'queued' }, attributes: ['id', 'lastError'] });
  const blamed = waiting.filter((row) => (row.get('lastError') as ErrorView | null)?.code === code);
  if (blamed.length === 0) return;
  const id = blamed.map((row) => row.get('id') as string);
  await model.update({ nextAttemptAt: null, lastError: null }, { where: { id, state: 'queued' }, hooks: false });
  mail.push(userId, LIVE_EVENTS.outbox, { accountId });
}
