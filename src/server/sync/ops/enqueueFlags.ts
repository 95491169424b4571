/** Read, unread, flagged or not: shown at once, told to the server by the next pass. */
import type { Transaction } from 'sequelize';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { chunks, flagOf, shown, table, wantedOf, type Values } from '../rows';
import type { Owner } from '../store';
import { changeMessages, newOp } from './enqueue';
import { WANTED } from './verbs';

/**
 * Marks messages of the viewer: rows and counters at once, the server by the next pass. Messages that look as wanted
 * already are left alone.
 * @param messageIds row ids
 * @throws MailError permanent `notFound` where one of them is missing or somebody else's
 */
export async function enqueueFlags(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  wanted: { seen?: boolean; flagged?: boolean },
): Promise<void> {
  await changeMessages(mail, viewer, messageIds, (owner, ids, transaction) =>
    wishFlags(mail, owner, ids, wanted, transaction),
  );
}

/** Writes wishes and their ops. @returns threads that look different now */
async function wishFlags(
  mail: MailContext,
  owner: Owner,
  messageIds: readonly string[],
  wanted: { seen?: boolean; flagged?: boolean },
  transaction: Transaction,
): Promise<Set<string>> {
  const threadIds = new Set<string>();
  const options = { hooks: false, silent: true, transaction };
  for (const some of chunks(messageIds, 300)) {
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { id: some, accountId: owner.id },
      attributes: ['id', 'threadId', 'seen', 'seenWanted', 'flagged', 'flaggedWanted'],
      raw: true,
      transaction,
    })) as unknown as Values[];
    for (const verb of ['seen', 'flagged'] as const) {
      const wish = wanted[verb];
      const column = WANTED[verb]!;
      if (wish === undefined) continue;
      const different = rows.filter((row) => shown(flagOf(row[verb]), wantedOf(row[column])) !== wish);
      if (different.length === 0) continue;
      const ids = different.map((row) => String(row.id));
      await table(mail, 'mailMessages').update({ [column]: wish }, { ...options, where: { id: ids } });
      // A second thought replaces the first one. Even where it wants what the server had it stays an op: the first may be on
      // its way, and STORE can be sent twice without harm.
      const where = { messageRowId: ids, verb, state: 'pending' };
      await table(mail, 'mailOps').destroy({ where, hooks: false, transaction });
      const ops = different.map((row) =>
        newOp(mail, owner, String(row.id), verb, { value: flagOf(row[verb]) }, { value: wish }),
      );
      await table(mail, 'mailOps').bulkCreate(ops, { hooks: false, transaction });
      for (const row of different) if (row.threadId !== null) threadIds.add(String(row.threadId));
    }
  }
  return threadIds;
}
