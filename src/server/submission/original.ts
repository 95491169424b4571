/** What an answer takes along from the message it answers: looked up when it is written, fetched into the spool when it is queued. */
import { rename, stat, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { storedBody } from '../messages/bodies';
import { readBody } from '../messages/body';
import { openDownload } from '../messages/download';
import { requireMessage } from '../messages/rows';
import type { OutboxInput } from '../../shared/types';
import { cleanContentType, cleanFileName } from './headers';
import { originalFiles, originalOf, referredContentIds } from './images';
import type { OutboxRow, SpooledFile } from './outbox';
import { diskFailure, newFileId, newSpoolFile, spooledPath, spoolStream } from './spool';

type Answered = NonNullable<OutboxInput['inReplyTo']>;

/**
 * Files that an answer takes along, none of them fetched yet.
 * @param forward whether attachments come along too: only when the draft is made, since its author may take them off later
 * @param has files that are known already
 * @throws MailError permanent `notFound` for a message that is not the viewer's | those of reading a body, for a forward
 */
export async function filesOfOriginal(
  mail: MailContext,
  viewer: Viewer,
  answered: Answered,
  html: string | null,
  { forward, has }: { forward: boolean; has: readonly SpooledFile[] },
): Promise<SpooledFile[]> {
  const kind = forward ? answered.kind : 'reply';
  const asked = referredContentIds(html).some((id) => originalOf(id)?.messageId === answered.messageId);
  if (!asked && kind !== 'forward') return [];
  await requireMessage(mail, viewer, answered.messageId);
  let body = await storedBody(mail, answered.messageId);
  if (!body && kind === 'forward') {
    await readBody(mail, viewer, answered.messageId, false);
    body = await storedBody(mail, answered.messageId);
  }
  const known = new Set(has.flatMap(({ source }) => source?.part ?? []));
  const parts = (body?.attachments ?? []).filter(({ part }) => !known.has(part));
  return originalFiles({ ...answered, kind }, parts, html, newFileId).map((file) => ({
    ...file,
    filename: cleanFileName(file.filename),
    contentType: cleanContentType(file.contentType),
  }));
}

/** A file of a draft or submission as its author looks at it, from the spool or, before it is fetched, from the original. */
export async function openFromOriginal(mail: MailContext, viewer: Viewer, file: SpooledFile): Promise<Readable> {
  const { messageId, part } = file.source ?? {};
  if (!messageId || !part) throw new MailError('permanent', 'notFound');
  return (await openDownload(mail, viewer, messageId, part)).stream;
}

/**
 * Fetches one file into the spool, piece by piece; one that lies there already is taken as it is, since it got its name when it was whole.
 * @param most octets it may have
 * @returns its size
 * @throws MailError permanent `originalGone` | `attachmentsTooLarge` | transient `spoolUnavailable` | those of a download that are worth another try
 */
export async function fetchFile(
  mail: MailContext,
  row: Pick<OutboxRow, 'id' | 'userId'>,
  file: SpooledFile,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  const place = spooledPath(mail, row.id, file.id);
  const there = await stat(place).catch(() => null);
  if (there) return there.size;
  const { folder } = await newSpoolFile(mail, row.id).catch(rethrow);
  const unfinished = `${folder}/${newFileId()}.part`;
  const source = await openFromOriginal(mail, { userId: row.userId }, file).catch((thrown: unknown) => {
    throw gone(thrown, file);
  });
  let octets: number;
  try {
    octets = await spoolStream(source, unfinished, most, signal);
  } catch (thrown) {
    await unlink(unfinished).catch(() => undefined);
    throw toMailError(thrown).code === 'bug' ? new MailError('transient', 'connectionLost', { cause: thrown }) : thrown;
  }
  await rename(unfinished, place).catch(rethrow);
  return octets;
}

function rethrow(thrown: unknown): never {
  throw diskFailure(thrown) ?? thrown;
}

/** A message or part that is not there will not come back: said with the file's name, since its author can take it off. */
function gone(thrown: unknown, file: SpooledFile): MailError {
  const error = toMailError(thrown);
  return ['notFound', 'messageGone', 'attachmentMissing', 'partMissing'].includes(error.code)
    ? new MailError('permanent', 'originalGone', { params: { filename: file.filename } })
    : error;
}
