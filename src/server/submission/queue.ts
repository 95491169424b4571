/** From a draft to a mail that is due, and back: send, schedule, take back, try again, settle. Everything is scoped to the viewer. */
import { DAY, MINUTE } from '../../shared/constants';
import type { OutboxEvent } from '../../shared/states';
import type { OutboxInput } from '../../shared/types';
import { findOwned, requireOwnedColumns } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import type { RawRow } from '../readRows';
import { spoolDataImages } from './dataImages';
import { ownedOutbox } from './drafts';
import { envelopeRecipients, newMessageId, threadingOf, type Threading } from './headers';
import { filesToSend, withoutMissingImages } from './images';
import { settleSent } from './left';
import { checkSize, largestMessage } from './limits';
import {
  changeOutbox,
  outboxModel,
  outboxRowOf,
  pushOutbox,
  stepOutbox,
  type OutboxRow,
  type OutboxValues,
} from './outbox';
import { removeSpoolFile } from './spool';

/**
 * Queues a draft, or a failed mail as it is. Sending twice is sending once; a mail that waits for a later time leaves at the earlier one.
 * @param sendAt when it leaves: after the undo time
 * @throws MailError permanent `notFound` | `recipientsMissing` | `recipientInvalid` | `tooManyRecipients` | `messageTooLarge` |
 * an account that cannot send
 */
export async function sendDraft(mail: MailContext, viewer: Viewer, id: string, sendAt: Date): Promise<OutboxRow> {
  const row = await ownedOutbox(mail, viewer, id);
  if (row.state === 'sending') return row;
  if (row.state !== 'queued') return queueDraft(mail, viewer, row, sendAt);
  return row.sendAt && row.sendAt > sendAt ? moveTo(mail, viewer, row, sendAt) : row;
}

/**
 * Queues a draft to leave at a time, or gives a waiting mail another one.
 * @param sendAt at most a year ahead
 * @throws MailError permanent `invalidInput` (sendAt) | `outboxChanged` | as {@link sendDraft}
 */
export async function scheduleDraft(mail: MailContext, viewer: Viewer, id: string, sendAt: Date): Promise<OutboxRow> {
  const row = await ownedOutbox(mail, viewer, id);
  checkTime(mail, sendAt);
  return row.state === 'queued' ? moveTo(mail, viewer, row, sendAt) : queueDraft(mail, viewer, row, sendAt);
}

/** @throws MailError permanent `invalidInput` (sendAt) */
function checkTime(mail: MailContext, sendAt: Date): void {
  const ahead = sendAt.getTime() - mail.now().getTime();
  if (!(ahead > -MINUTE && ahead < 366 * DAY))
    throw new MailError('permanent', 'invalidInput', { params: { field: 'sendAt' } });
}

/** Gives a waiting mail another time. @throws MailError permanent `outboxChanged` when it is leaving already */
async function moveTo(mail: MailContext, viewer: Viewer, { id }: OutboxRow, sendAt: Date): Promise<OutboxRow> {
  const moved = await changeWaiting(mail, viewer, id, (row) => {
    const values: OutboxValues = { sendAt, nextAttemptAt: null, lastError: null, version: row.version + 1 };
    return changeOutbox(mail, id, { state: 'queued', version: row.version }, values);
  });
  if (!moved) throw new MailError('permanent', 'outboxChanged');
  pushOutbox(mail, moved);
  mail.wake('deliver', moved.accountId);
  return moved;
}

/**
 * Changes a waiting mail, again where it was changed at the same moment without having left: its files are fetched while it waits.
 * @param change of the newest row; whether it happened
 * @returns the row as it is then, or null when it does not wait any more
 */
async function changeWaiting(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  change: (row: OutboxRow) => Promise<boolean>,
): Promise<OutboxRow | null> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const row = await ownedOutbox(mail, viewer, id);
    if (row.state !== 'queued') return null;
    if (await change(row)) return ownedOutbox(mail, viewer, id);
  }
  return null;
}

async function queueDraft(mail: MailContext, viewer: Viewer, row: OutboxRow, sendAt: Date): Promise<OutboxRow> {
  const values: OutboxValues = { ...(await queuedValues(mail, viewer, row, sendAt)), version: row.version + 1 };
  // A failed one that was opened and is sent as it is.
  const event = row.state === 'failed' ? 'retry' : 'send';
  if (!(await stepOutbox(mail, row, event, values, { version: row.version }))) {
    throw new MailError('permanent', 'outboxChanged');
  }
  mail.wake('deliver', row.accountId);
  for (const { id } of row.attachments.filter((file) => !values.attachments?.includes(file))) {
    await removeSpoolFile(mail, row.id, id);
  }
  return ownedOutbox(mail, viewer, row.id);
}

