/** Receives one file of a draft, straight from the request into the private spool. */
import { unlink } from 'node:fs/promises';
import type { Context } from '@nocobase/actions';
import { koaMulter } from '@nocobase/utils';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { encodedSize } from './compose';
import { editDraft, ownedOutbox } from './drafts';
import { cleanContentType, cleanFileName } from './headers';
import type { OutboxRow, SpooledFile } from './outbox';
import { newSpoolFile } from './spool';

const MEGABYTE = 1024 * 1024;
/** Exchange Online's default limit of a message, encoded; the server's own limit is checked again when it is sent. */
export const LARGEST_MESSAGE = 35 * MEGABYTE;
/** Left for headers and text. */
const ROOM_FOR_TEXT = MEGABYTE;
const MOST_FILES = 100;

/** What multer tells of a file it wrote. */
interface ReceivedFile {
  originalname: string;
  mimetype: string;
  size: number;
  path: string;
  filename: string;
}

/** Octets a file may have, as it is, so that the whole mail stays within the limit. */
export function roomLeft(attachments: readonly Pick<SpooledFile, 'size'>[]): number {
  const used = attachments.reduce((sum, { size }) => sum + encodedSize(size), ROOM_FOR_TEXT);
  return Math.max(0, Math.floor((LARGEST_MESSAGE - used) * (3 / 4) * (76 / 78)));
}

/**
 * Streams the multipart field `file` to disk and attaches it to the draft.
 * @throws MailError permanent `notFound` | `outboxNotEditable` | `attachmentsTooLarge` | `tooManyAttachments` | `uploadFailed`
 */
export async function receiveAttachment(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  ctx: Context,
): Promise<OutboxRow> {
  const draft = await ownedOutbox(mail, viewer, id);
  if (draft.state !== 'draft' && draft.state !== 'failed') throw new MailError('permanent', 'outboxNotEditable');
  if (draft.attachments.length >= MOST_FILES)
    throw new MailError('permanent', 'tooManyAttachments', { params: { most: MOST_FILES } });
  const room = roomLeft(draft.attachments);
  if (Number(ctx.request.length ?? 0) > room + MEGABYTE) throw tooLarge();
  const file = await receive(ctx, await newSpoolFile(mail, draft.id), room);
  const attachment: SpooledFile = {
    id: file.filename,
    filename: cleanFileName(file.originalname),
    contentType: cleanContentType(file.mimetype),
    size: file.size,
  };
  try {
    return await editDraft(mail, viewer, draft.id, ({ attachments }) => {
      // Another upload may have taken the room meanwhile.
      if (attachment.size > roomLeft(attachments)) throw tooLarge();
      return { attachments: [...attachments, attachment] };
    });
  } catch (error) {
    await unlink(file.path).catch(() => undefined);
    throw error;
  }
}

async function receive(ctx: Context, place: { id: string; folder: string }, fileSize: number): Promise<ReceivedFile> {
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
    if ((error as { code?: string }).code === 'LIMIT_FILE_SIZE') throw tooLarge();
    throw new MailError('permanent', 'uploadFailed', { cause: error });
  }
  const { file } = ctx as unknown as { file?: ReceivedFile };
  if (!file) throw new MailError('permanent', 'uploadFailed');
  return file;
}

function tooLarge(): MailError {
  return new MailError('permanent', 'attachmentsTooLarge', {
    params: { megabytes: Math.floor(roomLeft([]) / MEGABYTE) },
  });
}
