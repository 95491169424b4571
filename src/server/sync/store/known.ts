/** What is stored of a mailbox, as compact as the comparison with the server allows: sets of UIDs, not rows. */
import { Op, type OrderItem } from 'sequelize';
import type { MailContext } from '../../context';
import type { KnownMessage, StoredFlags, UidSets } from '../plan';
import { chunks, dateOf, flagOf, table, type Values } from '../rows';
import { tableName } from './bulk';
import { readRows } from '../../readRows';
import { joinedNumbers, quoted } from './sql';
import type { Place } from './values';

/** MariaDB and MySQL cut an aggregated text at 1,024 bytes unless told otherwise: UIDs are joined in groups that fit. */
const GROUP = 64;

/**
 * UIDs of a mailbox by flag, after {@link forgetPlaces} left none of another UIDVALIDITY. One text a set, read from the index
 * that covers it: reading 100,000 rows would take longer than asking the server.
 */
export async function readUidSets(mail: MailContext, mailboxId: string): Promise<UidSets> {
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const model = table(mail, 'mailMessages');
  const column = (attribute: string) => quoted(dialect, model.rawAttributes[attribute]?.field ?? attribute);
  const uid = column('uid');
  const where = (test: string) => joinedNumbers(dialect, `CASE WHEN ${test} THEN ${uid} END`);
  const yes = (attribute: string) => (dialect === 'postgres' ? column(attribute) : `${column(attribute)} = 1`);
  const no = (attribute: string) => (dialect === 'postgres' ? `NOT ${column(attribute)}` : `${column(attribute)} = 0`);
  const grouped = dialect === 'sqlite' || dialect === 'postgres' ? '' : ` GROUP BY FLOOR(${uid} / ${GROUP})`;
  const [rows] = await sequelize.query(
    `SELECT ${joinedNumbers(dialect, uid)} AS a, ${where(no('seen'))} AS u, ${where(yes('flagged'))} AS f, ${where(yes('answered'))} AS r` +
      ` FROM ${tableName(mail, model)} WHERE ${column('mailboxId')} = $1 AND ${uid} IS NOT NULL${grouped}`,
    { bind: [mailboxId] },
  );
  const set = (name: string) => numbersOf((rows as Values[]).map((row) => row[name]));
  return { all: set('a'), unseen: set('u'), flagged: set('f'), answered: set('r') };
}

/** "1,2" and "3" → [1, 2, 3], ascending whatever order the database read them in. */
function numbersOf(texts: readonly unknown[]): number[] {
  const numbers = texts.flatMap((text) => (typeof text === 'string' && text !== '' ? text.split(',').map(Number) : []));
  return numbers.every((number, index) => index === 0 || numbers[index - 1]! < number)
    ? numbers
    : numbers.sort((a, b) => a - b);
}

const FLAGS = ['uid', 'seen', 'flagged', 'answered', 'draft'];
const storedFlags = (row: Values): StoredFlags => ({
  uid: Number(row.uid),
  seen: flagOf(row.seen),
  flagged: flagOf(row.flagged),
  answered: flagOf(row.answered),
  draft: flagOf(row.draft),
});

/** Flags of the newest messages of a mailbox, newest UID first. */
export async function readRecentFlags(mail: MailContext, place: Place, newest: number): Promise<StoredFlags[]> {
  const where = { mailboxId: place.id, uidValidity: place.uidValidity, uid: { [Op.ne]: null } };
  const wanted = { attributes: FLAGS, where, order: [['uid', 'DESC']] as OrderItem[], limit: newest };
  const rows = await readRows(mail, 'mailMessages', wanted);
  return rows.map(storedFlags);
}

/** Rows of these UIDs. */
export async function readByUid(mail: MailContext, place: Place, uids: readonly number[]): Promise<KnownMessage[]> {
  const found: KnownMessage[] = [];
  for (const some of chunks(uids, 500)) {
    const where = { mailboxId: place.id, uidValidity: place.uidValidity, uid: some };
    const rows = await readRows(mail, 'mailMessages', { attributes: ['id', 'uid', 'internalDate'], where });
    for (const row of rows) {
      found.push({ id: String(row.id), uid: Number(row.uid), internalDate: dateOf(row.internalDate) ?? new Date(0) });
    }
  }
  return found;
}
