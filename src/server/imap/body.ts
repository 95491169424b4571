/** The text and the attachments of one message, fetched by its structure; read whole only where that cannot be trusted. */
import { Readable } from 'node:stream';
import type { MessageStructureObject } from 'imapflow';
import PostalMime, { type Email } from 'postal-mime';
import type { AttachmentView } from '../../shared/types';
import { MailError } from '../errors';
import { decodeHtml, decodeText, decodeTransfer, unwrapFlowed } from './decode';
import { fetchRows } from './fetch';
import { partsOf, safeFilename, textPartsOf, type MessageParts, type TextPart, type TextSection } from './parts';
import { openMailbox } from './mailbox';
import type { DirectSession, ImapSession } from './session';

/** Longest text part that is fetched, and longest message that is read whole. */
export const MAX_TEXT_PART = 2 * 1024 * 1024;
const MAX_WHOLE_MESSAGE = 30 * 1024 * 1024;
/** Parts of a message that was read whole have no IMAP section: they are counted. */
const WHOLE_PART = /^whole\.(\d{1,4})$/;

export interface FetchedBody {
  /** As imapflow parsed it; null where the server's is of no use. */
  structure: MessageStructureObject | null;
  /** Plain text, or null where the message has none. */
  text: string | null;
  /** Raw html as sent: hostile until sanitised. Null where the message has none. */
  html: string | null;
  attachments: AttachmentView[];
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

/** Text of one part from its bytes as the server sent them. */
export function textOfPart(part: TextPart, bytes: Buffer): string {
  const decoded = decodeTransfer(bytes, part.encoding);
  if (part.subtype === 'html') return decodeHtml(decoded, part.charset);
  const text = decodeText(decoded, part.charset);
  return part.flowed ? unwrapFlowed(text, part.delSp) : text;
}

/** Joins the sections: html where any section has it (plain ones are quoted into it), and the plain text of those that have it. */
export function joinSections(
  sections: readonly TextSection[],
  contentOf: (part: TextPart) => string | undefined,
): { text: string | null; html: string | null } {
  const read = sections.map(({ plain, html }) => ({
    plain: plain && contentOf(plain),
    html: html && contentOf(html),
  }));
  const plain = read.flatMap((section) => section.plain ?? []);
  const html = read.some((section) => section.html !== undefined)
    ? read.map((section) => section.html ?? (section.plain ? `<pre>${escapeHtml(section.plain)}</pre>` : ''))
    : null;
  return { text: plain.length > 0 ? plain.join('\n') : null, html: html && html.join('\n') };
}

/**
 * Structure, text and list of attachments of one message.
 * @throws MailError permanent `messageGone` | transient `uidValidityChanged` | permanent `messageUnreadable` | transport errors
 */
export async function fetchBody(
  session: ImapSession,
  path: string,
  uidValidity: number,
  uid: number,
): Promise<FetchedBody> {
  await openMailbox(session, path, { uidValidity });
  return fetchBodyHere(session, uid);
}

/** {@link fetchBody} in the mailbox that is selected. */
export async function fetchBodyHere(session: ImapSession, uid: number): Promise<FetchedBody> {
  const { structure, parts } = await structureOf(session, uid);
  if (!parts.trusted) return wholeMessage(session, uid);
  const wanted = textPartsOf(parts);
  const content = new Map<string, Buffer>();
  if (wanted.length > 0) {
    const bodyParts = wanted.map(({ part }) => ({ key: part, start: 0, maxLength: MAX_TEXT_PART }));
    const row = (await fetchRows(session, [uid], { bodyParts })).get(uid);
    if (!row) throw new MailError('permanent', 'messageGone');
    for (const { part, size } of wanted) {
      const bytes = row.bodyParts?.get(part.toLowerCase());
      if (bytes || size === 0) content.set(part, bytes || Buffer.alloc(0));
    }
    // A structure that promises parts which are not there is no better than a broken one.
    if (content.size < wanted.length) return wholeMessage(session, uid);
  }
  const joined = joinSections(parts.sections, (part) => {
    const bytes = content.get(part.part);
    return bytes && textOfPart(part, bytes);
  });
  return { structure, ...joined, attachments: parts.attachments };
}

async function structureOf(
  session: ImapSession,
  uid: number,
): Promise<{ structure: MessageStructureObject | null; parts: MessageParts }> {
  let row;
  try {
    row = (await fetchRows(session, [uid], { bodyStructure: true })).get(uid);
  } catch (error) {
    // Exchange refuses the structure of some messages whose source it does give.
    if (!(error instanceof MailError) || error.code !== 'commandRefused' || !session.usable) throw error;
    return { structure: null, parts: partsOf(null) };
  }
  if (!row) throw new MailError('permanent', 'messageGone');
  const structure = row.bodyStructure ?? null;
  return { structure, parts: partsOf(structure) };
}

/** Read whole; one of which a parser makes nothing at all is shown as it lies there, behind its header. */
async function wholeMessage(session: ImapSession, uid: number): Promise<FetchedBody> {
  const { email, source } = await readWhole(session, uid);
  const body = wholeBody(email);
  if (body.text || body.html || body.attachments.length > 0) return body;
  const rest = /\r?\n\r?\n([^]*)/.exec(source.toString('latin1'))?.[1] ?? '';
  // With delimiters it has parts, and they are empty.
  if (!rest.trim() || /^--\S/m.test(rest)) return body;
  return { ...body, text: decodeText(Buffer.from(rest.slice(0, MAX_TEXT_PART), 'latin1'), undefined) };
}

/** The whole message, and what a parser makes of it. */
async function readWhole(session: ImapSession, uid: number): Promise<{ email: Email; source: Buffer }> {
  let source: Buffer | undefined;
  try {
    const row = (await fetchRows(session, [uid], { source: { start: 0, maxLength: MAX_WHOLE_MESSAGE } })).get(uid);
    if (!row) throw new MailError('permanent', 'messageGone');
    source = row.source;
    if (source) {
      return { email: await PostalMime.parse(source, { forceRfc822Attachments: true, maxNestingDepth: 50 }), source };
    }
  } catch (error) {
    if (error instanceof MailError && error.code !== 'commandRefused') throw error;
    throw new MailError('permanent', 'messageUnreadable', { who: 'nobody', cause: error });
  }
  throw new MailError('permanent', 'messageUnreadable', { who: 'nobody' });
}

function wholeBody(email: Email): FetchedBody {
  return {
    structure: null,
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.map((attachment, index) => ({
      part: `whole.${index}`,
      filename: safeFilename(attachment.filename ?? '') || `attachment-${index + 1}`,
      contentType: attachment.mimeType,
      size: contentOf(attachment.content).length,
      inline: attachment.disposition !== 'attachment' && Boolean(attachment.contentId),
      contentId: attachment.contentId?.replace(/^<|>$/g, '') ?? null,
    })),
  };
}

const contentOf = (content: ArrayBuffer | Uint8Array | string): Buffer =>
  typeof content === 'string'
    ? Buffer.from(content)
    : content instanceof ArrayBuffer
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);

