/** Receives one file of a draft, straight from the request into the private spool. */
import { open, unlink } from 'node:fs/promises';
import type { Context } from '@nocobase/actions';
import { koaMulter } from '@nocobase/utils';
import { findOwned } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { imageType } from '../messages/inlineImages';
import { editDraft, ownedOutbox } from './drafts';
import { cleanContentType, cleanFileName } from './headers';
import { uploadedContentId } from './images';
import { attachmentsTooLarge, largestMessage, roomLeft, withRoom } from './limits';
import type { OutboxRow, SpooledFile } from './outbox';
import { newSpoolFile } from './spool';

const MEGABYTE = 1024 * 1024;
const MOST_FILES = 100;

/** What multer tells of a file it wrote. */
interface ReceivedFile {
  originalname: string;
  mimetype: string;
  size: number;
  path: string;
  filename: string;
}

/**
 * Streams the multipart field `file` to disk and attaches it to the draft.
 * @param inline an image for the text: html names it by the Content-ID it gets
 * @throws MailError permanent `notFound` | `outboxNotEditable` | `attachmentsTooLarge` | `tooManyAttachments` | `spoolFull` |
 * `notAnImage` | `uploadFailed`
 */
export async function receiveAttachment(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  ctx: Context,
  inline = false,
): Promise<OutboxRow> {
  const draft = await editableDraft(mail, viewer, id);
  const largest = await largestOf(mail, viewer, draft.accountId);
  const most = roomLeft(draft.attachments, largest);
  const length = Number(ctx.request.length) || undefined;
  return withRoom(mail, viewer.userId, { most, known: length }, async (room) => {
    if ((length ?? 0) > room + MEGABYTE) throw attachmentsTooLarge(largest);
    const file = await receive(ctx, await newSpoolFile(mail, draft.id), room, largest);
    try {
      const type = inline ? await imageTypeOf(file.path) : cleanContentType(file.mimetype);
      const attachment: SpooledFile = {
        id: file.filename,
        filename: cleanFileName(file.originalname),
        contentType: type,
        size: file.size,
        ...(inline && { contentId: uploadedContentId(file.filename) }),
      };
      return await attach(mail, viewer, draft.id, attachment, largest);
    } catch (error) {
      await unlink(file.path).catch(() => undefined);
      throw error;
    }
  });
}

/** @throws MailError permanent `notFound` | `outboxNotEditable` | `tooManyAttachments` */
export async function editableDraft(mail: MailContext, viewer: Viewer, id: string): Promise<OutboxRow> {
  const draft = await ownedOutbox(mail, viewer, id);
  if (draft.state !== 'draft' && draft.state !== 'failed') throw new MailError('permanent', 'outboxNotEditable');
  if (draft.attachments.length >= MOST_FILES)
    throw new MailError('permanent', 'tooManyAttachments', { params: { most: MOST_FILES } });
  return draft;
}

/** Octets of the largest message that an account of the viewer can send. */
export async function largestOf(mail: MailContext, viewer: Viewer, accountId: string): Promise<number> {
  return largestMessage((await findOwned(mail, viewer, 'mailAccounts', accountId))?.largestMessage);
}

/** Adds a file that lies in the spool to a draft. @throws MailError permanent `attachmentsTooLarge` | as {@link editDraft} */
export async function attach(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  file: SpooledFile,
  largest: number,
): Promise<OutboxRow> {
  return editDraft(mail, viewer, id, ({ attachments }) => {
    // Another upload may have taken the room meanwhile.
    if (file.size > roomLeft(attachments, largest)) throw attachmentsTooLarge(largest);
    return { attachments: [...attachments, file] };
  });
}

/** What the bytes say, whatever the browser called them. @throws MailError permanent `notAnImage` */
async function imageTypeOf(place: string): Promise<string> {
  const handle = await open(place, 'r');
  try {
    const head = Buffer.alloc(16);
    const { bytesRead } = await handle.read(head, 0, 16, 0);
    const type = imageType(head.subarray(0, bytesRead));
    if (!type) throw new MailError('permanent', 'notAnImage');
    return type;
  } finally {
    await handle.close();
  }
}

async function receive(
  ctx: Context,
  place: { id: string; folder: string },
  fileSize: number,
  largest: number,
): Promise<ReceivedFile> {
  type Done = (error: Error | null, value: string) => void;
  const storage = koaMulter.diskStorage({
    destination: (_request: unknown, _file: unknown, done: Done) => done(null, place.folder),
    filename: (_request: unknown, _file: unknown, done: Done) => done(null, place.id),
  });
  const limits = { files: 1, fields: 5, parts: 6, fieldSize: 10_000, headerPairs: 20, fileSize };
  const upload = koaMulter({ storage, limits, defParamCharset: 'utf8' }).single('file');
  try {
    await upload(ctx, async () => undefined);
  } catch (error) {
    await unlink(`${place.folder}/${place.id}`).catch(() => undefined);
    if ((error as { code?: string }).code === 'LIMIT_FILE_SIZE') throw attachmentsTooLarge(largest);
    throw new MailError('permanent', 'uploadFailed', { cause: error });
  }
  const { file } = ctx as unknown as { file?: ReceivedFile };
  if (!file) throw new MailError('permanent', 'uploadFailed');
  return file;
}
