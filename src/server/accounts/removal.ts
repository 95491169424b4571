/**
 * Removes accounts whose owners deleted their mail: in the background, since a large mailbox takes minutes, and from where it was left.
 * Such an account has no owner any more: no answer shows it or its mail (access/ownerless.ts), and the same mailbox can be connected
 * again meanwhile.
 */
import type { Transaction } from 'sequelize';
import { MINUTE } from '../../shared/constants';
import type { MailCollection } from '../../shared/mailCollections';
import type { MailContext, Worker } from '../context';
import { loggable } from '../errors';
import { forgetMessages } from '../messages/search/searchIndex';
import { removeSpool } from '../spoolFolder';
import { inTransaction } from '../transaction';
import { withLease } from './lease';

/** Rows deleted at once: SQLite has one writer, and everybody else waits for it. */
const BATCH = 500;
/** How often a process looks for what another one has left. */
const LOOK_AGAIN = MINUTE;

const table = (mail: MailContext, name: MailCollection) => mail.db.getCollection(name).model;

/** Rows of an account in one collection. */
interface Rows {
  collection: MailCollection;
  /** Removes in the same transaction what goes with them and is found by them only. */
  along?: (mail: MailContext, ids: string[], transaction: Transaction) => Promise<unknown>;
}

const whose =
  (collection: MailCollection, column: string): Rows['along'] =>
  (mail, ids, transaction) =>
    table(mail, collection).destroy({ where: { [column]: ids }, hooks: false, transaction });

const OUTBOX: Rows = {
  collection: 'mailOutbox',
  along: (mail, ids) => Promise.all(ids.map((id) => removeSpool(mail, id))),
};
/** Lists pass over what is left of them, so they go first. */
const THREADS: Rows = { collection: 'mailThreads', along: whose('mailThreadMailboxes', 'threadId') };
const MESSAGES: Rows = {
  collection: 'mailMessages',
  // After the messages: no text is stored of one that is gone.
  along: async (mail, ids, transaction) => {
    await forgetMessages(mail, ids, transaction);
    await table(mail, 'mailBodies').destroy({ where: { id: ids }, hooks: false, transaction });
  },
};
const REST: readonly Rows[] = [
  // What somebody still did in another tab made some of them anew.
  THREADS,
  { collection: 'mailOps' },
  { collection: 'mailReferences' },
  { collection: 'mailSyncLog' },
  { collection: 'mailConnects' },
  { collection: 'mailSignatures' },
  { collection: 'mailboxes', along: whose('mailThreadMailboxes', 'mailboxId') },
  // A draft that was being made when the account was deleted.
  OUTBOX,
];

/** Removes all that is left of accounts without an owner, as far as nobody else is doing so. */
export async function removeAccounts(mail: MailContext, signal: AbortSignal): Promise<void> {
  const found = await table(mail, 'mailAccounts').findAll({ where: { userId: null }, attributes: ['id'] });
  for (const accountId of found.map((row) => String(row.get('id')))) {
    try {
      await withLease(mail, accountId, 'sync', (lease) =>
        removeAccount(mail, accountId, AbortSignal.any([signal, lease.signal])),
      );
    } catch (error) {
      if (signal.aborted) return;
      mail.log.warn('account not removed yet', { accountId, error: loggable(error) });
    }
  }
}

async function removeAccount(mail: MailContext, accountId: string, signal: AbortSignal): Promise<void> {
  for (const rows of [OUTBOX, THREADS, MESSAGES, ...REST]) await removeRows(mail, accountId, rows, signal);
  await table(mail, 'mailAccounts').destroy({ where: { id: accountId }, hooks: false });
}

/** Deletes in short transactions. */
async function removeRows(
  mail: MailContext,
  accountId: string,
  { collection, along }: Rows,
  signal: AbortSignal,
): Promise<void> {
  const model = table(mail, collection);
  for (;;) {
    await mail.readersFirst();
    signal.throwIfAborted();
    const rows = await model.findAll({ where: { accountId }, attributes: ['id'], limit: BATCH });
    if (rows.length === 0) return;
    const ids = rows.map((row) => String(row.get('id')));
    await inTransaction(mail, async (transaction) => {
      await model.destroy({ where: { id: ids }, hooks: false, transaction });
      await along?.(mail, ids, transaction);
    });
  }
}

/** Removes accounts as soon as they are to be removed, and those that another process has left. */
export function startRemoval(mail: MailContext): Worker {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  const look = () => {
    if (stopping.signal.aborted) return;
    again = running !== undefined;
    running ??= removeAccounts(mail, stopping.signal)
      .catch((error: unknown) => mail.log.warn('no look for accounts to remove', { error: loggable(error) }))
      .then(() => {
        running = undefined;
        if (again) look();
      });
  };
  const timer = setInterval(look, LOOK_AGAIN);
  timer.unref();
  look();
  return {
    wake: look,
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
