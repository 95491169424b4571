/** A row follows its message to a new place. */
import { Op, type Transaction } from 'sequelize';
import type { MailContext } from '../../context';
import { forgetMessages } from '../../messages/search/searchIndex';
import { noteChange, noteRows } from '../mailboxCounts';
import { groupBy, numberOf, table, type Values } from '../rows';
import type { NewPlace } from './outcome';

const silently = (transaction: Transaction) => ({ hooks: false, silent: true, transaction });
const keyOf = ({ mailboxId, uidValidity, uid }: NewPlace) => `${mailboxId} ${uidValidity} ${uid}`;

/**
 * Leads rows to where their messages are now. A row that a pass made there meanwhile is the same message: it gives way, and
 * leaves what was wanted of it.
 * @param places by row id
 * @returns threads that changed beside those of the rows
 */
export async function relocate(
  mail: MailContext,
  places: ReadonlyMap<string, NewPlace>,
  transaction: Transaction,
): Promise<Set<string>> {
  const threadIds = new Set<string>();
  if (places.size === 0) return threadIds;
  const doubles = await doublesAt(mail, places, transaction);
  await noteRows(mail, { id: [...places.keys(), ...doubles.map(({ id }) => String(id))] }, true, transaction);
  for (const double of doubles) {
    if (double.threadId !== null) threadIds.add(String(double.threadId));
    await giveWay(mail, double, transaction);
  }
  for (const [id, { mailboxId, uidValidity, uid }] of places) {
    const values = { mailboxId, uidValidity, uid, vanishedAt: null };
    await table(mail, 'mailMessages').update(values, { ...silently(transaction), where: { id } });
  }
  await noteArrivals(mail, places, transaction);
  return threadIds;
}

async function noteArrivals(
  mail: MailContext,
  places: ReadonlyMap<string, NewPlace>,
  transaction: Transaction,
): Promise<void> {
  for (const [mailboxId, here] of groupBy(places, ([, place]) => place.mailboxId)) {
    const textsMissing = await table(mail, 'mailMessages').count({
      where: { id: here.map(([id]) => id), textTries: { [Op.ne]: null } },
      transaction,
    });
    await noteChange(mail, mailboxId, { stored: here.length, textsMissing }, transaction);
  }
}

type Double = Values & { stays: string };

/** Rows that lie where others belong. */
async function doublesAt(
  mail: MailContext,
  places: ReadonlyMap<string, NewPlace>,
  transaction: Transaction,
): Promise<Double[]> {
  const owners = new Map([...places].map(([id, place]) => [keyOf(place), id]));
  const doubles: Double[] = [];
  for (const [, alike] of groupBy(places.values(), (place) => `${place.mailboxId} ${place.uidValidity}`)) {
    const { mailboxId, uidValidity } = alike[0]!;
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { mailboxId, uidValidity, uid: alike.map(({ uid }) => uid) },
      attributes: ['id', 'threadId', 'uid', 'seenWanted', 'flaggedWanted', 'mailboxWanted', 'removeWanted'],
      raw: true,
      transaction,
    })) as unknown as Values[];
    for (const row of rows) {
      const stays = owners.get(keyOf({ mailboxId, uidValidity, uid: numberOf(row.uid) ?? 0 }));
      if (stays && stays !== String(row.id)) doubles.push({ ...row, stays });
    }
  }
  return doubles;
}

async function giveWay(mail: MailContext, double: Double, transaction: Transaction): Promise<void> {
  const options = silently(transaction);
  const { id, stays, seenWanted, flaggedWanted, mailboxWanted, removeWanted } = double;
  const wishes = Object.fromEntries(
    Object.entries({ seenWanted, flaggedWanted, mailboxWanted, removeWanted }).filter(([, value]) => value !== null),
  );
  if (Object.keys(wishes).length > 0) {
    await table(mail, 'mailMessages').update(wishes, { ...options, where: { id: stays } });
  }
  await table(mail, 'mailOps').update({ messageRowId: stays }, { ...options, where: { messageRowId: id } });
  await forgetMessages(mail, [String(id)], transaction);
  await table(mail, 'mailBodies').destroy({ ...options, where: { id } });
  await table(mail, 'mailMessages').destroy({ ...options, where: { id } });
}
