/** Whether somebody has written to a user, however long ago. */
import { Op } from 'sequelize';
import { ownerlessAccounts } from '../../access/ownerless';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { visibleAmong } from '../rows';
import { readAll } from '../threads';
import { text } from '../views';
import { searchAdapter } from './adapters';
import { addressWord } from './tokens';

/** Messages looked at: their sender may be another one whose address makes the same word. */
const LOOKED_AT = 20;

/** @param address in lower case */
export async function hasMailFrom(mail: MailContext, viewer: Viewer, address: string): Promise<boolean> {
  const word = addressWord(address);
  if (word === '') return false;
  const words = { userId: viewer.userId, terms: [{ words: [word], prefix: false, sender: true }] };
  const [{ hits }, ownerless] = await Promise.all([
    searchAdapter(mail).newest(words, { before: null, since: null }, LOOKED_AT),
    ownerlessAccounts(mail),
  ]);
  if (hits.length === 0) return false;
  const rows = await readAll(mail, 'mailMessages', {
    attributes: ['id', 'fromAddress'],
    where: { [Op.and]: [{ id: { [Op.in]: hits.map(({ id }) => id) } }, visibleAmong(mail, viewer, ownerless)] },
  });
  return rows.some(({ fromAddress }) => text(fromAddress).trim().toLowerCase() === address);
}
