/** One row in every mail collection, all owned by one user and all holding the same word to look for. */
import type { Database } from '@nocobase/database';
import { MAIL_COLLECTIONS } from '../../../src/shared/mailCollections';

/** Where it turns up, mail has leaked. */
export const MARKER = 'marker-zx81q';
/** What not even the owner is told. */
export const SECRET = 'secret-zx81q';
export const ROW_ID = '7001';

/** @returns the collections that got a row */
export async function seed(db: Database, userId: number): Promise<string[]> {
  const own = { id: ROW_ID, userId, accountId: ROW_ID, mailboxId: ROW_ID, threadId: ROW_ID, messageRowId: ROW_ID };
  const now = new Date();
  const rows: Record<string, object> = {
    mailProviders: { name: MARKER, clientId: MARKER, clientSecret: SECRET, tenantId: MARKER, accountTypes: 'common' },
    mailConnects: { stateHash: SECRET, secrets: SECRET, address: MARKER, state: 'started', expiresAt: now },
    mailAccounts: {
      provider: 'microsoft',
      address: MARKER,
      displayName: MARKER,
      credentials: SECRET,
      state: 'paused',
      homeAccountId: 'h',
    },
    mailboxes: { path: MARKER, role: 'inbox', syncing: true },
    mailMessages: { uidValidity: 1, uid: 1, subject: MARKER, preview: MARKER, fromAddress: MARKER, internalDate: now },
    mailBodies: { text: MARKER, html: MARKER, sanitised: MARKER },
    mailThreads: { subject: MARKER, preview: MARKER, lastDate: now },
    mailThreadMailboxes: { role: 'inbox', lastDate: now, messageCount: 1 },
    mailReferences: { messageIdHash: MARKER },
    mailOps: { verb: 'seen', state: 'done', lastError: { code: MARKER } },
    mailOutbox: { state: 'draft', subject: MARKER, text: MARKER },
    mailSignatures: { name: MARKER, html: MARKER, isDefault: true },
    mailTemplates: { name: MARKER, subject: MARKER, html: MARKER, shared: false },
    mailCorrespondents: { address: MARKER, name: MARKER, sentCount: 1 },
    mailSettings: { values: { pollMinutes: 5, note: MARKER } },
    mailTrustedSenders: { address: MARKER },
    mailSyncLog: { errorCode: MARKER },
  };
  for (const [name, values] of Object.entries(rows)) {
    await db.getCollection(name).model.create({ ...own, ...values }, { hooks: false });
  }
  const missing = MAIL_COLLECTIONS.filter((name) => db.hasCollection(name) && !rows[name]);
  if (missing.length > 0) throw new Error(`No row for ${missing.join(', ')}: add one here`);
  return Object.keys(rows);
}
