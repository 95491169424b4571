/**
 * Messages that lie in mailboxes which are not synced: they were moved there here. They are not left to grow stale; nothing
 * else of such a mailbox is read.
 */
import { Op } from 'sequelize';
import { RECENT_WINDOW } from '../../shared/constants';
import { fetchRows } from '../imap/fetch';
import { mailboxStatus, searchAmong } from '../imap/mailbox';
import { announce, type Pass } from './pass';
import {
  comparedStatus,
  confirmVanished,
  fetchedFlagChanges,
  flagsOf,
  fullCompareDue,
  isMassVanish,
  repairDue,
  sameStatus,
  type KnownMessage,
} from './plan';
import { idOf, table, type MailboxRow, type Values } from './rows';
import {
  hideVanished,
  readByUid,
  readRecentFlags,
  readUidSets,
  updateMailboxes,
  writeFlags,
  type Place,
} from './store';

/** A mailbox that holds more was synced once and switched off: it stays as it was then. */
const MOST_HELD = 1000;

/** Whether a mailbox is looked into without being synced: it holds some messages, or its owner wants it whatever it holds. */
export const isLookedInto = ({ syncing, stored, repairAskedAt, comparedAt }: MailboxRow): boolean => {
  if (syncing) return false;
  return repairDue(repairAskedAt, comparedAt) || ((stored ?? 0) > 0 && (stored ?? 0) <= MOST_HELD);
};

/** Looks whether the messages are still there and what their flags are. @throws MailError as the protocol does */
export async function compareHeld(pass: Pass, mailbox: MailboxRow): Promise<void> {
  const { mail, lease, owner, connection } = pass;
  const now = mail.now();
  const status = await mailboxStatus(await connection.session(), mailbox.path);
  const repair = repairDue(mailbox.repairAskedAt, mailbox.comparedAt);
  const due = repair || fullCompareDue(mailbox.comparedAt, now);
  if (!due && !mailbox.failing && sameStatus(mailbox.lastStatus, status, null)) return;
  const place = { id: mailbox.id, uidValidity: status.uidValidity };
  const known = await readByUid(mail, place, (await readUidSets(mail, mailbox.id)).all);
  const vanished = await missingOf(pass, mailbox, place, known);
  const gone = [...vanished, ...(await unplacedIn(pass, place))];
  const threadIds = await hideVanished(mail, lease, owner, gone);
  pass.counts.vanished += gone.length;
  const present = await readRecentFlags(mail, place, RECENT_WINDOW);
  const uids = present.map(({ uid }) => uid);
  const rows = await fetchRows(await connection.session(), uids, { flags: true });
  const flags = new Map([...rows.values()].flatMap((row) => (row.flags ? [[row.uid, flagsOf(row.flags)]] : [])));
  const changes = fetchedFlagChanges(present, flags);
  pass.counts.flags += changes.length;
  const marked = await writeFlags(mail, lease, owner, place, changes);
  announce(pass, mailbox.id, [...new Set([...threadIds, ...marked])]);
  const values = { lastStatus: comparedStatus(status, null), comparedAt: now, lastError: null };
  await updateMailboxes(mail, lease, [{ id: mailbox.id, values, recount: repair || gone.length > 0 }]);
}

/** Row ids of messages that two independent answers do not know. */
async function missingOf(
  pass: Pass,
  mailbox: MailboxRow,
  { uidValidity }: Place,
  known: readonly KnownMessage[],
): Promise<string[]> {
  const ask = async () => {
    await pass.connection.open(mailbox.path, { uidValidity });
    return searchAmong(
      await pass.connection.session(),
      known.map(({ uid }) => uid),
    );
  };
  let vanished = confirmVanished(known, await ask());
  if (vanished.length > 0 && isMassVanish(vanished.length, known.length)) {
    await pass.connection.renew();
    vanished = confirmVanished(vanished, await ask());
  }
  return vanished.map(({ id }) => id);
}

/** Row ids whose UID was given under another UIDVALIDITY. */
async function unplacedIn({ mail }: Pass, { id, uidValidity }: Place): Promise<string[]> {
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { mailboxId: id, [Op.or]: [{ uid: null }, { uidValidity: { [Op.ne]: uidValidity } }] },
    attributes: ['id'],
    raw: true,
  })) as unknown as Values[];
  return rows.flatMap((row) => idOf(row.id) ?? []);
}
