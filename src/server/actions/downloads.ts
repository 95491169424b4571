/** How `mailMessages` answers with a file: by the user's session, or by a ticket that a plain link carries. */
import type { Context } from '@nocobase/actions';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { downloadHeaders, openDownload } from '../messages/download';
import { readTicket, ticketKey, writeTicket } from '../messages/ticket';
import { requireMessage } from '../messages/rows';

/** The host's key is not part of MailContext: nothing else needs it. */
function keyOf(ctx: Context, mail: MailContext): Buffer {
  const { key } = ctx.app.aesEncryptor as unknown as { key?: unknown };
  if (!(key instanceof Uint8Array)) throw new MailError('permanent', 'bug', { who: 'us' });
  return ticketKey(key, mail.appName);
}

/** The file itself. */
export async function sendFile(
  ctx: Context,
  mail: MailContext,
  viewer: Viewer,
  messageId: string,
  part: string,
): Promise<void> {
  const { stream, filename, contentType } = await openDownload(mail, viewer, messageId, part);
  ctx.set(downloadHeaders(filename, contentType));
  ctx.withoutDataWrapping = true;
  // What was sent cannot be taken back: an end without the end of the file tells the browser that it failed.
  stream.once('error', () => ctx.res.destroy());
  ctx.body = stream;
}

/** A link to the file for 60 seconds. @throws MailError permanent `notFound` */
export async function ticketFor(
  ctx: Context,
  mail: MailContext,
  viewer: Viewer,
  id: string,
  part: string,
): Promise<{ url: string }> {
  const message = await requireMessage(mail, viewer, id);
  const ticket = writeTicket(keyOf(ctx, mail), { userId: viewer.userId, messageId: message.id, part }, mail.now());
  const path = String(ctx.path).replace(/[^/]*$/, 'mailMessages:download');
  const query = new URLSearchParams({ ticket });
  // Several apps may answer on one address: a plain link has no header to tell them apart.
  if (mail.appName !== 'main') query.set('__appName', mail.appName);
  return { url: `${path}?${query.toString()}` };
}

/** What `download` answers with: the ticket says whose file it is. @throws MailError permanent `linkExpired` | see {@link openDownload} */
export async function sendTicketFile(ctx: Context, mail: MailContext, ticket: unknown): Promise<void> {
  const { userId, messageId, part } = readTicket(keyOf(ctx, mail), ticket, mail.now());
  await sendFile(ctx, mail, { userId }, messageId, part);
}
