import { defineCollection } from '@nocobase/database';

/** An IMAP mailbox (folder). Cursors are hints; the truth is the difference of UID sets. */
export default defineCollection({
  name: 'mailboxes',
  filterTargetKey: 'id',
  indexes: [{ unique: true, fields: ['accountId', 'path'] }, { fields: ['userId', 'role'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'path', length: 500 },
    { type: 'string', name: 'delimiter', length: 8 },
    { type: 'string', name: 'role', length: 16, defaultValue: 'none' },
    // What the user says it is for; wins over flags and names.
    { type: 'string', name: 'chosenRole', length: 16 },
    { type: 'boolean', name: 'syncing', defaultValue: false },
    { type: 'bigInt', name: 'uidValidity' },
    { type: 'bigInt', name: 'uidNext' },
    // Everything newer than this UID is stored; older messages down to the start date are being fetched while `backfillDone` is false.
    { type: 'bigInt', name: 'backfillUid' },
    { type: 'boolean', name: 'backfillDone', defaultValue: false },
    { type: 'integer', name: 'onServer' },
    { type: 'integer', name: 'unseenOnServer' },
    // Rows that have their place here, and those of them without a text: kept by whoever changes them, counted anew after a change.
    { type: 'integer', name: 'stored', defaultValue: 0 },
    { type: 'integer', name: 'textsMissing', defaultValue: 0 },
    { type: 'date', name: 'lastChangeAt' },
    // A repair is under way until everything was compared after this moment.
    { type: 'date', name: 'repairAskedAt' },
    // What STATUS said when the mailbox was last found equal, and when all its flags were last compared.
    { type: 'json', name: 'lastStatus' },
    { type: 'date', name: 'comparedAt' },
    { type: 'date', name: 'lastSyncAt' },
    { type: 'json', name: 'lastError' },
  ],
});
