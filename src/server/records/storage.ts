/** The bytes of a file of the host, from whatever storage it lies in. */
import type { Readable } from 'node:stream';
import type { Context } from '@nocobase/actions';
import { MailError } from '../errors';
import type { FileRow } from './files';

/** The part of the host's file manager that is used. */
interface FileManager {
  getFileStream(file: object): Promise<{ stream: Readable }>;
}

/**
 * Opens a file by its row, through the storage the row belongs to.
 * @throws MailError permanent `hostFileUnreadable`
 */
export async function openHostFile(ctx: Context, row: FileRow): Promise<Readable> {
  const manager = ctx.app.pm.get('file-manager') as unknown as FileManager | undefined;
  const { id, title, filename, extname, mimetype, path, storageId } = row;
  try {
    if (!manager) throw new Error('no file manager');
    // Without `url`: whoever may make a row could name any address in it, and the server would fetch that.
    const { stream } = await manager.getFileStream({
      id,
      title,
      filename,
      extname,
      mimetype,
      path: path ?? '',
      storageId,
    });
    return stream;
  } catch (cause) {
    throw new MailError('permanent', 'hostFileUnreadable', { who: 'administrator', cause });
  }
}
