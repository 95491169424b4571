/** Where files of drafts and submissions lie: in a private folder, one folder for each row. What is in them is told in submission/spool.ts. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { rowIdOf } from '../shared/ids';
import type { MailContext } from './context';
import { MailError } from './errors';

type Storage = Pick<MailContext, 'storagePath'>;

/** The folder that holds one folder for each row with files. */
export const spoolFolder = (mail: Storage): string => path.join(mail.storagePath, 'spool');

/** The folder of an outbox row. @throws MailError permanent `notFound` for an id that cannot be one */
export function spoolFolderOf(mail: Storage, outboxId: string): string {
  if (!rowIdOf(outboxId)) throw new MailError('permanent', 'notFound');
  return path.join(spoolFolder(mail), outboxId);
}

/** Removes all files of a row. */
export async function removeSpool(mail: Storage, outboxId: string): Promise<void> {
  await rm(spoolFolderOf(mail, outboxId), { recursive: true, force: true });
}
