/** What the author writes: drafts, their files, what is thrown away. Everything is scoped to the viewer. */
import type { Readable } from 'node:stream';
import { createReadStream } from 'node:fs';
import { Op } from 'sequelize';
import { outboxStep, type OutboxState } from '../../shared/states';
import type { OutboxInput } from '../../shared/types';
import { findOwned, ownedAccount, requireOwned } from '../access/owned';
import { ofNone, ownerlessAccounts } from '../access/ownerless';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { removeSpool } from '../spoolFolder';
import { filesOfOriginal, openFromOriginal } from './original';
import { makeOnce, rowOfKey } from './once';
import { changeOutbox, outboxModel, outboxRowOf, pushOutbox, type OutboxRow, type OutboxValues } from './outbox';
import { missingFile, removeSpoolFile, spooledPath } from './spool';

/** The viewer's row. @throws MailError permanent `notFound`, for foreign and forged ids too */
export async function ownedOutbox(mail: MailContext, viewer: Viewer, id: unknown): Promise<OutboxRow> {
  return outboxRowOf(await requireOwned(mail, viewer, 'mailOutbox', id));
}

/** Rows of a list at most: those that are sent grow without end, and their author has nothing to do about them. */
const MOST_SENT = 200;
const MOST_UNSENT = 2000;

/** The viewer's rows, newest first and without their bodies. Whatever he has sent since, what is not sent stays in sight. */
export async function listOutbox(mail: MailContext, viewer: Viewer, state?: OutboxState): Promise<OutboxRow[]> {
  const ownerless = await ownerlessAccounts(mail);
  const newest = async (state: OutboxState | { [Op.ne]: OutboxState }, limit: number) => {
    const rows = await outboxModel(mail).findAll({
      where: { [Op.and]: [{ userId: viewer.userId, state }, ofNone(mail, 'mailOutbox', ownerless)] },
      attributes: { exclude: ['html', 'text'] },
      order: [['updatedAt', 'DESC']],
      limit,
    });
    return rows.map((row) => outboxRowOf(row.get({ plain: true }) as Record<string, unknown>));
  };
  if (state) return newest(state, state === 'sent' ? MOST_SENT : MOST_UNSENT);
  const [sent, unsent] = await Promise.all([newest('sent', MOST_SENT), newest({ [Op.ne]: 'sent' }, MOST_UNSENT)]);
  return [...sent, ...unsent].sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
}

/**
 * Creates a draft, or changes one; a failed mail becomes a draft again. A new forward takes the attachments of its original along, and
 * any answer the images of the original that its html shows; they are fetched when the mail is queued.
 * @param id empty for a new draft
 * @param version of the draft that `input` was made from; null changes whatever is there
 * @throws MailError permanent `notFound` (account, draft or answered message is not the viewer's) | `outboxNotEditable` |
 * `outboxChanged` (it has another version by now) | `invalidInput` (html) | transient `htmlBusy`
 */
export async function saveDraft(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  input: Required<OutboxInput> & { idempotencyKey?: string },
  version: number | null = null,
): Promise<OutboxRow> {
  await ownedAccount(mail, viewer, input.accountId);
  const before = id ? await ownedOutbox(mail, viewer, id) : null;
  const answered = input.inReplyTo && (await findOwned(mail, viewer, 'mailMessages', input.inReplyTo.messageId));
  // It may be deleted while it is being answered: what was written is kept.
  if (input.inReplyTo && !answered && before?.inReplyTo?.messageId !== input.inReplyTo.messageId) {
    throw new MailError('permanent', 'notFound');
  }
  const html = input.html === null ? null : (await editorHtml(mail, input.html, false)).html;
  const values = { ...input, html };
  if (!before) return createDraft(mail, viewer, input, values);
  const has = before.attachments;
  const files =
    input.inReplyTo && answered
      ? await filesOfOriginal(mail, viewer, input.inReplyTo, html, { forward: false, has })
      : [];
  return editDraft(mail, viewer, id, ({ attachments, version: stored }) => {
    if (version !== null && version !== stored) throw new MailError('permanent', 'outboxChanged');
    const known = new Set(attachments.flatMap(({ source }) => source?.part ?? []));
    const fresh = files.filter(({ source }) => !known.has(source?.part ?? ''));
    return fresh.length > 0 ? { ...values, attachments: [...attachments, ...fresh] } : values;
  });
}