/** Whether a mail can be created as a queued one: nothing of it lies, or has to be put, into the spool first. */
export const needsNoSpool = ({ html, inReplyTo }: Pick<OutboxInput, 'html' | 'inReplyTo'>): boolean =>
  !inReplyTo && !hasDataImages(html ?? null);

/**
 * Creates a mail that is queued from the start, in one commit; see {@link needsNoSpool}.
 * @param input its html made safe
 * @throws MailError as {@link scheduleDraft}
 */
export async function createQueued(
  mail: MailContext,
  viewer: Viewer,
  input: Required<OutboxInput> & { idempotencyKey: string },
  sendAt: Date,
): Promise<OutboxRow> {
  checkTime(mail, sendAt);
  const row = { ...input, id: mail.newId(), userId: viewer.userId, attachments: [] };
  const values = { ...row, ...(await queuedValues(mail, viewer, row, sendAt)), state: 'queued' };
  const created = await outboxModel(mail).create(values, { hooks: false });
  pushOutbox(mail, row);
  mail.wake('deliver', row.accountId);
  return outboxRowOf(created.get({ plain: true }) as Record<string, unknown>);
}

type Unsent = Pick<OutboxRow, 'id' | 'accountId' | 'to' | 'cc' | 'bcc' | 'html' | 'text' | 'attachments' | 'inReplyTo'>;

/** What a mail gets when it is queued, after everything that could refuse it. */
async function queuedValues(mail: MailContext, viewer: Viewer, row: Unsent, sendAt: Date): Promise<OutboxValues> {
  const account = await sendingAccount(mail, viewer, row.accountId);
  envelopeRecipients(row);
  const images = row.html && hasDataImages(row.html) ? await spoolDataImages(mail, row.id, row.html) : null;
  const files = [...row.attachments, ...(images?.files ?? [])];
  const written = images?.html ?? row.html;
  const html = written && withoutMissingImages(written, files);
  const attachments = filesToSend(files, html);
  checkSize({ html, text: row.text, attachments }, largestMessage(account.largestMessage));
  return {
    messageId: newMessageId(String(account.address ?? '')),
    threading: await threadingFor(mail, viewer, row),
    html,
    attachments,
    filesWanted: attachments.some(({ source }) => source),
    sendAt,
    ...FRESH_ATTEMPT,
  };
}

const hasDataImages = (html: string | null): boolean => html?.includes('src="data:') ?? false;

const FRESH_ATTEMPT: OutboxValues = { nextAttemptAt: null, attempts: 0, endingAt: null, lastError: null };

/** Takes a queued mail back. @throws MailError permanent `notFound` | `tooLateToCancel` */
export async function cancelSending(mail: MailContext, viewer: Viewer, id: string): Promise<OutboxRow> {
  const cancelled = await changeWaiting(mail, viewer, id, (row) => {
    const values: OutboxValues = { ...FRESH_ATTEMPT, sendAt: null, version: row.version + 1 };
    return stepOutbox(mail, row, 'cancel', values, { version: row.version });
  });
  const now = cancelled ?? (await ownedOutbox(mail, viewer, id));
  if (now.state !== 'draft') throw new MailError('permanent', 'tooLateToCancel');
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
  if (!(await settleSent(mail, row))) throw new MailError('permanent', 'outboxChanged');
  return ownedOutbox(mail, viewer, id);
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

/** Resuming the account is heard of; it is looked at anyway from time to time. */
const LOOK_WHILE_PAUSED = 10 * MINUTE;

/** Why an account cannot send whatever the mail is; null when it may try. */
export function accountObstacle(state: unknown): MailError | null {
  switch (state) {
    case 'active':
      return null;
    case 'paused':
      return new MailError('permanent', 'accountPaused', { retryAfterMs: LOOK_WHILE_PAUSED });
    case 'reauthorize':
      return new MailError('reauthorize', 'accountReauthorize');
    default:
      return new MailError('permanent', 'accountDisconnected');
  }
}

async function sendingAccount(mail: MailContext, viewer: Viewer, accountId: string): Promise<RawRow> {
  const columns = ['state', 'address', 'largestMessage'];
  const account = await requireOwnedColumns(mail, viewer, 'mailAccounts', accountId, columns);
  const obstacle = accountObstacle(account.state);
  if (obstacle) throw obstacle;
  return account;
}

/** Threading headers of the answered message; null when it is gone or has no usable id. */
async function threadingFor(
  mail: MailContext,
  viewer: Viewer,
  row: Pick<OutboxRow, 'inReplyTo'>,
): Promise<Threading | null> {
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
