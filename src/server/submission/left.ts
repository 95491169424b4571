/** What follows once a mail has left, whoever learns of it: the server's answer, the copy in Sent, a report, or its author. */
import type { MailContext } from '../context';
import { loggable } from '../errors';
import { rememberRecipients } from '../writing/correspondents';
import { noteAnswered } from './answered';
import type { OutboxRow } from './outbox';
import { removeSpool } from './spool';

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
