/** Sending from code: other plugins, workflows and REST clients. One call, which may be repeated without sending twice. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UniqueConstraintError } from 'sequelize';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { requireOwned } from '../access/owned';
import { draftInput } from './draftInput';
import { createDraft, editDraft, ownedOutbox } from './drafts';
import { cleanContentType, cleanFileName } from './headers';
import { findOutbox, type OutboxRow, type SpooledFile } from './outbox';
import { createQueued, needsNoSpool, scheduleDraft } from './queue';
import { attachmentsTooLarge, quotaLeft, roomLeft } from './limits';
import { newSpoolFile } from './spool';
import { largestOf } from './upload';

/** A file of {@link submitMail}: base64 as REST sends it, or bytes and streams from code. */
export interface SubmittedFile {
  filename: string;
  contentType?: string;
  content: string | Buffer | Readable;
}

const MOST_FILES = 100;

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
  const key = keyOf(values.idempotencyKey);
  const sendAt = values.sendAt === undefined || values.sendAt === null ? mail.now() : timeOf(values.sendAt);
  const files = filesOf(values.attachments);
  const at = files.length === 0 ? sendAt : null;
  const row = (await byKey(mail, viewer, key)) ?? (await create(mail, viewer, key, values, at));
  // Queued by an earlier call, or taken back by its author since.
  if (row.state !== 'draft' || row.messageId !== null) return row;
  try {
    const { accountId } = row;
    const spooled = await spoolFiles(mail, viewer, row, files, await largestOf(mail, viewer, accountId));
    if (spooled.length > 0) {
      // An earlier call may have stopped half way: its files are replaced, not joined.
      await editDraft(mail, viewer, row.id, ({ attachments }) => ({
        attachments: [...attachments.filter(({ source }) => source), ...spooled],
      }));
    }
    return await scheduleDraft(mail, viewer, row.id, sendAt);
  } catch (thrown) {
    // The same call at the same time was quicker.
    const now = await ownedOutbox(mail, viewer, row.id);
    if (now.state !== 'draft') return now;
    throw toMailError(thrown);
  }
}

async function byKey(mail: MailContext, viewer: Viewer, idempotencyKey: string): Promise<OutboxRow | null> {
  return (await findOutbox(mail, { userId: viewer.userId, idempotencyKey }))[0] ?? null;
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
  try {
    if (sendAt && needsNoSpool(input)) return await createQueued(mail, viewer, input, sendAt);
    await requireOwned(mail, viewer, 'mailAccounts', input.accountId);
    if (input.inReplyTo) await requireOwned(mail, viewer, 'mailMessages', input.inReplyTo.messageId);
    return await createDraft(mail, viewer, input, input);
  } catch (thrown) {
    if (!(thrown instanceof UniqueConstraintError)) throw thrown;
    const other = await byKey(mail, viewer, idempotencyKey);
    if (!other) throw thrown;
    return other;
  }
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

function keyOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(value)) throw invalid('idempotencyKey');
  return value;
}

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
  viewer: Viewer,
  row: OutboxRow,
  files: readonly SubmittedFile[],
  largest: number,
): Promise<SpooledFile[]> {
  if (files.length === 0) return [];
  const quota = await quotaLeft(mail, viewer.userId);
  const spooled: SpooledFile[] = [];
  for (const { filename, contentType, content } of files) {
    const { id, folder } = await newSpoolFile(mail, row.id);
    const place = `${folder}/${id}`;
    const bytes = typeof content === 'string' ? Buffer.from(content, 'base64') : content;
    await pipeline(Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes, createWriteStream(place, { mode: 0o600 }));
    const { size } = await stat(place);
    const used = spooled.reduce((sum, file) => sum + file.size, size);
    if (size > roomLeft(spooled, largest) || used > quota) throw attachmentsTooLarge(largest);
    const type = cleanContentType(contentType ?? '');
    spooled.push({ id, filename: cleanFileName(filename), contentType: type, size });
  }
  return spooled;
}
