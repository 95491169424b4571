/** Reads what `mailMessages:setFlags`, `:move` and `:remove` work on, and where to. */
import type { MailboxRole, MessageSelection, MoveTarget } from '../../shared/types';
import { MailError } from '../errors';
import { readRole } from '../messages/threads';

export const invalid = (field: string) => new MailError('permanent', 'invalidInput', { params: { field } });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const idOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

/** Row ids, as they came. @throws MailError permanent `invalidInput` */
export function readIds(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(field);
  return value.map((item: unknown) => {
    const id = idOf(item);
    if (id === null) throw invalid(field);
    return id;
  });
}

/** Roles a mailbox can be addressed by. */
function roleOf(value: unknown, field: string): MailboxRole {
  try {
    return readRole(value);
  } catch {
    throw invalid(field);
  }
}

/** @param values as they were posted @throws MailError permanent `invalidInput` */
export function readSelection(values: Record<string, unknown>): MessageSelection {
  const { mailboxId, role } = values;
  const ids = readIds(values.ids, 'ids');
  const threadIds = readIds(values.threadIds, 'threadIds');
  if (ids.length + threadIds.length === 0) throw invalid('ids');
  const mailbox = mailboxId === undefined || mailboxId === null ? undefined : idOf(mailboxId);
  if (mailbox === null) throw invalid('mailboxId');
  return {
    ids,
    threadIds,
    ...(mailbox !== undefined && { mailboxId: mailbox }),
    ...(role !== undefined && role !== null && { role: roleOf(role, 'role') }),
  };
}

/** @throws MailError permanent `invalidInput`: nothing is moved to the outbox, and `none` names no mailbox */
export function readTarget(value: unknown): MoveTarget {
  if (!isRecord(value)) throw invalid('to');
  const mailboxId = idOf(value.mailboxId);
  if (mailboxId !== null) return { mailboxId };
  const role = roleOf(value.role, 'to');
  if (role === 'none' || role === 'outbox') throw invalid('to');
  return { role };
}
