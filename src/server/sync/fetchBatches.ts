/** Messages of one mailbox that are there and not stored: step 6 of syncMailbox.ts. */
import { fetchMessages } from './fetchMessages';
import { leaveGarbage } from './garbage';
import { overlap } from './overlap';
import { announce, type Pass } from './pass';
import { nextBatch } from './plan';
import { unpackMessage, type PackedMessage } from './reader/packed';
import { memoryFreed } from './reader/utf8';
import { storeMessages } from './store';
import type { MailboxWork } from './syncMailbox';

/** Messages stored by one transaction while somebody reads: on SQLite nobody can while it is committed. */
const COMMIT_BESIDE_READERS = 60;

/**
 * Some batches: the next one is fetched while the last one is stored.
 * @param most batches before somebody else has a turn
 */
export async function fetchBatches(pass: Pass, work: MailboxWork, most: number): Promise<void> {
  let left = most;
  const next = () => {
    if (left-- <= 0 || work.fresh.length === 0 || pass.shouldStop()) return null;
    const uids = nextBatch(work.fresh, work.untouched);
    work.untouched = false;
    return () => fetchBatch(pass, work, uids);
  };
  await overlap(next, (batch) => storeBatch(pass, work, batch));
}

async function fetchBatch({ mail, connection }: Pass, work: MailboxWork, uids: number[]): Promise<PackedMessage[]> {
  const place = { path: work.mailbox.path, uidValidity: work.place.uidValidity };
  return fetchMessages(connection, place, uids, mail.now());
}

async function storeBatch(pass: Pass, work: MailboxWork, messages: readonly PackedMessage[]): Promise<void> {
  const { mail, lease, owner } = pass;
  const waiting = messages.map(unpackMessage);
  pass.connection.giveBack(memoryFreed(messages.map(({ packed }) => packed)));
  while (waiting.length > 0) {
    await mail.readersFirst();
    const some = waiting.splice(0, mail.readersLately() ? COMMIT_BESIDE_READERS : waiting.length);
    const { threadIds, stored } = await storeMessages(mail, lease, owner, work.place, some);
    pass.counts.added += stored;
    leaveGarbage(stored);
    announce(pass, work.mailbox.id, threadIds);
    await pass.lookAgain();
  }
}
