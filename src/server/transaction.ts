/** Transactions that write, one after another where the database has one writer. */
import type { Transaction } from 'sequelize';
import type { MailContext } from './context';
import { gate } from './gate';

/** The one writer of a SQLite database, as far as this process goes. */
const writers = new WeakMap<MailContext['db'], ReturnType<typeof gate>>();

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
  const writer = writers.get(db) ?? gate(1);
  writers.set(db, writer);
  return writer(() =>
    run(async (transaction) => {
      // Pages that do not fit into the cache would be written before the commit, and from then on nobody could read.
      await db.sequelize.query('PRAGMA cache_spill = OFF', { transaction });
      return work(transaction);
    }),
  );
}
