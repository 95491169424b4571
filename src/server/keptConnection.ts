/**
 * Transactions one after another over one connection to a SQLite file. Sequelize opens a connection for each, which reads the schema of
 * the whole host before its first statement and begins with nothing of the file at hand.
 */
import { TimeoutError, type Sequelize, type Transaction } from 'sequelize';
import { SECOND } from '../shared/constants';

/** A file that nobody has written to for so long is let go. In milliseconds. */
const IDLE = 30 * SECOND;

type Hook = Parameters<Transaction['afterCommit']>[0];

export class KeptConnection {
  /** Sequelize gives a connection to a transaction only: this one lasts for as long as the connection. */
  private kept: Transaction | null = null;
  private idle: NodeJS.Timeout | undefined;

  /**
   * @param inTurn runs what must not meet {@link run}
   * @param idleTime without a transaction for so long, it is closed; in milliseconds
   */
  constructor(
    private readonly sequelize: Sequelize,
    private readonly inTurn: (work: () => Promise<void>) => Promise<void>,
    private readonly idleTime = IDLE,
  ) {}

  /**
   * A transaction that takes the write lock at its start, rolled back when `work` throws. Not to be called before the last one ended.
   * @throws what `work` throws; Sequelize's TimeoutError while another process writes
   */
  async run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    clearTimeout(this.idle);
    try {
      return await this.runOn(await this.begin(), work);
    } finally {
      this.idle = setTimeout(() => void this.inTurn(() => this.close()), this.idleTime).unref();
    }
  }

  private async runOn<T>(kept: Transaction, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const hooks: Hook[] = [];
    // Like one of its own: what waits for its end is called then, and what is done in it later is refused.
    const transaction = Object.assign(Object.create(kept) as Transaction, {
      afterCommit: (hook: Hook) => void hooks.push(hook),
    });
    let result: T;
    try {
      result = await work(transaction);
      await this.say('COMMIT', kept);
    } catch (error) {
      await this.say('ROLLBACK', kept).catch(() => this.close());
      throw error;
    } finally {
      Object.assign(transaction, { finished: 'commit' });
    }
    for (const hook of hooks) await hook(transaction);
    return result;
  }

  private async begin(): Promise<Transaction> {
    if (this.kept) {
      try {
        await this.say('BEGIN IMMEDIATE', this.kept);
        return this.kept;
      } catch (error) {
        if (error instanceof TimeoutError) throw error;
        // The host has closed its database meanwhile, as it does to restart.
        this.kept = null;
      }
    }
    const kept = await this.sequelize.transaction({ type: 'IMMEDIATE' as Transaction.TYPES });
    try {
      // Pages that do not fit into the cache would be written before the commit, and from then on nobody could read.
      await this.say('PRAGMA cache_spill = OFF', kept);
    } catch (error) {
      await kept.rollback();
      throw error;
    }
    return (this.kept = kept);
  }

  /** Closes the connection, which ends with its transaction. */
  private async close(): Promise<void> {
    const { kept } = this;
    this.kept = null;
    if (!kept) return;
    try {
      await this.say('BEGIN', kept);
      await kept.rollback();
    } catch {
      // Of one that is broken or closed already nothing is left to be given back.
    }
  }

  private async say(sql: string, transaction: Transaction): Promise<void> {
    await this.sequelize.query(sql, { transaction });
  }
}
