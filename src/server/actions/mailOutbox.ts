/** HTTP actions of `mailOutbox`: drafts, sending, and what became of it. Every id is looked up among the viewer's own. */
import { SECOND } from '../../shared/constants';
import { OUTBOX_TRANSITIONS, type OutboxState } from '../../shared/states';
import { readSettings } from '../accounts/settings';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { downloadHeaders } from '../messages/download';
import { isYes } from '../messages/threads';
import { fileName, fileRef, requireFile } from '../records/files';
import { openHostFile } from '../records/storage';
import {
  listOutbox,
  openFile,
  ownedOutbox,
  removeAttachment,
  removeOutbox,
  saveDraft,
  saveDraftOnce,
} from '../submission/drafts';
import { draftInput, draftVersion } from '../submission/draftInput';
import { idempotencyKeyOf } from '../submission/once';
import { outboxView, type OutboxRow } from '../submission/outbox';
import { cancelSending, resolveUncertain, retrySending, scheduleDraft, sendDraft } from '../submission/queue';
import { submitMail } from '../submission/submit';
import { takeFile } from '../submission/takeFile';
import { receiveAttachment } from '../submission/upload';
import type { ActionDefinition, ActionDefinitions, ActionRequest } from './action';
import { prepareOutbox } from './prepareOutbox';

/** An action that answers with the row. */
const withRow = (run: (request: ActionRequest, mail: MailContext) => Promise<OutboxRow>): ActionDefinition => ({
  access: 'loggedIn',
  handler: async (request, mail) => outboxView(await run(request, mail)),
});

function stateOf(value: unknown): OutboxState | undefined {
  return typeof value === 'string' && value in OUTBOX_TRANSITIONS ? (value as OutboxState) : undefined;
}

/** When a scheduled mail leaves. @throws MailError permanent `invalidInput` */
function timeOf(value: unknown): Date {
  const at = new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(at.getTime())) throw new MailError('permanent', 'invalidInput', { params: { field: 'sendAt' } });
  return at;
}

export const mailOutbox: ActionDefinitions = {
  /** ?state= · newest first, of what is sent the last 200, without html and text. */
  list: {
    access: 'loggedIn',
    handler: async ({ viewer, params }, mail) =>
      (await listOutbox(mail, viewer, stateOf(params.state))).map(outboxView),
  },
  get: withRow(({ viewer, id }, mail) => ownedOutbox(mail, viewer, id)),
  /**
   * POST OutboxInput; filterByTk to change a draft, with the `version` it was made from to overwrite nothing unseen. Without filterByTk, the
   * same `idempotencyKey` again answers with the same row.
   */
  save: withRow(({ viewer, id, values }, mail) => {
    const input = draftInput(values);
    const { version, idempotencyKey = null } = values;
    if (id || idempotencyKey === null) return saveDraft(mail, viewer, id, input, draftVersion(version));
    return saveDraftOnce(mail, viewer, idempotencyKeyOf(idempotencyKey), input);
  }),
  /** Multipart field `file`, ?filterByTk= &inline=1 for an image of the text */
  upload: withRow(({ viewer, id, ctx, params }, mail) =>
    receiveAttachment(mail, viewer, id, ctx, isYes(params.inline)),
  ),
  /** POST {file: HostFileRef}, ?filterByTk= · a file of the host, read with the viewer's permissions */
  attach: withRow(async ({ viewer, id, values, ctx }, mail) => {
    // Whose draft it is comes first: the rest tells nothing to others.
    await ownedOutbox(mail, viewer, id);
    const row = await requireFile(ctx, fileRef(values.file));
    return takeFile(mail, viewer, id, {
      filename: fileName(row),
      contentType: String(row.mimetype ?? ''),
      size: Number(row.size ?? 0) || 0,
      open: () => openHostFile(ctx, row),
    });
  }),
  /** ?filterByTk= &fileId= → the bytes */
  file: {
    access: 'loggedIn',
    handler: async ({ viewer, id, params, ctx }, mail) => {
      const { stream, filename, contentType } = await openFile(mail, viewer, id, String(params.fileId ?? ''));
      ctx.set(downloadHeaders(filename, contentType));
      ctx.withoutDataWrapping = true;
      stream.once('error', () => ctx.res.destroy());
      ctx.body = stream;
    },
  },
  /** POST {attachmentId}, ?filterByTk= */
  removeAttachment: withRow(({ viewer, id, values }, mail) =>
    removeAttachment(mail, viewer, id, String(values.attachmentId ?? '')),
  ),
  send: withRow(async ({ viewer, id }, mail) => {
    const { undoSeconds } = await readSettings(mail);
    return sendDraft(mail, viewer, id, new Date(mail.now().getTime() + undoSeconds * SECOND));
  }),
  /** POST {sendAt: ISO 8601} */
  schedule: withRow(({ viewer, id, values }, mail) => scheduleDraft(mail, viewer, id, timeOf(values.sendAt))),
  /** POST SubmitInput: a mail from code in one call; the same idempotencyKey again answers with the same row. */
  submit: withRow(({ viewer, values }, mail) => submitMail(mail, viewer, values)),
  cancel: withRow(({ viewer, id }, mail) => cancelSending(mail, viewer, id)),
  retry: withRow(({ viewer, id }, mail) => retrySending(mail, viewer, id)),
  /** POST {arrived: boolean} */
  resolve: withRow(({ viewer, id, values }, mail) => {
    if (typeof values.arrived !== 'boolean')
      throw new MailError('permanent', 'invalidInput', { params: { field: 'arrived' } });
    return resolveUncertain(mail, viewer, id, values.arrived);
  }),
  remove: {
    access: 'loggedIn',
    handler: async ({ viewer, id }, mail) => {
      await removeOutbox(mail, viewer, id);
      return { id };
    },
  },
  /** POST {messageId, kind: reply | replyAll | forward, timeZone?} → OutboxInput for the composer; nothing is stored. */
  prepare: { access: 'loggedIn', handler: prepareOutbox },
};
