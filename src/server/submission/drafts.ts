/** What the author does with a mail: write, send, take back, try again, settle, throw away. Everything is scoped to the viewer. */
import { DAY, MINUTE } from '../../shared/constants';
import { outboxStep, type OutboxEvent, type OutboxState } from '../../shared/states';
import type { OutboxInput } from '../../shared/types';
import { ownedAccount, requireOwned, findOwned, type Row } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { envelopeRecipients, newMessageId, threadingOf, type Threading } from './headers';
import {
  changeOutbox,
  outboxModel,
  outboxRowOf,
  pushOutbox,
  stepOutbox,
  type OutboxRow,
  type OutboxValues,
} from './outbox';
import { removeSpool, removeSpoolFile } from './spool';

/** The viewer's row. @throws MailError permanent `notFound`, for foreign and forged ids too */
export async function ownedOutbox(mail: MailContext, viewer: Viewer, id: unknown): Promise<OutboxRow> {
  return outboxRowOf(await requireOwned(mail, viewer, 'mailOutbox', id));
}

/** The viewer's newest rows, without their bodies. */
export async function listOutbox(mail: MailContext, viewer: Viewer, state?: OutboxState): Promise<OutboxRow[]> {
  const rows = await outboxModel(mail).findAll({
    where: { userId: viewer.userId, ...(state && { state }) },
    attributes: { exclude: ['html', 'text'] },
    order: [['updatedAt', 'DESC']],
    limit: 200,
  });
  return rows.map((row) => outboxRowOf(row.get({ plain: true }) as Record<string, unknown>));
}

/**
 * Creates a draft, or changes one; a failed mail becomes a draft again.
 * @param id empty for a new draft
 * @throws MailError permanent `notFound` (account, draft or answered message is not the viewer's) | `outboxNotEditable` |
 * `invalidInput` (html) | transient `htmlBusy`
 */
