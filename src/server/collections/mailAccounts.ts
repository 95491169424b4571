import { defineCollection } from '@nocobase/database';
import type { FieldOptions } from '@nocobase/database';

const lease = (name: string): FieldOptions[] => [
  { type: 'string', name: `${name}Holder`, length: 128 },
  { type: 'date', name: `${name}Until` },
  { type: 'bigInt', name: `${name}Epoch`, defaultValue: 0 },
];

/** A connected mailbox of a user: facts and leases; the state people see is derived (src/shared/states.ts). */
export default defineCollection({
  name: 'mailAccounts',
  filterTargetKey: 'id',
  createdAt: true,
  updatedAt: true,
  indexes: [
    // A user has a mailbox once: signing in to it again is a new sign-in, not a second account.
    { unique: true, fields: ['userId', 'provider', 'homeAccountId'] },
    { fields: ['state', 'nextSyncAt'] },
  ],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    // Null once its mail is to be removed: nobody sees the account from then on (accounts/removal.ts).
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'provider', length: 64 },
    { type: 'string', name: 'address', length: 320 },
    { type: 'string', name: 'displayName' },
    // Two names: for a shared mailbox IMAP takes its address and SMTP the signed-in user.
    { type: 'string', name: 'imapUser', length: 320 },
    { type: 'string', name: 'smtpUser', length: 320 },
    { type: 'string', name: 'homeAccountId', length: 128 },
    { type: 'string', name: 'authority' },
    { type: 'json', name: 'imapEndpoint' },
    { type: 'json', name: 'smtpEndpoint' },
    // Sealed together with the account id, changed only by compare-and-set on `version`.
    { type: 'text', name: 'credentials', length: 'long', hidden: true },
    { type: 'integer', name: 'version', defaultValue: 0 },
    { type: 'string', name: 'state', length: 32, defaultValue: 'active' },
    { type: 'json', name: 'lastError' },
    { type: 'json', name: 'sendBlocked' },
    // What the submission server said last (EHLO SIZE, RFC 1870): octets, null while unknown or unlimited.
    { type: 'bigInt', name: 'largestMessage' },
    { type: 'date', name: 'startDate' },
    { type: 'date', name: 'connectedAt' },
    { type: 'date', name: 'firstSyncDoneAt' },
    { type: 'date', name: 'lastSyncAt' },
    { type: 'date', name: 'nextSyncAt' },
    { type: 'date', name: 'backOffUntil' },
    { type: 'integer', name: 'syncFailures', defaultValue: 0 },
    ...lease('sync'),
    ...lease('push'),
    ...lease('delivery'),
    ...lease('credentials'),
  ],
});