/**
 * Creates a draft as {@link saveDraft} does. With the key of an earlier call nothing is stored: the row of that one is returned as it is
 * now, whatever became of it.
 */
export async function saveDraftOnce(
  mail: MailContext,
  viewer: Viewer,
  idempotencyKey: string,
  input: Required<OutboxInput>,
): Promise<OutboxRow> {
  const made = await rowOfKey(mail, viewer, idempotencyKey);
  // It may be of an account that is being removed.
  if (made) return ownedOutbox(mail, viewer, made.id);
  return makeOnce(mail, viewer, idempotencyKey, () => saveDraft(mail, viewer, '', { ...input, idempotencyKey }));
}

/** A new draft. @param values what is stored, its html made safe */
export async function createDraft(
  mail: MailContext,
  viewer: Viewer,
  { accountId, inReplyTo }: Pick<Required<OutboxInput>, 'accountId' | 'inReplyTo'>,
  values: OutboxValues & { idempotencyKey?: string },
): Promise<OutboxRow> {
  const attachments = inReplyTo
    ? await filesOfOriginal(mail, viewer, inReplyTo, values.html ?? null, { forward: true, has: [] })
    : [];
  const draft = { id: mail.newId(), userId: viewer.userId, accountId };
  const created = await outboxModel(mail).create(
    { ...values, ...draft, state: 'draft', attachments },
    { hooks: false },
  );
  pushOutbox(mail, draft);
  return outboxRowOf(created.get({ plain: true }) as Record<string, unknown>);
}

/**
 * Changes a draft whoever else is changing it: what `change` returns is made of the newest row.
 * @throws MailError permanent `notFound` | `outboxNotEditable` | whatever `change` throws
 */
export async function editDraft(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  change: (row: OutboxRow) => OutboxValues,
): Promise<OutboxRow> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const row = await ownedOutbox(mail, viewer, id);
    if (row.state !== 'draft' && row.state !== outboxStep('edit').from) break;
    const values: OutboxValues = { ...change(row), state: 'draft', version: row.version + 1, lastError: null };
    if (await changeOutbox(mail, row.id, { state: row.state, version: row.version }, values)) {
      pushOutbox(mail, row);
      return ownedOutbox(mail, viewer, id);
    }
  }
  throw new MailError('permanent', 'outboxNotEditable');
}

/** Throws a draft or a failed mail away, its files too. @throws MailError permanent `notFound` | `outboxNotRemovable` */
export async function removeOutbox(mail: MailContext, viewer: Viewer, id: string): Promise<void> {
  const row = await ownedOutbox(mail, viewer, id);
  const removed = await outboxModel(mail).destroy({
    where: { id: row.id, userId: viewer.userId, state: ['draft', 'failed'] },
    hooks: false,
  });
  if (removed === 0) throw new MailError('permanent', 'outboxNotRemovable');
  pushOutbox(mail, row);
  await removeSpool(mail, row.id);
}

/** Takes a file off a draft. @throws MailError permanent `notFound` | `outboxNotEditable` */
export async function removeAttachment(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  fileId: string,
): Promise<OutboxRow> {
  const row = await editDraft(mail, viewer, id, ({ attachments }) => {
    if (!attachments.some((file) => file.id === fileId)) throw new MailError('permanent', 'notFound');
    return { attachments: attachments.filter((file) => file.id !== fileId) };
  });
  await removeSpoolFile(mail, row.id, fileId);
  return row;
}

/**
 * The bytes of a file of a mail that has not left yet.
 * @throws MailError permanent `notFound` | those of a download where it still lies in the mailbox
 */
export async function openFile(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  fileId: string,
): Promise<{ stream: Readable; filename: string; contentType: string }> {
  const row = await ownedOutbox(mail, viewer, id);
  const file = row.attachments.find((one) => one.id === fileId);
  if (!file) throw new MailError('permanent', 'notFound');
  const missing = await missingFile(mail, row.id, [file]);
  const stream = missing
    ? await openFromOriginal(mail, viewer, file)
    : createReadStream(spooledPath(mail, row.id, file.id));
  return { stream, filename: file.filename, contentType: file.contentType };
}
