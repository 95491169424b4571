/** Delivers what an account has due, under its delivery lease: one submission at a time, each leaving its row in a true state. */
import { BaseError, Op } from 'sequelize';
import { LIVE_EVENTS, MINUTE } from '../../shared/constants';
import type { AddressView, ErrorView } from '../../shared/types';
import { withLogin } from '../accounts/credentials';
import { withLease, type Lease } from '../accounts/lease';
import { readSettings } from '../accounts/settings';
import { changeRows } from '../changeRows';
import type { MailContext } from '../context';
import { loggable, MailError, toMailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { readRows } from '../readRows';
import { composeMessage, lacksText, messageSize, textOfHtml, type Composition } from './compose';
import { dueRows, holdDue } from './due';
import { gatherQueued } from './gather';
import { envelopeRecipients, newMessageId, wireAddress } from './headers';
import { followUp } from './left';
import { largestMessage } from './limits';
import { smtpLine, type SmtpLine } from './line';
import { changeOutbox, findOutbox, outboxModel, stepOutbox, type OutboxRow } from './outbox';
import { afterAttempt, afterCrash, blocksSending, concernsAccount, type Outcome } from './outcome';
import { accountObstacle } from './queue';
import { earlierEnd, endOfSent, settleUncertain } from './sentCopy';
import { openSmtp } from './smtp';
import { diskFailure, missingFile, spooledPath } from './spool';

interface SendingAccount {
  id: string;
  userId: string;
  state: string;
  from: AddressView;
  sendBlocked: boolean;
  /** Octets; null while unknown. */
  largestMessage: number | null;
}

/**
 * Recovers what a crash left, submits what is due, and settles what is uncertain. Does nothing while another worker holds the lease.
 * @param stopping aborts submissions whose end has not left
 */
export async function deliverAccount(mail: MailContext, accountId: string, stopping: AbortSignal): Promise<void> {
  await withLease(mail, accountId, 'delivery', async (lease) => {
    await recover(mail, lease);
    const signal = AbortSignal.any([stopping, lease.signal]);
    await deliverDue(mail, lease, signal);
    const account = await readAccount(mail, accountId);
    const complete = await gatherQueued(mail, accountId, largestMessage(account?.largestMessage), signal);
    if (complete > 0) await deliverDue(mail, lease, signal);
    if (!signal.aborted) await settleUncertain(mail, accountId);
  });
}

async function deliverDue(mail: MailContext, lease: Lease, signal: AbortSignal): Promise<void> {
  const { accountId } = lease;
  let left = await paceLeft(mail, accountId);
  let unopened: MailError | undefined;
  const line = smtpLine((called) =>
    withLogin(mail, accountId, 'smtp', (login) => {
      called();
      return openSmtp(login, { signal });
    }).catch((thrown: unknown) => {
      // A mistake of ours may be that of one moment.
      if (thrown instanceof MailError) unopened = thrown;
      throw thrown;
    }),
  );
  try {
    for (const row of await dueRows(mail, accountId)) {
      // The others are found again by the next look.
      if (signal.aborted || left-- <= 0) return;
      const failed = await deliverOne(mail, lease, line, row, signal);
      // What kept the connection from being opened, token included, keeps all of them.
      if (failed && (failed.error === unopened || concernsAccount(failed.error))) {
        return await holdDue(mail, accountId, failed.error, failed.until);
      }
    }
  } finally {
    await line.close();
  }
}

/** How many mails may leave now: Exchange delays what exceeds its limit, and other programs of the user send too. */
async function paceLeft(mail: MailContext, accountId: string): Promise<number> {
  const { messagesPerMinute } = await readSettings(mail);
  const since = new Date(mail.now().getTime() - MINUTE);
  const left = await outboxModel(mail).count({ where: { accountId, endingAt: { [Op.gt]: since } } });
  return messagesPerMinute - left;
}

/** Rows in `sending` that no living worker holds: we have the lease, and they carry an older epoch. */
async function recover(mail: MailContext, lease: Lease): Promise<void> {
  const stranded = await findOutbox(mail, { accountId: lease.accountId, state: 'sending' });
  for (const row of stranded) {
    if (row.deliveryEpoch === lease.epoch) continue;
    const { event, values } = afterCrash(row, mail.now());
    // The old worker may be about to commit `endingAt`: whoever comes first wins, since both compare it.
    const expected = { deliveryEpoch: row.deliveryEpoch, ended: row.endingAt !== null };
    if (await stepOutbox(mail, row, event, values, expected)) {
      mail.log.warn('stranded submission recovered', { outboxId: row.id, event });
    }
  }
}

/** Why a mail did not leave, and how long it waits; null where it does not. */
interface Failure {
  error: MailError;
  until: Date | null;
}

/** @returns null where nothing failed */
async function deliverOne(
  mail: MailContext,
  lease: Lease,
  line: SmtpLine,
  row: OutboxRow,
  signal: AbortSignal,
): Promise<Failure | null> {
  const started = Date.now();
  const account = await readAccount(mail, row.accountId);
  const obstacle = accountObstacle(account?.state);
  if (!account || obstacle) return obstacle && { error: obstacle, until: null };
  // Its token is read before the mail is claimed, since a commit would keep that waiting.
  await line.open();
  const sentBefore = earlierEnd(row.sentBefore, await endOfSent(mail, row.accountId));
  // That may have taken long.
  if (signal.aborted) return null;
  const attempts = row.attempts + 1;
  const claim = { deliveryEpoch: lease.epoch, attempts, sentBefore, endingAt: null, nextAttemptAt: null };
  if (!(await stepOutbox(mail, row, 'start', claim, { version: row.version }))) return null;
  const { largestMessage: largestBefore } = account;
  const outcome = await attempt(mail, lease, line, account, row, signal);
  const failed = outcome.kind === 'failed' ? outcome.error : null;
  // Somebody else holds the mail now and will say what became of it.
  if (failed?.code === 'leaseLost') return { error: failed, until: null };
  const { event, values } = afterAttempt(outcome, { attempts, sendAt: row.sendAt ?? mail.now(), now: mail.now() });
  const done =
    (await stepOutbox(mail, row, event, values, { deliveryEpoch: lease.epoch })) ||
    // Held for lost meanwhile, by who could not know.
    (outcome.kind === 'accepted' && (await stepOutbox(mail, row, 'arrived', values)));
  mail.log.info('submission', {
    accountId: row.accountId,
    outboxId: row.id,
    outcome: done ? event : 'overtaken',
    code: failed?.code,
    durationMs: Date.now() - started,
  });
  if (account.largestMessage !== largestBefore) {
    const { largestMessage: said } = account;
    await changeRows(mail, 'mailAccounts', { largestMessage: said }, { id: account.id });
  }
  if (done && outcome.kind === 'accepted') await followUp(mail, row);
  await afterwards(mail, account, outcome);
  return failed && { error: failed, until: values.nextAttemptAt ?? null };
}

async function attempt(
  mail: MailContext,
  lease: Lease,
  line: SmtpLine,
  account: SendingAccount,
  row: OutboxRow,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const lost = await missingFile(mail, row.id, row.attachments);
    if (lost) throw new MailError('permanent', 'attachmentMissing', { params: { filename: lost.filename } });
    const composition = compositionOf(mail, account, { ...row, text: await textOf(mail, row) });
    const envelope = {
      from: wireAddress(account.from.address) ?? account.from.address,
      to: envelopeRecipients(row),
      size: messageSize(composition),
    };
    const beforeFinalChunk = () => announceEnd(mail, lease, row);
    const onLargest = (octets: number | null) => void (account.largestMessage = octets);
    return await line.submit(envelope, () => composeMessage(composition), { beforeFinalChunk, onLargest, signal });
  } catch (thrown) {
    const error = diskFailure(thrown) ?? databaseFailure(thrown) ?? toMailError(thrown);
    if (error.code === 'bug') {
      mail.log.error('submission broke', { outboxId: row.id, error: loggable(thrown) });
    }
    if (error.code === 'spoolUnavailable') {
      mail.log.warn('attached file not read', {
        outboxId: row.id,
        reason: (error.cause as NodeJS.ErrnoException).code,
      });
    }
    return { kind: 'failed', error };
  }
}

