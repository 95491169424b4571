/** Counters of threads: recomputed from their messages in the transaction that changed them, never incremented. */
import type { Transaction } from 'sequelize';
import type { AddressView, MailboxRole } from '../../shared/types';
import type { MailContext } from '../context';
import { chunks, dateOf, flagOf, groupBy, shown, shownMailboxOf, table, wantedOf, type Values } from './rows';
import { insertRows } from './store/bulk';
import { readRows } from '../readRows';

/** The fields of a message that its thread shows. */
export interface ThreadMember {
  threadId: string;
  mailboxId: string | null;
  internalDate: Date;
  /** Settles the order of messages of one second. */
  uid: number;
  /** As shown: the user's wish where the server does not have it yet. */
  seen: boolean;
  flagged: boolean;
  hasAttachments: boolean;
  subject: string;
  from: AddressView | null;
  preview: string | null;
}

export interface ThreadSummary {
  subject: string;
  participants: AddressView[];
  preview: string;
  messageCount: number;
  flagged: boolean;
  hasAttachments: boolean;
  lastDate: Date | null;
  mailboxes: Map<string, { lastDate: Date; messageCount: number; unreadCount: number }>;
}

const MAX_PARTICIPANTS = 8;

/** What a list shows of one thread. Pure. */
export function summariseThread(members: readonly ThreadMember[]): ThreadSummary {
  const oldestFirst = [...members].sort((a, b) => a.internalDate.getTime() - b.internalDate.getTime() || a.uid - b.uid);
  const newest = oldestFirst.at(-1);
  const participants = new Map<string, AddressView>();
  for (const { from } of oldestFirst) {
    const key = (from?.address || from?.name || '').toLowerCase();
    if (from && key && !participants.has(key)) participants.set(key, from);
  }
  const mailboxes: ThreadSummary['mailboxes'] = new Map();
  for (const { mailboxId, internalDate, seen } of oldestFirst) {
    if (mailboxId === null) continue;
    const part = mailboxes.get(mailboxId) ?? { lastDate: internalDate, messageCount: 0, unreadCount: 0 };
    mailboxes.set(mailboxId, {
      lastDate: internalDate,
      messageCount: part.messageCount + 1,
      unreadCount: part.unreadCount + (seen ? 0 : 1),
    });
  }
  return {
    subject: oldestFirst.find(({ subject }) => subject)?.subject ?? '',
    participants: [...participants.values()].slice(0, MAX_PARTICIPANTS),
    preview: newest?.preview ?? '',
    messageCount: members.length,
    flagged: members.some(({ flagged }) => flagged),
    hasAttachments: members.some(({ hasAttachments }) => hasAttachments),
    lastDate: newest?.internalDate ?? null,
    mailboxes,
  };
}

const MEMBER_FIELDS = [
  'threadId',
  'mailboxId',
  'mailboxWanted',
  'removeWanted',
  'internalDate',
  'uid',
  'seen',
  'seenWanted',
  'flagged',
  'flaggedWanted',
  'hasAttachments',
  'subject',
  'fromName',
  'fromAddress',
  'preview',
];

function memberOf(row: Values): ThreadMember {
  const address = String(row.fromAddress ?? '');
  const name = String(row.fromName ?? '');
  return {
    threadId: String(row.threadId),
    mailboxId: shownMailboxOf(row),
    internalDate: dateOf(row.internalDate) ?? new Date(0),
    uid: Number(row.uid ?? 0),
    seen: shown(flagOf(row.seen), wantedOf(row.seenWanted)),
    flagged: shown(flagOf(row.flagged), wantedOf(row.flaggedWanted)),
    hasAttachments: flagOf(row.hasAttachments),
    subject: String(row.subject ?? ''),
    from: address || name ? { name, address } : null,
    preview: (row.preview as string | null) ?? null,
  };
}

/**
 * Writes the counters of these threads anew, here and in every mailbox they touch. The account must be locked.
 * @param whole messages of threads that are new: what has just been written need not be read
 */
export async function recomputeThreads(
  mail: MailContext,
  account: { id: string; userId: string },
  threadIds: Iterable<string>,
  transaction: Transaction,
  whole: ReadonlyMap<string, readonly ThreadMember[]> = new Map(),
): Promise<void> {
  const ids = [...new Set(threadIds)];
  if (ids.length === 0) return;
  const ours = { attributes: ['id', 'role'], where: { accountId: account.id } };
  const mailboxes = await readRows(mail, 'mailboxes', ours, transaction);
  const roles = new Map(mailboxes.map(({ id, role }) => [String(id), role as MailboxRole]));
  for (const some of chunks(ids, 500)) {
    const existing = some.filter((id) => !whole.has(id));
    const members = await readMembers(mail, existing, transaction);
    for (const id of some) members.set(id, whole.get(id) ?? members.get(id) ?? []);
    if (existing.length > 0) {
      await table(mail, 'mailThreadMailboxes').destroy({ where: { threadId: existing }, hooks: false, transaction });
    }
    await writeSummaries(mail, account, members, roles, transaction);
  }
}

async function readMembers(
  mail: MailContext,
  threadIds: readonly string[],
  transaction: Transaction,
): Promise<Map<string, readonly ThreadMember[]>> {
  if (threadIds.length === 0) return new Map();
  const where = { threadId: threadIds, vanishedAt: null };
  const rows = await readRows(mail, 'mailMessages', { attributes: MEMBER_FIELDS, where }, transaction);
  // To be removed for good: as if it were gone.
  return groupBy(rows.filter((row) => !flagOf(row.removeWanted)).map(memberOf), ({ threadId }) => threadId);
}

const SUMMARY = ['subject', 'participants', 'preview', 'messageCount', 'flagged', 'hasAttachments', 'lastDate'];

async function writeSummaries(
  mail: MailContext,
  account: { id: string; userId: string },
  members: ReadonlyMap<string, readonly ThreadMember[]>,
  roles: ReadonlyMap<string, MailboxRole>,
  transaction: Transaction,
): Promise<void> {
  const owner = { accountId: account.id, userId: account.userId };
  const threads: Values[] = [];
  const parts: Values[] = [];
  for (const [id, list] of members) {
    const { mailboxes, ...summary } = summariseThread(list);
    threads.push({ id, ...owner, ...summary });
    for (const [mailboxId, part] of mailboxes) {
      const role = roles.get(mailboxId) ?? 'none';
      const unread = part.unreadCount > 0;
      parts.push({ id: mail.newId(), threadId: id, mailboxId, ...owner, role, ...part, unread });
    }
  }
  await insertRows(mail, 'mailThreads', threads, transaction, { update: SUMMARY });
  await insertRows(mail, 'mailThreadMailboxes', parts, transaction);
}
