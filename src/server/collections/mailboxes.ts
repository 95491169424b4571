import { defineCollection } from '@nocobase/database';

/** An IMAP mailbox (folder). Cursors are hints; the truth is the difference of UID sets. */
export default defineCollection({
  name: 'mailboxes',
  filterTargetKey: 'id',
  indexes: [{ unique: true, fields: ['accountId', 'pathHash'] }, { fields: ['userId', 'role'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    { type: 'bigInt', name: 'userId' },
    { type: 'text', name: 'path' },
    // sha-256 of the path: databases differ in what they take for equal names, servers do not.
    { type: 'string', name: 'pathHash', length: 64 },
    { type: 'string', name: 'delimiter', length: 8 },
    { type: 'string', name: 'role', length: 16, defaultValue: 'none' },
    // What flags and names say it is for, and what the user says, which wins; `role` is what follows among all of the account.
    { type: 'string', name: 'listedRole', length: 16 },
    { type: 'string', name: 'chosenRole', length: 16 },
    // false: a calendar, contacts, notes: not for mail, unless the user chooses it.
    { type: 'boolean', name: 'holdsMail', defaultValue: true },
    // Since when the server does not list it; kept a while, for it may come back.
    { type: 'date', name: 'missingSince' },
    { type: 'boolean', name: 'syncing', defaultValue: false },
    { type: 'bigInt', name: 'uidValidity' },
    { type: 'bigInt', name: 'uidNext' },
    // False until everything down to the start date was fetched once.
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
