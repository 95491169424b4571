/** From a row of the outbox to an RFC 5322 message, streamed: attachments are read from the spool piece by piece. */
import type { Readable } from 'node:stream';
import { convert } from 'html-to-text';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { AddressView } from '../../shared/types';
import { MailError } from '../errors';
import { SHORT_HTML } from '../messages/sanitiseThread';
import { cleanContentType, cleanFileName, cleanName, cleanSubject, wireAddress, type Threading } from './headers';

export interface Composition {
  from: AddressView;
  to: AddressView[];
  cc: AddressView[];
  subject: string;
  /** Sanitised; null for a plain-text mail. */
  html: string | null;
  text: string;
  messageId: string;
  date: Date;
  threading: Threading | null;
  /** With a Content-ID: an image that the html shows. */
  attachments: { path: string; filename: string; contentType: string; size: number; contentId?: string }[];
}

/** The plain text of a rich mail, for readers that show no html. */
export function textOfHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ],
  });
}

/** Whether a mail needs a plain text and its html is too long to read it while the host waits. */
export const lacksText = ({ html, text }: Pick<Composition, 'html' | 'text'>): boolean =>
  !text.trim() && html !== null && html.length > SHORT_HTML;

/**
 * The message; Bcc is not in it. Text is made of short html where there is none ({@link lacksText}: before). Every value is cleaned once more, wherever it came from.
 * @throws MailError permanent `recipientInvalid` | `subjectTooLong`; the stream itself fails when a file cannot be read
 */
export function composeMessage(composition: Composition): Readable {
  const { html } = composition;
  const given = composition.text.trim() || html === null || lacksText(composition);
  const text = given ? composition.text : textOfHtml(html!);
  const composer = new MailComposer({
    from: header(composition.from),
    to: composition.to.map(header),
    cc: composition.cc.map(header),
    subject: cleanSubject(composition.subject),
    messageId: composition.messageId,
    date: composition.date,
    inReplyTo: composition.threading?.inReplyTo,
    references: composition.threading?.references,
    text: part(text),
    html: html === null ? undefined : part(html),
    attachments: composition.attachments.map((file) => ({
      path: file.path,
      filename: cleanFileName(file.filename),
      contentType: cleanContentType(file.contentType),
      contentDisposition: file.contentId ? ('inline' as const) : ('attachment' as const),
      cid: file.contentId,
      contentTransferEncoding: 'base64',
    })),
    disableUrlAccess: true,
    newline: 'windows',
  });
  return composer.compile().createReadStream();
}

/** About how large the message will be on the wire, in octets (RFC 1870 takes an estimate). */
export function messageSize({
  html,
  text,
  attachments,
}: Pick<Composition, 'html' | 'text'> & { attachments: readonly { size: number }[] }): number {
  const bodies = Buffer.byteLength(html ?? '') + Buffer.byteLength(text);
  const files = attachments.reduce((sum, { size }) => sum + encodedSize(size), 0);
  return Math.ceil(bodies * 1.4) + files + 4096;
}

/** Octets of a file in base64 with a line break every 76 characters (RFC 2045 section 6.8). */
export function encodedSize(octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return characters + Math.ceil(characters / 76) * 2;
}

function header({ name, address }: AddressView): { name: string; address: string } {
  const wire = wireAddress(address);
  // Recipients were checked by envelopeRecipients.
  if (!wire) throw new MailError('permanent', 'recipientInvalid', { params: { field: 'From', position: 1 } });
  return { name: cleanName(name), address: wire };
}

/** Quoted-printable keeps Latin text readable, base64 is shorter for the rest; neither depends on the length of lines. */
function part(content: string): { content: string; contentTransferEncoding: string } {
  const foreign = content.replace(/[\x20-\x7e\s]/g, '').length;
  // nodemailer takes empty content for none given, and breaks.
  return {
    content: content || '\n',
    contentTransferEncoding: foreign * 4 > content.length ? 'base64' : 'quoted-printable',
  };
}
