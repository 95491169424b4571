/** Transactions that write, one after another where the database has one writer. */
import { setTimeout as pause } from 'node:timers/promises';
import { QueryTypes, type Transaction } from 'sequelize';
import type { MailContext } from './context';
import { gate } from './gate';

type Writer = ReturnType<typeof gate>;

/** The one writer of a SQLite database, as far as this process goes. */
const writers = new WeakMap<MailContext['db'], Writer>();

/**
 * A transaction that writes. On SQLite it takes the write lock at its start: one that reads first and then wants to write
 * fails instead of waiting when another one writes. Ours wait for each other in their order, since a wait at the database has an end.
 * Not to be used within another one.
 */
export async function inTransaction<T>(mail: MailContext, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const { db } = mail;
  const run = (work: (transaction: Transaction) => Promise<T>) =>
    db.sequelize.transaction({ type: 'IMMEDIATE' as Transaction.TYPES }, work);
  if (db.sequelize.getDialect() !== 'sqlite') return run(work);
  return writerOf(db)(() =>
    run(async (transaction) => {
      // Pages that do not fit into the cache would be written before the commit, and from then on nobody could read.
      await db.sequelize.query('PRAGMA cache_spill = OFF', { transaction });
      return work(transaction);
    }),
  );
}

function writerOf(db: MailContext['db']): Writer {
  const known = writers.get(db);
  if (known) return known;
  const writer = gate(1);
  writers.set(db, writer);
  queueStatements(db, writer);
  return writer;
}

const WRITES: readonly unknown[] = [
  QueryTypes.INSERT,
  QueryTypes.UPDATE,
  QueryTypes.UPSERT,
  QueryTypes.DELETE,
  QueryTypes.BULKUPDATE,
  QueryTypes.BULKDELETE,
];

/** In milliseconds: a statement that its own transaction waits for would wait for ever. */
const LONGEST_WAIT = 2000;

/**
 * Statements that write without a transaction, the host's too, have their turn between transactions. One that waited at the
 * database instead would keep the connection that all reads of the process share, and look for its moment ten times a second only.
 */
function queueStatements({ sequelize }: MailContext['db'], writer: Writer): void {
  const turns = new WeakMap<object, () => void>();
  sequelize.addHook('beforeQuery', async ({ type, transaction }, query) => {
    if (transaction || !WRITES.includes(type)) return;
    const entered = new Promise<() => void>((enter) => void writer(() => new Promise<void>((leave) => enter(leave))));
    const patience = new AbortController();
    const leave = await Promise.race([
      entered,
      pause(LONGEST_WAIT, undefined, { ref: false, signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    if (leave) turns.set(query, leave);
    else void entered.then((leaveAtOnce) => leaveAtOnce());
  });
  sequelize.addHook('afterQuery', (_options, query) => turns.get(query)?.());
}
