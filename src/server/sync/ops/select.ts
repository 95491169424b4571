/** Which messages a request is about: named one by one, or all of a thread that lie in one place. */
import { rowIdOf } from '../../../shared/ids';
import type { MailboxRole, MessageSelection } from '../../../shared/types';
import { requireOwned } from '../../access/owned';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { chunks, flagOf, shownMailboxOf, table, type Values } from '../rows';
import { MOST_AT_ONCE } from './verbs';

const notFound = () => new MailError('permanent', 'notFound');

/**
 * The viewer's messages that a selection means.
 * @param selection ids as they came with the request; `mailboxId` and `role` narrow threads, not messages that were named
 * @returns row ids in the order they were asked for
 * @throws MailError permanent `notFound` where one of the ids is nobody's or somebody else's | `invalidInput` | `tooManyAtOnce`
 */
export async function selectMessages(
  mail: MailContext,
  viewer: Viewer,
  selection: MessageSelection,
): Promise<string[]> {
  const { ids = [], threadIds = [] } = selection;
  if (ids.length + threadIds.length === 0)
    throw new MailError('permanent', 'invalidInput', { params: { field: 'ids' } });
  const named = await readNamed(mail, viewer, ids);
  const ofThreads = threadIds.length > 0 ? await readThreads(mail, viewer, selection) : [];
  const selected = [...new Set([...named, ...ofThreads])];
  checkNumber(selected.length);
  return selected;
}

function checkNumber(number: number): void {
  if (number > MOST_AT_ONCE) throw new MailError('permanent', 'tooManyAtOnce', { params: { most: MOST_AT_ONCE } });
}

function rowIds(ids: readonly string[]): string[] {
  checkNumber(ids.length);
  return [...new Set(ids)].map((id) => rowIdOf(id) ?? '0');
}

/** Named messages that are still there. One that Outlook has removed a moment ago does not spoil the others. */
async function readNamed(mail: MailContext, viewer: Viewer, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const wanted = rowIds(ids);
  const there = new Set<string>();
  let known = 0;
  for (const some of chunks(wanted, 500)) {
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { id: some, userId: viewer.userId },
      attributes: ['id', 'vanishedAt'],
      raw: true,
    })) as unknown as Values[];
    known += rows.length;
    for (const row of rows) if (!row.vanishedAt) there.add(String(row.id));
  }
  if (known < wanted.length || there.size === 0) throw notFound();
  return wanted.filter((id) => there.has(id));
}

async function readThreads(mail: MailContext, viewer: Viewer, selection: MessageSelection): Promise<string[]> {
  const wanted = rowIds(selection.threadIds ?? []);
  const inPlace = await placeFilter(mail, viewer, selection);
  const found = new Set<string>();
  const messages: string[] = [];
  for (const some of chunks(wanted, 500)) {
    const threads = (await table(mail, 'mailThreads').findAll({
      where: { id: some, userId: viewer.userId },
      attributes: ['id'],
      raw: true,
    })) as unknown as Values[];
    for (const thread of threads) found.add(String(thread.id));
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { threadId: some, userId: viewer.userId, vanishedAt: null },
      attributes: ['id', 'mailboxId', 'mailboxWanted', 'removeWanted'],
      order: [['id', 'ASC']],
      raw: true,
    })) as unknown as Values[];
    for (const row of rows) if (!flagOf(row.removeWanted) && inPlace(row)) messages.push(String(row.id));
  }
  if (found.size < wanted.length) throw notFound();
  return messages;
}

/** Where a message must be shown to be meant. */
async function placeFilter(
  mail: MailContext,
  viewer: Viewer,
  { mailboxId, role }: MessageSelection,
): Promise<(row: Values) => boolean> {
  if (mailboxId !== undefined) {
    const { id } = await requireOwned(mail, viewer, 'mailboxes', mailboxId);
    return (row) => shownMailboxOf(row) === id;
  }
  if (role === undefined) return () => true;
  const ids = await mailboxesOfRole(mail, viewer, role);
  return (row) => ids.has(shownMailboxOf(row) ?? '');
}

async function mailboxesOfRole(mail: MailContext, viewer: Viewer, role: MailboxRole): Promise<Set<string>> {
  const rows = (await table(mail, 'mailboxes').findAll({
    where: { userId: viewer.userId, role },
    attributes: ['id'],
    raw: true,
  })) as unknown as Values[];
  return new Set(rows.map((row) => String(row.id)));
}
