/** Matches delivery failures among newly stored mail to what was sent. Sync stores rows, this looks at them: they meet nowhere else. */
import type { Readable } from 'node:stream';
import { Op } from 'sequelize';
import { DAY, LIVE_EVENTS } from '../../../shared/constants';
import { withStringIds } from '../../../shared/ids';
import type { BounceView } from '../../../shared/types';
import { withLease } from '../../accounts/lease';
import type { MailContext } from '../../context';
import { loggable, toMailError } from '../../errors';
import { storedBody } from '../../messages/bodies';
import { readBody } from '../../messages/body';
import { openDownload } from '../../messages/download';
import { cleanMessageId } from '../headers';
import { settleSent } from '../left';
import { changeOutbox, findOutbox, outboxModel, pushOutbox, type OutboxRow } from '../outbox';
import {
  idsInText,
  idsOfReturned,
  isReportSender,
  reportedRecipients,
  SENDER_PATTERNS,
  type ReportedRecipient,
} from './report';

/** A failure comes back within this time; most servers give up after two to five days. */
const LONGEST_WAIT = 8 * DAY;
const ROUND = 30;
/** Octets of a part that are read. */
const LONGEST_PART = 128 * 1024;
const MOST_SHOWN = 20;

interface Report {
  id: string;
  userId: string;
  inReplyTo: unknown;
  references: unknown;
  internalDate: unknown;
  fromAddress: string;
}

/** Looks at the accounts that sent lately; safe to call from several processes. */
export async function lookForReports(mail: MailContext): Promise<void> {
  const rows = await outboxModel(mail).findAll({
    where: { state: ['sent', 'uncertain'], endingAt: { [Op.gt]: new Date(mail.now().getTime() - LONGEST_WAIT) } },
    attributes: ['accountId'],
    group: ['accountId'],
  });
  for (const accountId of rows.map((row) => String(row.get('accountId')))) {
    const reports = await unreadReports(mail, accountId);
    if (reports.length === 0) continue;
    // Whoever held the lease a moment ago may have taken some of them: what is noted twice is there once.
    await withLease(mail, accountId, 'delivery', () => takeAll(mail, accountId, reports)).catch((error: unknown) =>
      mail.log.warn('delivery reports not read', { accountId, error: loggable(error) }),
    );
  }
}

async function takeAll(mail: MailContext, accountId: string, reports: readonly Report[]): Promise<void> {
  for (const report of reports) {
    try {
      await take(mail, accountId, report);
    } catch (thrown) {
      const error = toMailError(thrown);
      if (error.code === 'bug') mail.log.error('delivery report broke', { accountId, error: loggable(thrown) });
      // The mailbox cannot be read now: later. What cannot be read at all is left behind.
      else if (error.kind !== 'permanent') return;
    }
    await messages(mail).update({ reportRead: true }, { where: { id: report.id }, hooks: false, silent: true });
  }
}

const messages = (mail: MailContext) => mail.db.getCollection('mailMessages').model;

/** Mail of servers that was not looked at yet, oldest first. */
async function unreadReports(mail: MailContext, accountId: string): Promise<Report[]> {
  const accounts = mail.db.getCollection('mailAccounts').model;
  const account = await accounts.findOne({ where: { id: accountId }, attributes: ['userId'] });
  if (!account) return [];
  const rows = await messages(mail).findAll({
    where: {
      accountId,
      userId: account.get('userId') as string,
      vanishedAt: null,
      internalDate: { [Op.gt]: new Date(mail.now().getTime() - LONGEST_WAIT) },
      reportRead: null,
      fromAddress: { [Op.or]: SENDER_PATTERNS.map((pattern) => ({ [Op.like]: pattern })) },
    },
    attributes: ['id', 'userId', 'inReplyTo', 'references', 'internalDate', 'fromAddress'],
    order: [['id', 'ASC']],
    limit: ROUND,
  });
  return rows.map((row) => withStringIds(row.get({ plain: true })) as unknown as Report);
}

async function take(mail: MailContext, accountId: string, report: Report): Promise<void> {
  if (!isReportSender(report.fromAddress)) return;
  const viewer = { userId: report.userId };
  const text = (await readBody(mail, viewer, report.id, false)).text;
  const parts = (await storedBody(mail, report.id))?.attachments ?? [];
  const partOf = async (types: RegExp): Promise<string | null> => {
    const found = parts.find(({ contentType }) => types.test(contentType));
    return found ? beginningOf((await openDownload(mail, viewer, report.id, found.part)).stream) : null;
  };
  const status = await partOf(/^message\/(?:global-)?delivery-status$/);
  const returned = await partOf(/^(?:message\/(?:rfc822|global)|(?:text|message)\/(?:rfc822|global)-headers)$/);
  const recipients = reportedRecipients(status ?? '');
  const failed = recipients.filter(({ action }) => action === 'failed');
  // A report of a delay or of success is none of failure; a letter without a report tells by what it returns.
  if (status !== null && failed.length === 0) return;
  const ids = returned === null ? [] : idsOfReturned(returned);
  // What a letter answers says nothing without a report: a person may sit there, or a notice of absence.
  const answered = status === null ? [] : referencesOf(report);
  const named = ids.length > 0 ? ids : [...answered, ...idsInText(text)];
  const [row] = await sentWith(mail, accountId, named);
  if (row) await note(mail, row, report, failed);
}

function referencesOf({ inReplyTo, references }: Report): string[] {
  const list: unknown = typeof references === 'string' ? JSON.parse(references) : references;
  const all = [inReplyTo, ...(Array.isArray(list) ? list : [])];
  return all
    .flatMap((id) => (typeof id === 'string' ? (id.match(/<[^<>]+>/g) ?? []) : []))
    .map(cleanMessageId)
    .filter((id) => id !== null);
}

async function sentWith(mail: MailContext, accountId: string, ids: string[]): Promise<OutboxRow[]> {
  if (ids.length === 0) return [];
  const state = ['sent', 'uncertain'];
  return findOutbox(mail, { accountId, state, [Op.or]: [{ messageId: ids }, { serverMessageId: ids }] }, { limit: 1 });
}

async function note(mail: MailContext, row: OutboxRow, report: Report, failed: ReportedRecipient[]): Promise<void> {
  if (row.bounces.some(({ messageId }) => messageId === report.id)) return;
  const bounce: BounceView = {
    messageId: report.id,
    recipients: failed.slice(0, MOST_SHOWN).map(({ address }) => address),
    status: failed.find(({ status }) => status)?.status ?? null,
    at: new Date(report.internalDate as string | Date).toISOString(),
  };
  // It came back, so the server had taken it.
  if (row.state === 'uncertain') await settleSent(mail, row);
  await changeOutbox(mail, row.id, {}, { bounces: [...row.bounces, bounce].slice(-MOST_SHOWN) });
  mail.log.info('delivery failure matched', { outboxId: row.id });
  pushOutbox(mail, row);
  // It is shown on the message in Sent too, in whatever conversation that lies.
  mail.push(row.userId, LIVE_EVENTS.thread, { accountId: row.accountId });
}

/** The beginning of a part as text; the rest is not waited for. */
async function beginningOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    octets += chunk.length;
    if (octets >= LONGEST_PART) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_PART).toString('utf8');
}
