/**
 * Settles uncertain mail by its copy in Sent. A copy proves that the server took the message; its absence proves nothing, so nothing
 * else is concluded here. Exchange files the copy itself: there is no APPEND.
 */
import { Op } from 'sequelize';
import { HOUR } from '../../shared/constants';
import { withStringIds } from '../../shared/ids';
import { withLogin } from '../accounts/credentials';
import type { MailContext } from '../context';
import { toMailError } from '../errors';
import { mailboxStatus } from '../imap/mailbox';
import { headersSince } from '../imap/sentHeaders';
import { withSession } from '../imap/session';
import { cleanMessageId } from './headers';
import { settleSent } from './left';
import { changeOutbox, findOutbox, type OutboxRow } from './outbox';
import { nextLook } from './outcome';

/** Ids of a message in Sent. */
export interface SentIds {
  messageId: string | null;
  /** X-Microsoft-Original-Message-ID. */
  originalMessageId: string | null;
}

interface SentMailbox {
  id: string;
  path: string;
  uidValidity: number | null;
  uidNext: number | null;
}

/**
 * The copy of a mail among messages in Sent: by our id, by the server's, or by ours kept beside the server's. Pure.
 * Anybody may reuse an id, but nobody else files mail in this Sent.
 */
export function findCopy<T extends SentIds>(
  row: Pick<OutboxRow, 'messageId' | 'serverMessageId'>,
  sent: readonly T[],
): T | null {
  const ids = [row.messageId, row.serverMessageId].map(cleanMessageId).filter((id) => id !== null);
  const matches = (id: string | null) => {
    const clean = cleanMessageId(id);
    return clean !== null && ids.includes(clean);
  };
  return sent.find(({ messageId, originalMessageId }) => matches(messageId) || matches(originalMessageId)) ?? null;
}

/**
 * Where Sent ends before a mail is submitted: UIDVALIDITY and UIDNEXT. What sync learnt last is good enough, since an older end only
 * means more to look through; the server is asked only when sync has not been there yet.
 * @returns null when it cannot be had; the mail is sent all the same
 */
export async function endOfSent(mail: MailContext, accountId: string): Promise<OutboxRow['sentBefore']> {
  try {
    const mailbox = await sentMailbox(mail, accountId);
    if (!mailbox) return null;
    const { uidValidity, uidNext } = mailbox;
    if (uidValidity && uidNext) return { uidValidity, uidNext };
    const status = await withLogin(mail, accountId, 'imap', (login) =>
      withSession(login, mail.log, (session) => mailboxStatus(session, mailbox.path)),
    );
    return { uidValidity: status.uidValidity, uidNext: status.uidNext };
  } catch (error) {
    mail.log.info('end of Sent not known', { accountId, code: toMailError(error).code });
    return null;
  }
}

/** The older of two ends of the same mailbox: a copy of an earlier attempt is one of this mail too. */
export function earlierEnd(known: OutboxRow['sentBefore'], current: OutboxRow['sentBefore']): OutboxRow['sentBefore'] {
  if (!known || !current) return current ?? known;
  return known.uidValidity === current.uidValidity && known.uidNext < current.uidNext ? known : current;
}

/** Looks for the copies of all uncertain mail of an account that is due for a look. */
export async function settleUncertain(mail: MailContext, accountId: string): Promise<void> {
  const due = await findOutbox(
    mail,
    { accountId, state: 'uncertain', nextAttemptAt: { [Op.lte]: mail.now() } },
    { order: [['endingAt', 'ASC']], limit: 50 },
  );
  if (due.length === 0) return;
  const mailbox = await sentMailbox(mail, accountId);
  const open: OutboxRow[] = [];
  for (const row of due) {
    const copy = mailbox && findCopy(row, await storedSince(mail, mailbox, row));
    if (copy) await settle(mail, row, copy);
    else open.push(row);
  }
  const sent = mailbox ? await lookAtServer(mail, accountId, mailbox, open) : [];
  for (const row of open) {
    const copy = findCopy(row, sent);
    if (copy) await settle(mail, row, copy);
    else await changeOutbox(mail, row.id, { state: 'uncertain' }, { nextAttemptAt: nextLook(since(row), mail.now()) });
  }
}

const since = (row: OutboxRow) => row.endingAt ?? row.sendAt ?? row.updatedAt;

async function settle(mail: MailContext, row: OutboxRow, copy: SentIds): Promise<void> {
  const named = cleanMessageId(copy.messageId);
  const serverMessageId = named === row.messageId ? row.serverMessageId : named;
  await settleSent(mail, row, { sentAt: since(row), serverMessageId });
}

async function sentMailbox(mail: MailContext, accountId: string): Promise<SentMailbox | null> {
  const found = await mail.db.getCollection('mailboxes').model.findOne({ where: { accountId, role: 'sent' } });
  if (!found) return null;
  const row = withStringIds(found.get({ plain: true }) as Record<string, unknown>);
  const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  return {
    id: row.id as string,
    path: row.path as string,
    uidValidity: number(row.uidValidity),
    uidNext: number(row.uidNext),
  };
}

/** What sync stored of Sent since the mail was submitted. */
async function storedSince(mail: MailContext, mailbox: SentMailbox, row: OutboxRow): Promise<SentIds[]> {
  const before = row.sentBefore;
  const bound =
    before && before.uidValidity === mailbox.uidValidity
      ? { uidValidity: before.uidValidity, uid: { [Op.gte]: before.uidNext } }
      : { internalDate: { [Op.gte]: new Date(since(row).getTime() - HOUR) } };
  const rows = await mail.db.getCollection('mailMessages').model.findAll({
    where: { mailboxId: mailbox.id, ...bound },
    attributes: ['messageId', 'originalMessageId'],
    limit: 5000,
  });
  return rows.map((message) => message.get({ plain: true }) as SentIds);
}

/**
 * What the server has, when sync has not been there or does not sync Sent: one look for all of the mails, from the oldest end that was
 * noted. A failure only means to look again later.
 */
async function lookAtServer(
  mail: MailContext,
  accountId: string,
  mailbox: SentMailbox,
  rows: readonly OutboxRow[],
): Promise<SentIds[]> {
  const ends = rows.flatMap(({ sentBefore }) => sentBefore ?? []);
  const found: SentIds[] = [];
  for (const uidValidity of new Set(ends.map((end) => end.uidValidity))) {
    const uidNext = Math.min(...ends.filter((end) => end.uidValidity === uidValidity).map((end) => end.uidNext));
    try {
      const sent = await withLogin(mail, accountId, 'imap', (login) =>
        withSession(login, mail.log, (session) => headersSince(session, mailbox.path, uidValidity, uidNext)),
      );
      found.push(...sent);
    } catch (error) {
      mail.log.info('Sent could not be looked at', { accountId, code: toMailError(error).code });
    }
  }
  return found;
}