/** Decoded bytes of an attachment. The session must stay open until the stream has ended; its errors end the stream. */
export interface OpenPart {
  stream: Readable;
  contentType: string;
  filename: string;
}

/**
 * Opens an attachment or inline image for reading.
 * @param part a `part` of {@link FetchedBody.attachments}; any other is refused
 * @throws MailError permanent `partMissing` | `messageGone` | transient `uidValidityChanged` | transport errors
 */
export async function openPart(
  session: DirectSession,
  path: string,
  uidValidity: number,
  uid: number,
  part: string,
): Promise<OpenPart> {
  await openMailbox(session, path, { uidValidity });
  const counted = WHOLE_PART.exec(part);
  if (counted) {
    const { email } = await readWhole(session, uid);
    const view = wholeBody(email).attachments[Number(counted[1])];
    const content = email.attachments[Number(counted[1])]?.content;
    if (!view || content === undefined) throw new MailError('permanent', 'partMissing');
    return { stream: Readable.from([contentOf(content)]), contentType: view.contentType, filename: view.filename };
  }
  const { parts } = await structureOf(session, uid);
  const view = parts.attachments.find((attachment) => attachment.part === part);
  if (!view) throw new MailError('permanent', 'partMissing');
  const { content } = await session.ask((client) =>
    client.download(String(uid), part, { uid: true, decodeText: false, chunkSize: 256 * 1024 }),
  );
  if (!content) throw new MailError('permanent', 'partMissing');
  return { stream: content, contentType: view.contentType, filename: view.filename };
}

/**
 * The message as it lies on the server (RFC 5322), streamed.
 * @throws MailError permanent `messageGone` | transient `uidValidityChanged` | transport errors
 */
export async function openSource(
  session: DirectSession,
  path: string,
  uidValidity: number,
  uid: number,
): Promise<Readable> {
  await openMailbox(session, path, { uidValidity });
  const { content } = await session.ask((client) =>
    client.download(String(uid), undefined, { uid: true, chunkSize: 256 * 1024 }),
  );
  if (!content) throw new MailError('permanent', 'messageGone');
  return content;
}
