/** What holds of the stored mail at every moment, also right after a kill: in SQL, because it must not share our code's errors. */
import { createHash } from 'node:crypto';
import type { MailContext } from '../../src/server/context';

const VISIBLE = 'm.vanishedAt IS NULL AND COALESCE(m.removeWanted, 0) = 0';
const SHOWN_IN = 'COALESCE(m.mailboxWanted, m.mailboxId)';

const COUNTED = `SELECT m.threadId, ${SHOWN_IN}, COUNT(*), SUM(1 - COALESCE(m.seenWanted, m.seen)), MAX(m.internalDate)
  FROM mailMessages m WHERE ${VISIBLE} AND ${SHOWN_IN} IS NOT NULL GROUP BY 1, 2`;
const TOLD = 'SELECT threadId, mailboxId, messageCount, unreadCount, lastDate FROM mailThreadMailboxes';

/** Each finds rows that must not be. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  'two rows in one place':
    'SELECT mailboxId, uidValidity, uid FROM mailMessages WHERE uid IS NOT NULL GROUP BY 1, 2, 3 HAVING COUNT(*) > 1',
  'a hidden row that has a place': 'SELECT id FROM mailMessages WHERE vanishedAt IS NOT NULL AND uid IS NOT NULL',
  'a row with half a place':
    'SELECT id FROM mailMessages WHERE uid IS NOT NULL AND (mailboxId IS NULL OR uidValidity IS NULL)',
  'a row without a thread':
    'SELECT m.id FROM mailMessages m LEFT JOIN mailThreads t ON t.id = m.threadId WHERE t.id IS NULL',
  'a part of a thread that counting does not find': `${TOLD} EXCEPT ${COUNTED}`,
  'a counted part of a thread that is not told': `${COUNTED} EXCEPT ${TOLD}`,
  'a thread whose messages are miscounted': `SELECT t.id FROM mailThreads t WHERE t.messageCount <>
    (SELECT COUNT(*) FROM mailMessages m WHERE m.threadId = t.id AND ${VISIBLE})`,
  'a mailbox that miscounts what is stored': `SELECT b.id, b.path, b.stored FROM mailboxes b WHERE b.stored IS NOT
    (SELECT COUNT(*) FROM mailMessages m WHERE m.mailboxId = b.id AND m.uid IS NOT NULL)`,
  'a mailbox that miscounts missing texts': `SELECT b.id, b.path, b.textsMissing FROM mailboxes b WHERE b.textsMissing IS NOT
    (SELECT COUNT(*) FROM mailMessages m WHERE m.mailboxId = b.id AND m.uid IS NOT NULL AND m.textTries IS NOT NULL)`,
  'a thread whose flag is wrong': `SELECT t.id FROM mailThreads t WHERE t.flagged <> COALESCE(
    (SELECT MAX(COALESCE(m.flaggedWanted, m.flagged)) FROM mailMessages m WHERE m.threadId = t.id AND ${VISIBLE}), 0)`,
  'a reference to no thread':
    'SELECT r.id FROM mailReferences r LEFT JOIN mailThreads t ON t.id = r.threadId WHERE t.id IS NULL',
  'a Message-ID whose thread is another one': `SELECT m.id FROM mailMessages m WHERE m.messageIdHash IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM mailReferences r WHERE r.accountId = m.accountId AND r.messageIdHash = m.messageIdHash AND r.threadId = m.threadId)`,
  'a body without a message':
    'SELECT b.id FROM mailBodies b LEFT JOIN mailMessages m ON m.id = b.id WHERE m.id IS NULL',
  'a change by the user without a message':
    "SELECT o.id FROM mailOps o LEFT JOIN mailMessages m ON m.id = o.messageRowId WHERE m.id IS NULL AND o.state = 'pending'",
  'a found message that is not there':
    'SELECT s.id FROM mailSearchRows s LEFT JOIN mailMessages m ON m.id = s.id WHERE m.id IS NULL',
  'words of a message the index does not know': 'SELECT rowid FROM mailSearch EXCEPT SELECT number FROM mailSearchRows',
  'an indexed message without words': 'SELECT number FROM mailSearchRows EXCEPT SELECT rowid FROM mailSearch',
  'a wish without a change that waits': `SELECT m.id FROM mailMessages m WHERE
    (m.seenWanted IS NOT NULL OR m.flaggedWanted IS NOT NULL OR m.mailboxWanted IS NOT NULL OR COALESCE(m.removeWanted, 0) = 1)
    AND NOT EXISTS (SELECT 1 FROM mailOps o WHERE o.messageRowId = m.id AND o.state = 'pending')`,
};

/** @returns one sentence for each kind of rows that must not be */
export async function brokenInvariants({ db }: MailContext): Promise<string[]> {
  const { sequelize } = db;
  const select = async (sql: string) => (await sequelize.query(sql))[0] as Record<string, unknown>[];
  const broken: string[] = [];
  for (const [what, sql] of Object.entries(FORBIDDEN)) {
    const rows = await select(sql);
    if (rows.length > 0) broken.push(`${what}: ${rows.length}, such as ${JSON.stringify(rows[0])}`);
  }
  const references = new Map(
    (await select('SELECT messageIdHash, threadId FROM mailReferences')).map((row) => [
      row.messageIdHash,
      row.threadId,
    ]),
  );
  const rows = await select('SELECT id, threadId, "references" AS list FROM mailMessages');
  const astray = rows.filter(({ threadId, list }) =>
    idsIn(list).some((id) => String(references.get(hashOfId(id))) !== String(threadId)),
  );
  if (astray.length > 0) broken.push(`a reference whose thread is another one: ${astray.length}`);
  const integrity = await integrityOf(select);
  if (integrity !== 'ok') broken.push(`the database file is damaged: ${String(integrity)}`);
  return broken;
}

/** FTS5 looks at itself under a lock for writing, and says "locked" at once while a commit of the tortured process is under way. */
async function integrityOf(select: (sql: string) => Promise<Record<string, unknown>[]>): Promise<string> {
  for (let left = 100; ; left--) {
    const [row] = await select('PRAGMA integrity_check');
    const told = String(row?.integrity_check);
    if (left === 0 || !told.includes('database is locked')) return told;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const idsIn = (list: unknown): string[] =>
  (typeof list === 'string' ? (JSON.parse(list) as string[] | null) : null) ?? [];
const hashOfId = (id: string) => createHash('sha256').update(id.trim().replace(/^<|>$/g, '')).digest('hex');
