/** Files of drafts and submissions, in a private folder: never under a public URL, never in a row. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PLUGIN_NAME } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { spoolFolderOf } from '../spoolFolder';

/**
 * Where an app keeps its private files. Several apps may share one storage, and each sweeps from its folder what it does not know;
 * the main one has the folder of the plugin.
 */
export function privateFolder(storage: string, appName: string): string {
  const folder = path.join(storage, PLUGIN_NAME);
  return appName === 'main' ? folder : path.join(folder, `app-${encodeURIComponent(appName)}`);
}

/** Where a spooled file lies. @throws MailError permanent `notFound` for an id that cannot be one */
export function spooledPath(mail: Pick<MailContext, 'storagePath'>, outboxId: string, fileId: string): string {
  if (!/^[0-9a-f]{32}$/.test(fileId)) throw new MailError('permanent', 'notFound');
  return path.join(spoolFolderOf(mail, outboxId), fileId);
}

/** A fresh place in the spool; the folder exists afterwards. */
export async function newSpoolFile(
  mail: Pick<MailContext, 'storagePath'>,
  outboxId: string,
): Promise<{ id: string; folder: string }> {
  const folder = spoolFolderOf(mail, outboxId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { id: newFileId(), folder };
}

/** A fresh name of a file in the spool. */
export const newFileId = (): string => randomBytes(16).toString('hex');

/**
 * Writes a stream to a place in the spool, piece by piece.
 * @param most octets it may have, whatever anybody said of its size
 * @returns its size
 * @throws MailError permanent `messageTooLarge`, or what the stream breaks with; what was written is left to the caller
 */
export async function spoolStream(
  source: Readable,
  place: string,
  most: number,
  signal?: AbortSignal,
): Promise<number> {
  let octets = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      octets += chunk.length;
      if (octets <= most) return done(null, chunk);
      done(new MailError('permanent', 'messageTooLarge', { params: { megabytes: Math.floor(most / 1024 / 1024) } }));
    },
  });
  await pipeline(source, bounded, createWriteStream(place, { mode: 0o600 }), { signal });
  return octets;
}

/** Removes one file; a missing one is fine. */
export async function removeSpoolFile(
  mail: Pick<MailContext, 'storagePath'>,
  outboxId: string,
  fileId: string,
): Promise<void> {
  await unlink(spooledPath(mail, outboxId, fileId)).catch(ignoreMissing);
}

const MISSING: readonly unknown[] = ['ENOENT', 'ENOTDIR'];

/** What the disk refuses now it may do later: one that is full, or that lies elsewhere on the network. Null for any other failure. */
export function diskFailure(thrown: unknown): MailError | null {
  const fromSystem = thrown instanceof Error && 'syscall' in thrown;
  return fromSystem ? new MailError('transient', 'spoolUnavailable', { who: 'administrator', cause: thrown }) : null;
}

/** The first of the files that is not there, or null. @throws MailError transient `spoolUnavailable` where nobody can tell */
export async function missingFile<T extends { id: string }>(
  mail: Pick<MailContext, 'storagePath'>,
  outboxId: string,
  files: readonly T[],
): Promise<T | null> {
  for (const file of files) {
    const there = await access(spooledPath(mail, outboxId, file.id)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (MISSING.includes(error.code)) return false;
        throw diskFailure(error) ?? error;
      },
    );
    if (!there) return file;
  }
  return null;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
