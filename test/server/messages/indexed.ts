/** What the index of words holds, looked at in its own tables. */
import type { MailContext } from '../../../src/server/context';
import { quotedTable, select } from '../../../src/server/messages/search/adapters/sql';

/** How many of these messages the index knows; words that belong to no message count as well. */
export async function indexedAmong(mail: MailContext, ids: readonly string[]): Promise<number> {
  const sqlite = mail.db.sequelize.getDialect() === 'sqlite';
  const [words, rows] = [quotedTable(mail, 'mailSearch'), quotedTable(mail, 'mailSearchRows')];
  const known = await select(mail, `SELECT id FROM ${sqlite ? rows : words} WHERE id IN (${ids.join(', ')})`);
  const stray = sqlite ? await select(mail, `SELECT rowid FROM ${words} EXCEPT SELECT number FROM ${rows}`) : [];
  return known.length + stray.length;
}
