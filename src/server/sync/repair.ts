/** What a repair of a mailbox does beside comparing everything: what is stored is doubted, and what could not be read is read again. */
import { Op } from 'sequelize';
import { fetchEach } from './fetchMessages';
import type { Pass } from './pass';
import { isAnotherMessage } from './plan';
import { readRows } from '../readRows';
import { chunks, dateOf, table, underLease } from './rows';
import { forgetUids, type Place } from './store';
import { moveCounts } from './mailboxCounts';
import { triedInVain } from './texts/retry';

/** Rows compared at a time. */
const BATCH = 500;

/**
 * Compares size and INTERNALDATE of what is stored with the server's. A row whose UID bears another message loses its place: it
 * is found again by what it is, or hidden in the end, as after a change of UIDVALIDITY.
 * @param uids what is stored and may be there
 * @returns UIDs to be fetched again, ascending
 */
export async function forgetReplaced(
  pass: Pass,
  path: string,
  place: Place,
  uids: readonly number[],
): Promise<number[]> {
  const replaced: number[] = [];
  for (const some of chunks(uids, BATCH)) {
    const query = { size: true, internalDate: true };
    const ask = async (uids: readonly number[]) => (await pass.connection.session()).rows(uids, query);
    const { rows: found } = await fetchEach(pass.connection, { path, uidValidity: place.uidValidity }, some, ask);
    const where = { mailboxId: place.id, uidValidity: place.uidValidity, uid: [...found.keys()] };
    const attributes = ['uid', 'size', 'internalDate', 'headerHash'];
    for (const row of await readRows(pass.mail, 'mailMessages', { attributes, where })) {
      const stored = {
        size: Number(row.size ?? 0),
        internalDate: dateOf(row.internalDate),
        headless: row.headerHash === '',
      };
      if (isAnotherMessage(stored, found.get(Number(row.uid))!)) replaced.push(Number(row.uid));
    }
  }
  await forgetUids(pass.mail, pass.lease, place, replaced);
  return replaced;
}

/** Makes texts due that could not be read, also those that were given up. */
export async function retryTexts({ mail, lease }: Pass, place: Place): Promise<void> {
  await underLease(mail, lease, async (transaction) => {
    const here = { mailboxId: place.id, uidValidity: place.uidValidity, uid: { [Op.ne]: null } };
    // As after the first failure, and the wait is over.
    const values = { ...triedInVain(0, mail.now()), textRetryAt: mail.now() };
    const makeDue = async (where: object) => {
      const options = { hooks: false, silent: true, transaction, where: { ...here, ...where } };
      const [changed] = await table(mail, 'mailMessages').update(values, options);
      return changed;
    };
    await makeDue({ textTries: { [Op.gt]: 0 } });
    const givenUp = await makeDue({ textTries: null, unreadable: { [Op.ne]: null } });
    await moveCounts(mail, place.id, { textsMissing: givenUp }, transaction);
  });
}
