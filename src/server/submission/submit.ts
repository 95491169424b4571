/** Sending from code: other plugins, workflows and REST clients. One call, which may be repeated without sending twice. */
import { Readable } from 'node:stream';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { findOwned, requireOwned } from '../access/owned';
import { draftInput } from './draftInput';
import { createDraft, editDraft, ownedOutbox } from './drafts';
import { cleanContentType, cleanFileName } from './headers';
import { idempotencyKeyOf, makeOnce, rowOfKey } from './once';
import { readOutbox, stepOutbox, type OutboxRow, type SpooledFile } from './outbox';
import { createQueued, needsNoSpool, scheduleDraft } from './queue';
import { attachmentsTooLarge, roomLeft, withRoom } from './limits';
import { newSpoolFile, removeSpoolFile, spoolStream } from './spool';
import { largestOf } from './upload';

/** A file of {@link submitMail}: base64 as REST sends it, or bytes and streams from code. */
export interface SubmittedFile {
  filename: string;
  contentType?: string;
  content: string | Buffer | Readable;
}

const MOST_FILES = 100;
/** The same call at the same time gets in the way so often at most. */
const MOST_TRIES = 100;

/**
 * Queues a mail of a user. With the key of an earlier call nothing new happens: the row of that call is returned, whatever became of it.
 * @param values SubmitInput (src/shared/types) as it came; `accountId` may be left out: the user's first account that can send
 * @throws MailError permanent `invalidInput` (params.field) | `noAccountToSend` | `notFound` | `attachmentsTooLarge` | `spoolFull` |
 * those of sending a draft
 */
export async function submitMail(
  mail: MailContext,
  viewer: Viewer,
  values: Record<string, unknown>,
): Promise<OutboxRow> {
  const key = idempotencyKeyOf(values.idempotencyKey);
  const sendAt = values.sendAt === undefined || values.sendAt === null ? mail.now() : timeOf(values.sendAt);
  const files = filesOf(values.attachments);
  const at = files.length === 0 ? sendAt : null;
  const begun = await rowOfKey(mail, viewer, key);
  const row = begun ?? (await create(mail, viewer, key, values, at));
  if (wasQueued(row)) return begun ? whatBecameOf(mail, viewer, row) : row;
  // An earlier call stopped half way, and its time may have passed since.
  const leaves = begun && sendAt < mail.now() ? mail.now() : sendAt;
  try {
    if (files.length > 0) await takeFiles(mail, viewer, row, files);
    return await queue(mail, viewer, row.id, leaves);
  } catch (thrown) {
    // The same call at the same time was quicker.
    const now = await ownedOutbox(mail, viewer, row.id);
    if (wasQueued(now)) return now;
    throw toMailError(thrown);
  }
}

/** Queued by an earlier call, or taken back by its author since. */
const wasQueued = ({ state, messageId }: OutboxRow): boolean => state !== 'draft' || messageId !== null;

/** The row as it is true: what waits in an account that is being removed never leaves, whether or not a worker has said so yet. */
async function whatBecameOf(mail: MailContext, viewer: Viewer, row: OutboxRow): Promise<OutboxRow> {
  if (row.state !== 'queued' || (await findOwned(mail, viewer, 'mailAccounts', row.accountId))) return row;
  const lastError = new MailError('permanent', 'accountDisconnected').toView();
  await stepOutbox(mail, row, 'giveUp', { lastError });
  return (await readOutbox(mail, row.id)) ?? { ...row, state: 'failed', lastError };
}

/** Puts the files into the spool and on the draft. An earlier call may have stopped half way: its files are replaced, not joined. */
async function takeFiles(
  mail: MailContext,
  viewer: Viewer,
  row: OutboxRow,
  files: readonly SubmittedFile[],
): Promise<void> {
  const largest = await largestOf(mail, viewer, row.accountId);
  let replaced: SpooledFile[] = [];
  await withRoom(mail, viewer.userId, { most: roomLeft([], largest), known: sizeOf(files) }, async (room) => {
    const spooled = await spoolFiles(mail, row, files, largest, room);
    try {
      await editDraft(mail, viewer, row.id, (now) => {
        if (wasQueued(now)) throw new MailError('permanent', 'outboxChanged');
        const kept = now.attachments.filter(({ source }) => source);
        replaced = now.attachments.filter((file) => !kept.includes(file));
        return { attachments: [...kept, ...spooled] };
      });
    } catch (thrown) {
      await removeFiles(mail, row, spooled);
      throw thrown;
    }
  });
  await removeFiles(mail, row, replaced);
}

