/** Attachments and sources as streams: from the server through this process to the browser, never whole in memory. */
import { PassThrough, pipeline, Transform, type Readable } from 'node:stream';
import { MINUTE } from '../../shared/constants';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { openPart, openSource } from '../imap/body';
import { safeFilename } from '../imap/parts';
import { storedBody } from './bodies';
import { placeOf, withOpenSession } from './place';
import { readingPlacesOf } from './places';
import { requireMessage } from './rows';
import { text } from './views';

export interface Download {
  stream: Readable;
  filename: string;
  contentType: string;
}

/** A slow reader may not hold a connection to the mailbox for ever. */
const LONGEST_DOWNLOAD = 30 * MINUTE;
/** Exchange Online takes no message above 150 MB. Octets. */
const LARGEST_SOURCE = 160 * 1024 * 1024;
/** Names the source of a message where an attachment's part is asked for. */
export const SOURCE = 'source';

/**
 * Opens one attachment of a message, or its source (part {@link SOURCE}).
 * The stream ends with an error when the server or the reader goes away; the connection is closed with it.
 * @throws MailError permanent `notFound` | `messageGone` | `attachmentMissing` | transient `uidValidityChanged`
 * | throttled `tooManyOpened` | those of login and connection
 */
export async function openDownload(mail: MailContext, viewer: Viewer, id: string, part: string): Promise<Download> {
  const message = await requireMessage(mail, viewer, id);
  if (part !== SOURCE && !(await mayExist(mail, message.id, part))) {
    throw new MailError('permanent', 'attachmentMissing');
  }
  const { accountId, path, uidValidity, uid } = await placeOf(mail, message);
  const giveBack = await readingPlacesOf(mail).downloads.take(accountId);
  const abort = new AbortController();
  try {
    return await withOpenSession(mail, accountId, abort.signal, async (session) => {
      const ended = async (error: unknown) => {
        // A server that is still sending is not waited for.
        if (error) abort.abort();
        await session.close().finally(giveBack);
      };
      if (part === SOURCE) {
        const source = await openSource(session, path, uidValidity, uid);
        const filename = `${safeFilename(text(message.subject)).slice(0, 100) || 'message'}.eml`;
        return { stream: guarded(source, ended, LARGEST_SOURCE), filename, contentType: 'message/rfc822' };
      }
      const { stream, filename, contentType } = await openPart(session, path, uidValidity, uid, part);
      return { stream: guarded(stream, ended, Infinity), filename, contentType };
    });
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** Decided without a connection where it can be: a body that was opened lists its attachments. */
async function mayExist(mail: MailContext, messageId: string, part: string): Promise<boolean> {
  const body = await storedBody(mail, messageId);
  if (body) return body.attachments.some((attachment) => attachment.part === part);
  return /^\d{1,4}(?:\.\d{1,4}){0,30}$/.test(part);
}

/** Ties the connection to the stream: whichever ends first ends the other. */
function guarded(source: Readable, ended: (error: unknown) => Promise<void>, limit: number): Readable {
  const output = new PassThrough();
  const bound = setTimeout(() => output.destroy(new MailError('transient', 'connectionLost')), LONGEST_DOWNLOAD);
  bound.unref();
  pipeline(source, atMost(limit), output, (error) => {
    clearTimeout(bound);
    void ended(error);
  });
  return output;
}

function atMost(limit: number): Transform {
  let octets = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      octets += chunk.length;
      if (octets > limit) done(new MailError('permanent', 'messageTooLarge'));
      else done(null, chunk);
    },
  });
}

/** Types that a browser may be told: the rest is only bytes. */
const KEPT_TYPES = /^(?:image\/(?:png|jpeg|gif|webp|bmp)|application\/pdf|message\/rfc822)$/;

/** Headers of a download: saved, never shown as a page of ours, and kept by no cache (RFC 6266, RFC 8187). */
export function downloadHeaders(filename: string, contentType: string): Record<string, string> {
  const type = contentType.trim().toLowerCase();
  return {
    'Content-Type': KEPT_TYPES.test(type) ? type : 'application/octet-stream',
    'Content-Disposition': contentDisposition(filename),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': 'sandbox',
    'Cache-Control': 'private, no-store',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

function contentDisposition(name: string): string {
  const filename = safeFilename(name) || 'attachment';
  const ascii = filename.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const wellFormed = filename.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '_');
  const encoded = encodeURIComponent(wellFormed).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
