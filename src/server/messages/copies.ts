/** Shows a message once that lies in several mailboxes, as mail to oneself does. */
import { createHash } from 'node:crypto';
import { Op } from 'sequelize';
import type { MailboxRole, MessageView } from '../../shared/types';
import type { MailContext } from '../context';
import { readRows } from '../readRows';
import { unpackHtml } from './packedHtml';
import { listOf, text, type Values } from './views';

/** Which copy is shown where one message lies in several mailboxes, none of them where the reader stands: the received one first. */
const PREFERENCE: readonly MailboxRole[] = ['inbox', 'archive', 'none', 'sent', 'drafts', 'outbox', 'junk', 'trash'];

/** Whether a copy lies where the reader stands. */
export type IsHere = (message: MessageView) => boolean;

/** What is left of the messages of a conversation when copies are shown once. */
export async function shownOnce(mail: MailContext, messages: MessageView[], isHere: IsHere): Promise<MessageView[]> {
  const groups = alike(messages);
  if (groups.length === 0) return messages;
  const ids = groups.flat().map(({ id }) => id);
  const contents = await contentsOf(mail, ids);
  return withoutCopies(messages, isHere, ({ id }) => contents.get(id) ?? '', groups);
}

/** What copies have in common in their headers; null for a message that has none. */
const headerKey = ({ messageId, mailboxId, from, subject, sentAt }: MessageView): string | null =>
  messageId && mailboxId ? JSON.stringify([messageId, from?.address.toLowerCase() ?? '', subject, sentAt]) : null;

/** Groups of messages, of different mailboxes, that look like copies by their headers. */
const alike = (messages: readonly MessageView[]): MessageView[][] =>
  grouped(messages, headerKey).filter((group) => group.some(({ mailboxId }) => mailboxId !== group[0]?.mailboxId));

/** Messages by what they have in common, in their order; those with nothing to compare are left out. */
function grouped(messages: readonly MessageView[], keyOf: (message: MessageView) => string | null): MessageView[][] {
  const groups = new Map<string, MessageView[]>();
  for (const message of messages) {
    const key = keyOf(message);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(message);
    else groups.set(key, [message]);
  }
  return [...groups.values()];
}

/** By message: a hash of what its reader gets to see, text and files. What was not fetched yet is missing. */
async function contentsOf(mail: MailContext, ids: readonly string[]): Promise<Map<string, string>> {
  const attributes = ['id', 'text', 'packedHtml', 'html', 'attachments'];
  const rows = await readRows(mail, 'mailBodies', { attributes, where: { id: { [Op.in]: [...ids] } } });
  return new Map(await Promise.all(rows.map(async (row) => [String(row.id), await contentOf(row)] as const)));
}

async function contentOf(row: Values): Promise<string> {
  const { text: plain, attachments } = row;
  const files = listOf(attachments).map((file) => {
    const { filename, contentType, size } = (file ?? {}) as Values;
    return [filename, contentType, size];
  });
  // Of html the text is made when it is first opened.
  const content = JSON.stringify([(await unpackHtml(row)) ?? text(plain), files]);
  return createHash('sha256').update(content).digest('base64');
}

/**
 * Whoever has seen a message can send another one under its Message-ID, sender, subject and date, which would hide it: what they say
 * must agree too, and the mailboxes differ. What is unknown yet speaks against nothing, unless others say different things already.
 * @param contentOf what a message says; empty while that is unknown
 * @param groups where they are known already
 */
export function withoutCopies(
  messages: MessageView[],
  isHere: IsHere = () => false,
  contentOf: (message: MessageView) => string = () => '',
  groups: readonly MessageView[][] = alike(messages),
): MessageView[] {
  const rank = (message: MessageView): number => (isHere(message) ? -1 : PREFERENCE.indexOf(message.mailboxRole));
  const copies = groups.flatMap((group) => {
    const known = new Set(group.map(contentOf).filter((content) => content !== ''));
    const same = known.size > 1 ? grouped(group, contentOf) : [group];
    return same.flatMap((some) => {
      const shown = some.reduce((best, message) => (rank(message) < rank(best) ? message : best));
      return some.filter(({ mailboxId }) => mailboxId !== shown.mailboxId);
    });
  });
  const hidden = new Set(copies);
  return messages.filter((message) => !hidden.has(message));
}