/** Octets of all of them; of a stream nobody knows. */
function sizeOf(files: readonly SubmittedFile[]): number | undefined {
  let octets = 0;
  for (const { content } of files) {
    if (content instanceof Readable) return undefined;
    octets += typeof content === 'string' ? Buffer.byteLength(content, 'base64') : content.length;
  }
  return octets;
}

/** Queues the draft, whose files the same call may have replaced by its own, equal ones at the same time. */
async function queue(mail: MailContext, viewer: Viewer, id: string, sendAt: Date): Promise<OutboxRow> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await scheduleDraft(mail, viewer, id, sendAt);
    } catch (thrown) {
      if (attempt === MOST_TRIES || toMailError(thrown).code !== 'outboxChanged') throw thrown;
      const now = await ownedOutbox(mail, viewer, id);
      if (wasQueued(now)) return now;
    }
  }
}

async function removeFiles(mail: MailContext, row: OutboxRow, files: readonly { id: string }[]): Promise<void> {
  for (const { id } of files) await removeSpoolFile(mail, row.id, id);
}

/**
 * A draft; or a queued mail, where it has all that it needs: that is one commit instead of two.
 * @param sendAt null where files are to come
 */
async function create(
  mail: MailContext,
  viewer: Viewer,
  idempotencyKey: string,
  values: Record<string, unknown>,
  sendAt: Date | null,
): Promise<OutboxRow> {
  const accountId = values.accountId ?? (await accountToSend(mail, viewer));
  const given = draftInput({ ...values, accountId });
  const html = given.html === null ? null : (await editorHtml(mail, given.html, false)).html;
  const input = { ...given, html, idempotencyKey };
  return makeOnce(mail, viewer, idempotencyKey, async () => {
    if (sendAt && needsNoSpool(input)) return createQueued(mail, viewer, input, sendAt);
    await requireOwned(mail, viewer, 'mailAccounts', input.accountId);
    if (input.inReplyTo) await requireOwned(mail, viewer, 'mailMessages', input.inReplyTo.messageId);
    return createDraft(mail, viewer, input, input);
  });
}

/** @throws MailError permanent `noAccountToSend` */
async function accountToSend(mail: MailContext, viewer: Viewer): Promise<string> {
  const rows = await mail.db
    .getCollection('mailAccounts')
    .model.findAll({ where: { userId: viewer.userId, state: 'active' }, order: [['id', 'ASC']] });
  const able = rows.find((row) => !row.get('sendBlocked')) ?? rows[0];
  if (!able) throw new MailError('permanent', 'noAccountToSend');
  return String(able.get('id'));
}

const invalid = (field: string) => new MailError('permanent', 'invalidInput', { params: { field } });

function timeOf(value: unknown): Date {
  const at = new Date(value instanceof Date || typeof value === 'string' ? value : NaN);
  if (Number.isNaN(at.getTime())) throw invalid('sendAt');
  return at;
}

function filesOf(value: unknown): SubmittedFile[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MOST_FILES) throw invalid('attachments');
  return value.map((entry: unknown) => {
    const { filename, contentType, content } = (entry ?? {}) as Record<string, unknown>;
    const readable = typeof content === 'string' || Buffer.isBuffer(content) || content instanceof Readable;
    if (typeof filename !== 'string' || !readable) throw invalid('attachments');
    return { filename, contentType: typeof contentType === 'string' ? contentType : '', content };
  });
}

async function spoolFiles(
  mail: MailContext,
  row: OutboxRow,
  files: readonly SubmittedFile[],
  largest: number,
  quota: number,
): Promise<SpooledFile[]> {
  const spooled: SpooledFile[] = [];
  try {
    for (const { filename, contentType, content } of files) {
      const used = spooled.reduce((sum, file) => sum + file.size, 0);
      const room = Math.min(roomLeft(spooled, largest), quota - used);
      const { id, folder } = await newSpoolFile(mail, row.id);
      const file = { id, filename: cleanFileName(filename), contentType: cleanContentType(contentType ?? ''), size: 0 };
      spooled.push(file);
      file.size = await spoolStream(streamOf(content), `${folder}/${id}`, room);
    }
    return spooled;
  } catch (thrown) {
    await removeFiles(mail, row, spooled);
    throw toMailError(thrown).code === 'messageTooLarge' ? attachmentsTooLarge(largest) : thrown;
  }
}

function streamOf(content: SubmittedFile['content']): Readable {
  if (content instanceof Readable) return content;
  return Readable.from([typeof content === 'string' ? Buffer.from(content, 'base64') : content]);
}
