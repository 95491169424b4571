/** How far sync has come, read from rows so that no code of sync has to know that it is measured. */
import { Op } from 'sequelize';
import type { MailContext } from '../../src/server/context';

/** `envelopes`: every message of every mailbox is stored with its thread. `complete`: texts and search index too. */
export type Stage = 'envelopes' | 'complete';

/** Whether so many accounts have come so far. */
export async function readProgress({ db }: MailContext, stage: Stage, accounts: number): Promise<boolean> {
  const model = (name: string) => db.getCollection(name).model;
  if (stage === 'complete') {
    return (await model('mailAccounts').count({ where: { lastSyncAt: { [Op.ne]: null } } })) >= accounts;
  }
  const inboxes = { role: 'inbox', backfillDone: true };
  return (await model('mailboxes').count({ where: inboxes })) >= accounts;
}