/** The mail was certainly not taken, and nothing is wrong with it. Null for any other failure. */
function databaseFailure(thrown: unknown): MailError | null {
  return thrown instanceof BaseError ? new MailError('transient', 'databaseBusy', { cause: thrown }) : null;
}

/** The plain text, made of the html where there is none; a mail may also do without. @throws MailError transient `htmlBusy` */
async function textOf(mail: MailContext, row: OutboxRow): Promise<string> {
  if (row.html === null || row.text.trim()) return row.text;
  if (!lacksText(row)) return textOfHtml(row.html);
  try {
    return (await editorHtml(mail, row.html, true)).text ?? '';
  } catch (thrown) {
    if (toMailError(thrown).kind === 'transient') throw thrown;
    return '';
  }
}

/** From this commit on a loss is `uncertain`. @throws MailError transient `leaseLost` */
async function announceEnd(mail: MailContext, lease: Lease, row: OutboxRow): Promise<void> {
  const ours = { state: 'sending', deliveryEpoch: lease.epoch } as const;
  if (lease.signal.aborted || !(await changeOutbox(mail, row.id, ours, { endingAt: mail.now() }))) {
    throw new MailError('transient', 'leaseLost');
  }
}

function compositionOf(mail: MailContext, account: SendingAccount, row: OutboxRow): Composition {
  return {
    from: account.from,
    to: row.to,
    cc: row.cc,
    subject: row.subject,
    html: row.html,
    text: row.text,
    messageId: row.messageId ?? newMessageId(account.from.address),
    date: mail.now(),
    threading: row.threading,
    attachments: row.attachments.map((file) => ({ ...file, path: spooledPath(mail, row.id, file.id) })),
  };
}

/** What an outcome means for the account. */
async function afterwards(mail: MailContext, account: SendingAccount, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'accepted' && account.sendBlocked) await setSendBlocked(mail, account, null);
  if (outcome.kind === 'failed' && blocksSending(outcome.error)) {
    await setSendBlocked(mail, account, outcome.error.toView());
  }
  if (outcome.kind !== 'failed') {
    // The server files the copy; sync brings it.
    await changeRows(mail, 'mailAccounts', { nextSyncAt: mail.now() }, { id: account.id });
    mail.wake('sync', account.id);
  }
}

const SENDING = ['id', 'userId', 'state', 'displayName', 'address', 'largestMessage', 'sendBlocked'];

/** Without a model: the server is called only after this. */
async function readAccount(mail: MailContext, id: string): Promise<SendingAccount | null> {
  const [row] = await readRows(mail, 'mailAccounts', { attributes: SENDING, where: { id } });
  if (!row) return null;
  return {
    id: String(row.id),
    userId: String(row.userId),
    state: row.state as string,
    from: { name: (row.displayName as string | null) ?? '', address: row.address as string },
    largestMessage: Number(row.largestMessage) || null,
    sendBlocked: row.sendBlocked !== null && row.sendBlocked !== undefined && row.sendBlocked !== 'null',
  };
}

async function setSendBlocked(mail: MailContext, account: SendingAccount, view: ErrorView | null): Promise<void> {
  await changeRows(mail, 'mailAccounts', { sendBlocked: view, updatedAt: mail.now() }, { id: account.id });
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });
}
