/** What follows once a mail has left, whoever learns of it: the server's answer, the copy in Sent, a report, or its author. */
import type { MailContext } from '../context';
import { loggable } from '../errors';
import { removeSpool } from '../spoolFolder';
import { rememberRecipients } from '../writing/correspondents';
import { noteAnswered } from './answered';
import { stepOutbox, type OutboxRow, type OutboxValues } from './outbox';

/**
 * Settles an uncertain mail as sent.
 * @param more what else is known of it
 * @returns false where it is not uncertain any more
 */
export async function settleSent(mail: MailContext, row: OutboxRow, more: OutboxValues = {}): Promise<boolean> {
  const values = { sentAt: row.endingAt ?? mail.now(), nextAttemptAt: null, lastError: null, ...more };
  const settled = await stepOutbox(mail, row, 'arrived', values);
  if (settled) await followUp(mail, row);
  return settled;
}

/** Removes its files, marks the message it answers, and remembers whom it went to. What fails of it is logged: the mail has left. */
export async function followUp(mail: MailContext, row: OutboxRow): Promise<void> {
  const tries: [string, () => Promise<void>][] = [
    ['spool not removed', () => removeSpool(mail, row.id)],
    ['answer not noted', () => noteAnswered(mail, row)],
    ['recipients not remembered', () => rememberRecipients(mail, row.userId, [...row.to, ...row.cc, ...row.bcc])],
  ];
  for (const [failure, run] of tries) {
    await run().catch((error: unknown) => mail.log.warn(failure, { outboxId: row.id, error: loggable(error) }));
  }
}
