/** Removes what has vanished for good, and what only it held together. */
import { Op } from 'sequelize';
import type { Lease } from '../../accounts/lease';
import type { MailContext } from '../../context';
import { forgetMessages } from '../../messages/search/searchIndex';
import { chunks, idOf, table, underLease, type Values } from '../rows';
import type { Owner } from './values';

/** Rows removed by one pass at most, and by one transaction. */
const MOST = 5000;
const BATCH = 200;

/** Removes messages that vanished before a moment and were not found again. Short transactions. */
export async function purgeVanished(mail: MailContext, lease: Lease, owner: Owner, before: Date): Promise<void> {
  const rows = (await table(mail, 'mailMessages').findAll({
    // Without their place, by its index: there are few.
    where: { mailboxId: null, uidValidity: null, uid: null, accountId: owner.id, vanishedAt: { [Op.lt]: before } },
    attributes: ['id', 'threadId'],
    limit: MOST,
    raw: true,
  })) as unknown as Values[];
  for (const some of chunks(rows, BATCH)) {
    const ids = some.map((row) => String(row.id));
    const threadIds = [...new Set(some.flatMap((row) => idOf(row.threadId) ?? []))];
    await underLease(mail, lease, async (transaction) => {
      const options = { hooks: false, transaction };
      // First: who is reading one of them to store its text or its words is waited for, and leaves them before they are removed.
      await table(mail, 'mailMessages').destroy({ ...options, where: { id: ids } });
      await forgetMessages(mail, ids, transaction);
      await table(mail, 'mailBodies').destroy({ ...options, where: { id: ids } });
      await table(mail, 'mailOps').destroy({ ...options, where: { messageRowId: ids } });
      const left = (await table(mail, 'mailMessages').findAll({
        where: { threadId: threadIds },
        attributes: ['threadId'],
        group: ['threadId'],
        raw: true,
        transaction,
      })) as unknown as Values[];
      const kept = new Set(left.map((row) => idOf(row.threadId)));
      const empty = threadIds.filter((threadId) => !kept.has(threadId));
      await table(mail, 'mailReferences').destroy({ ...options, where: { accountId: owner.id, threadId: empty } });
      await table(mail, 'mailThreads').destroy({ ...options, where: { accountId: owner.id, id: empty } });
    });
  }
}
