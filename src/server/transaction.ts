/** Transactions that write, one after another where the database has one writer. */
import { QueryTypes, type QueryOptions, type Transaction } from 'sequelize';
import type { MailContext } from './context';
import { gate } from './gate';
import { KeptConnection } from './keptConnection';

interface Writer {
  inTurn: ReturnType<typeof gate>;
  connection: KeptConnection;
}

/** The one writer of a SQLite database, as far as this process goes. */
const writers = new WeakMap<MailContext['db'], Writer>();

/**
 * A transaction that writes. On SQLite it takes the write lock at its start: one that reads first and then wants to write
 * fails instead of waiting when another one writes. Ours wait for each other in their order, since a wait at the database has an end.
 * Not to be used within another one.
 */
export async function inTransaction<T>(mail: MailContext, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const { db } = mail;
  if (db.sequelize.getDialect() !== 'sqlite') return db.sequelize.transaction(work);
  const { inTurn, connection } = writerOf(db);
  return inTurn(() =>
    db.isSqliteMemory()
      ? db.sequelize.transaction({ type: 'IMMEDIATE' as Transaction.TYPES }, work)
      : connection.run(work),
  );
}

function writerOf(db: MailContext['db']): Writer {
  const known = writers.get(db);
  if (known) return known;
  const inTurn = gate(1);
  const writer: Writer = { inTurn, connection: new KeptConnection(db.sequelize, inTurn) };
  writers.set(db, writer);
  queueStatements(db, inTurn);
  return writer;
}

/** Options of a query; those that begin or end a transaction hold its own ones. */
type Options = Omit<QueryOptions, 'type'> & { type?: string; completesTransaction?: boolean };

const WRITES: readonly unknown[] = [
  QueryTypes.INSERT,
  QueryTypes.UPDATE,
  QueryTypes.UPSERT,
  QueryTypes.DELETE,
  QueryTypes.BULKUPDATE,
  QueryTypes.BULKDELETE,
];

/** In milliseconds: what its own transaction waits for would wait for ever, and one that never ends would keep everybody waiting. */
const LONGEST_WAIT = 2000;
const LONGEST_TURN = 5000;

/**
 * Statements that write without a transaction and transactions of the host have their turn between ours. A statement that waited
 * at the database instead would keep the connection that all reads of the process share, and look for its moment ten times a
 * second only. A transaction that reads before it writes, as those of the host do, is refused where somebody else writes in between.
 */
function queueStatements({ sequelize }: MailContext['db'], inTurn: Writer['inTurn']): void {
  /** How a statement, or a transaction, ends its turn. */
  const turns = new WeakMap<object, () => void>();
  const enter = (owner: object): Promise<void> =>
    new Promise((go) => {
      let late = false;
      const patience = setTimeout(() => {
        late = true;
        go();
      }, LONGEST_WAIT).unref();
      const turn = async () => {
        clearTimeout(patience);
        if (late) return;
        await new Promise<void>((leave) => {
          turns.set(owner, leave);
          go();
        });
      };
      void inTurn(turn);
    });
  const leave = (owner: object): void => turns.get(owner)?.();

  sequelize.addHook('beforeQuery', async ({ type, transaction, completesTransaction }: Options, query) => {
    if (!transaction) {
      if (WRITES.includes(type)) await enter(query);
      return;
    }
    // Its statements have types of their own; those of ours begin with another one.
    if (type !== 'DEFERRED' || completesTransaction || turns.has(transaction)) return;
    await enter(transaction);
    setTimeout(() => leave(transaction), LONGEST_TURN).unref();
  });
  sequelize.addHook('afterQuery', ({ transaction, completesTransaction }: Options, query) => {
    if (!transaction) leave(query);
    else if (completesTransaction) leave(transaction);
  });
}