export async function saveDraft(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  input: Required<OutboxInput>,
): Promise<OutboxRow> {
  await ownedAccount(mail, viewer, input.accountId);
  if (input.inReplyTo) await requireOwned(mail, viewer, 'mailMessages', input.inReplyTo.messageId);
  const html = input.html === null ? null : (await editorHtml(mail, input.html, false)).html;
  const values: OutboxValues = { ...input, html };
  if (id) return editDraft(mail, viewer, id, () => values);
  const draft = { id: mail.newId(), userId: viewer.userId, accountId: input.accountId };
  await outboxModel(mail).create({ ...values, ...draft, state: 'draft', attachments: [] }, { hooks: false });
  pushOutbox(mail, draft);
  return ownedOutbox(mail, viewer, draft.id);
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

/**
 * Queues a draft. Sending twice is sending once.
 * @param sendAt when it leaves: after the undo time, or as scheduled; at most a year ahead
 * @throws MailError permanent `notFound` | `invalidInput` | `recipientsMissing` | `recipientInvalid` | `tooManyRecipients` | an account that cannot send
 */
export async function sendDraft(mail: MailContext, viewer: Viewer, id: string, sendAt: Date): Promise<OutboxRow> {
  const row = await ownedOutbox(mail, viewer, id);
  if (row.state === 'queued' || row.state === 'sending') return row;
  const account = await sendingAccount(mail, viewer, row.accountId);
  envelopeRecipients(row);
  const ahead = sendAt.getTime() - mail.now().getTime();
  if (!(ahead > -MINUTE && ahead < 366 * DAY))
    throw new MailError('permanent', 'invalidInput', { params: { field: 'sendAt' } });
  const values: OutboxValues = {
    messageId: newMessageId(String(account.address ?? '')),
    threading: await threadingFor(mail, viewer, row),
    sendAt,
    ...FRESH_ATTEMPT,
    version: row.version + 1,
  };
  if (!(await stepOutbox(mail, row, 'send', values, { version: row.version }))) {
    throw new MailError('permanent', 'outboxChanged');
  }
  mail.wake('deliver', row.accountId);
  return ownedOutbox(mail, viewer, id);
}

const FRESH_ATTEMPT: OutboxValues = { nextAttemptAt: null, attempts: 0, endingAt: null, lastError: null };

/** Takes a queued mail back. @throws MailError permanent `notFound` | `tooLateToCancel` */
export async function cancelSending(mail: MailContext, viewer: Viewer, id: string): Promise<OutboxRow> {
  const row = await ownedOutbox(mail, viewer, id);
  const values: OutboxValues = { ...FRESH_ATTEMPT, sendAt: null, version: row.version + 1 };
  const cancelled = await stepOutbox(mail, row, 'cancel', values, { version: row.version });
  const now = await ownedOutbox(mail, viewer, id);
  if (!cancelled && now.state !== 'draft') throw new MailError('permanent', 'tooLateToCancel');
  return now;
}

/** Sends a failed mail again as it is. @throws MailError permanent `notFound` | `outboxChanged` | an account that cannot send */
export async function retrySending(mail: MailContext, viewer: Viewer, id: string): Promise<OutboxRow> {
  return sendOnceMore(mail, viewer, id, 'retry');
}

/**
 * Settles an uncertain mail as its author decides.
 * @param arrived true: it is sent; false: it is sent once more, under the same Message-ID, by which many servers drop a double
 * @throws MailError permanent `notFound` | `outboxChanged`
 */
export async function resolveUncertain(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  arrived: boolean,
): Promise<OutboxRow> {
  if (!arrived) return sendOnceMore(mail, viewer, id, 'sendAgain');
  const row = await ownedOutbox(mail, viewer, id);
  const values: OutboxValues = { sentAt: row.endingAt ?? mail.now(), nextAttemptAt: null, lastError: null };
  if (!(await stepOutbox(mail, row, 'arrived', values))) throw new MailError('permanent', 'outboxChanged');
  await removeSpool(mail, row.id);
  return ownedOutbox(mail, viewer, id);
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

async function sendOnceMore(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  event: Extract<OutboxEvent, 'retry' | 'sendAgain'>,
): Promise<OutboxRow> {
  const row = await ownedOutbox(mail, viewer, id);
  await sendingAccount(mail, viewer, row.accountId);
  envelopeRecipients(row);
  if (!(await stepOutbox(mail, row, event, { ...FRESH_ATTEMPT, sendAt: mail.now() }))) {
    throw new MailError('permanent', 'outboxChanged');
  }
  mail.wake('deliver', row.accountId);
  return ownedOutbox(mail, viewer, id);
}

/** Why an account cannot send whatever the mail is; null when it may try. */
export function accountObstacle(state: unknown): MailError | null {
  switch (state) {
    case 'active':
      return null;
    case 'paused':
      return new MailError('permanent', 'accountPaused');
    case 'reauthorize':
      return new MailError('reauthorize', 'accountReauthorize');
    default:
      return new MailError('permanent', 'accountDisconnected');
  }
}

async function sendingAccount(mail: MailContext, viewer: Viewer, accountId: string): Promise<Row> {
  const account = await ownedAccount(mail, viewer, accountId);
  const obstacle = accountObstacle(account.state);
  if (obstacle) throw obstacle;
  return account;
}

/** Threading headers of the answered message; null when it is gone or has no usable id. */
async function threadingFor(mail: MailContext, viewer: Viewer, row: OutboxRow): Promise<Threading | null> {
  const answered = row.inReplyTo && (await findOwned(mail, viewer, 'mailMessages', row.inReplyTo.messageId));
  if (!row.inReplyTo || !answered) return null;
  const references: unknown =
    typeof answered.references === 'string' ? JSON.parse(answered.references) : answered.references;
  return threadingOf(
    {
      messageId: answered.messageId as string | null,
      inReplyTo: answered.inReplyTo as string | null,
      references: Array.isArray(references) ? references.filter((id) => typeof id === 'string') : null,
    },
    row.inReplyTo.kind,
  );
}
