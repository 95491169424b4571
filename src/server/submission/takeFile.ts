/** Takes a file from elsewhere on the server into a draft: streamed into the private spool, within the limits of an upload. */
import { unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { cleanContentType, cleanFileName } from './headers';
import { attachmentsTooLarge, roomLeft, withRoom } from './limits';
import type { OutboxRow } from './outbox';
import { newSpoolFile, spooledPath, spoolStream } from './spool';
import { attach, editableDraft, largestOf } from './upload';

/** A file whose reader was allowed to read it. */
export interface TakenFile {
  filename: string;
  contentType: string;
  /** Octets, as far as known; what comes is counted. */
  size: number;
  open: () => Promise<Readable>;
}

/**
 * Attaches a file to a draft.
 * @throws MailError permanent `notFound` | `outboxNotEditable` | `tooManyAttachments` | `attachmentsTooLarge` | `spoolFull` |
 * `hostFileUnreadable` | whatever opening it throws
 */
export async function takeFile(mail: MailContext, viewer: Viewer, id: string, file: TakenFile): Promise<OutboxRow> {
  const draft = await editableDraft(mail, viewer, id);
  const largest = await largestOf(mail, viewer, draft.accountId);
  const most = roomLeft(draft.attachments, largest);
  return withRoom(mail, viewer.userId, { most, known: file.size || undefined }, async (room) => {
    if (file.size > room) throw attachmentsTooLarge(largest);
    const source = await file.open();
    const { id: fileId } = await newSpoolFile(mail, draft.id);
    const place = spooledPath(mail, draft.id, fileId);
    try {
      const size = await spoolStream(source, place, room);
      const attachment = {
        id: fileId,
        filename: cleanFileName(file.filename),
        contentType: cleanContentType(file.contentType),
        size,
      };
      return await attach(mail, viewer, draft.id, attachment, largest);
    } catch (thrown) {
      await unlink(place).catch(() => undefined);
      if (!(thrown instanceof MailError))
        throw new MailError('permanent', 'hostFileUnreadable', { who: 'administrator', cause: thrown });
      throw thrown.code === 'messageTooLarge' ? attachmentsTooLarge(largest) : thrown;
    }
  });
}
