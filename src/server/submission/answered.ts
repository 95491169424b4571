/** A reply that was sent marks the message it answers: as an op, which sync tells the server (`\Answered`, RFC 9051 section 2.3.2). */
import type { MailContext } from '../context';
import type { OutboxRow } from './outbox';

/**
 * Writes the op, once the reply has left. Forwards leave no mark: Exchange keeps no keyword for them.
 * Nothing is lost with it but a small arrow, so no reply waits for it.
 */
export async function noteAnswered(mail: MailContext, row: Pick<OutboxRow, 'userId' | 'inReplyTo'>): Promise<void> {
  if (!row.inReplyTo || row.inReplyTo.kind === 'forward') return;
  const where = { id: row.inReplyTo.messageId, userId: row.userId, answered: false, vanishedAt: null };
  const message = await mail.db.getCollection('mailMessages').model.findOne({ where, attributes: ['id', 'accountId'] });
  if (!message) return;
  const accountId = String(message.get('accountId'));
  await mail.db.getCollection('mailOps').model.create(
    {
      id: mail.newId(),
      userId: row.userId,
      accountId,
      messageRowId: String(message.get('id')),
      verb: 'answered',
      base: { value: false },
      wanted: { value: true },
      state: 'pending',
      attempts: 0,
      createdAt: mail.now(),
    },
    { hooks: false },
  );
  mail.wake('sync', accountId);
}
