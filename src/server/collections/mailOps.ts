import { defineCollection } from '@nocobase/database';

/** A change the user wants, from its base to the wanted value; done when the server has it. */
export default defineCollection({
  name: 'mailOps',
  filterTargetKey: 'id',
  createdAt: true,
  indexes: [{ fields: ['accountId', 'state'] }, { fields: ['messageRowId'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'bigInt', name: 'messageRowId' },
    // seen | flagged | move (wanted.mailboxId) | remove (for good)
    { type: 'string', name: 'verb', length: 16 },
    { type: 'json', name: 'base' },
    { type: 'json', name: 'wanted' },
    // pending | done | overtaken (changed in Outlook meanwhile) | failed
    { type: 'string', name: 'state', length: 16, defaultValue: 'pending' },
    { type: 'integer', name: 'attempts', defaultValue: 0 },
    { type: 'json', name: 'lastError' },
  ],
});
