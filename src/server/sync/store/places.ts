/** Rows that lose their place, and what they have of flags. Short transactions: everybody else waits for the one that writes. */
import { Op, type WhereOptions } from 'sequelize';
import type { Lease } from '../../accounts/lease';
import { changeRows } from '../../changeRows';
import type { MailContext } from '../../context';
import { readRows } from '../../readRows';
import { recomputeThreads } from '../counters';
import { noteRows } from '../mailboxCounts';
import type { FlagChange } from '../plan';
import { chunks, groupBy, table, underLease } from '../rows';
import type { Owner, Place } from './values';

const BATCH = 500;

/**
 * Messages that are not on the server any more lose their place and are hidden; they are purged much later.
 * @returns threads that changed
 */
export async function hideVanished(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  ids: readonly string[],
): Promise<string[]> {
  const changed = new Set<string>();
  for (const some of chunks(ids, BATCH)) {
    const threadIds = await underLease(mail, lease, async (transaction) => {
      const noted = await noteRows(mail, { id: some }, true, transaction);
      await table(mail, 'mailMessages').update(
        { mailboxId: null, uidValidity: null, uid: null, vanishedAt: mail.now() },
        { hooks: false, silent: true, transaction, where: { id: some } },
      );
      await recomputeThreads(mail, owner, noted.threadIds, transaction);
      return noted.threadIds;
    });
    for (const threadId of threadIds) changed.add(threadId);
  }
  return [...changed];
}

/** Writes flags as the server has them. @returns threads that changed */
export async function writeFlags(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  place: Place,
  changes: readonly FlagChange[],
): Promise<string[]> {
  const changed = new Set<string>();
  for (const some of chunks(changes, BATCH)) {
    const threadIds = await underLease(mail, lease, async (transaction) => {
      const at = (list: readonly FlagChange[]) => ({
        mailboxId: place.id,
        uidValidity: place.uidValidity,
        uid: list.map(({ uid }) => uid),
      });
      // Few combinations, many rows: one UPDATE each.
      for (const [, alike] of groupBy(some, ({ set }) => JSON.stringify(set))) {
        const options = { hooks: false, silent: true, transaction, where: at(alike) };
        await table(mail, 'mailMessages').update(alike[0]!.set, options);
      }
      const noted = await noteRows(mail, at(some), false, transaction);
      await recomputeThreads(mail, owner, noted.threadIds, transaction);
      return noted.threadIds;
    });
    for (const threadId of threadIds) changed.add(threadId);
  }
  return [...changed];
}

/** Ids of a part of the rows that match, while there are any. */
async function idsWhere(mail: MailContext, where: WhereOptions): Promise<string[]> {
  const rows = await readRows(mail, 'mailMessages', { attributes: ['id'], where, limit: 4 * BATCH });
  return rows.map((row) => String(row.id));
}

/**
 * Places under any other UIDVALIDITY mean nothing now. Rows stay visible without a place until they are found again, and those
 * that are not are hidden by {@link hideUnplaced}. What the rows say counts, not the cursor: cut in the middle, it goes on with
 * the next pass.
 * @returns whether there were any
 */
export async function forgetPlaces(mail: MailContext, lease: Lease, { id, uidValidity }: Place): Promise<boolean> {
  let forgotten = false;
  for (const other of [{ [Op.lt]: uidValidity }, { [Op.gt]: uidValidity }]) {
    const elsewhere = { mailboxId: id, uidValidity: other };
    for (let ids = await idsWhere(mail, elsewhere); ids.length > 0; ids = await idsWhere(mail, elsewhere)) {
      forgotten = true;
      const where = { id: ids };
      await underLease(mail, lease, async (transaction) => {
        await noteRows(mail, where, true, transaction);
        const options = { hooks: false, silent: true, transaction, where };
        await table(mail, 'mailMessages').update({ uidValidity: null, uid: null }, options);
        const unknown = { uidNext: null, backfillDone: false, lastStatus: null };
        await changeRows(mail, 'mailboxes', unknown, { id }, transaction);
      });
    }
  }
  return forgotten;
}

/** The same for single UIDs, which bear other messages now. */
export async function forgetUids(
  mail: MailContext,
  lease: Lease,
  { id, uidValidity }: Place,
  uids: readonly number[],
): Promise<void> {
  for (const uid of chunks(uids, BATCH)) {
    const where = { mailboxId: id, uidValidity, uid };
    await underLease(mail, lease, async (transaction) => {
      await noteRows(mail, where, true, transaction);
      const options = { hooks: false, silent: true, transaction, where };
      await table(mail, 'mailMessages').update({ uidValidity: null, uid: null }, options);
    });
  }
}

/**
 * Hides rows of a mailbox that lost their place and were not found again.
 * @param since the start date: what is older was not looked for, and stays
 * @returns threads that changed
 */
export async function hideUnplaced(
  mail: MailContext,
  lease: Lease,
  owner: Owner,
  mailboxId: string,
  since: Date | null,
): Promise<string[]> {
  const changed = new Set<string>();
  // Said this way round, SQLite looks for the missing places, and not through all dates from the start date on.
  const wanted = since && { [Op.not]: { internalDate: { [Op.lt]: since } } };
  const unplaced = { mailboxId, uidValidity: null, uid: null, ...wanted };
  for (let ids = await idsWhere(mail, unplaced); ids.length > 0; ids = await idsWhere(mail, unplaced)) {
    for (const threadId of await hideVanished(mail, lease, owner, ids)) changed.add(threadId);
  }
  return [...changed];
}
