import { defineCollection } from '@nocobase/database';

/** A conversation. Counters are recomputed in the transaction that changes its messages, never incremented. */
export default defineCollection({
  name: 'mailThreads',
  filterTargetKey: 'id',
  timestamps: false,
  indexes: [{ fields: ['accountId'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'text', name: 'subject' },
    { type: 'json', name: 'participants' },
    { type: 'string', name: 'preview', length: 300 },
    { type: 'integer', name: 'messageCount', defaultValue: 0 },
    { type: 'boolean', name: 'flagged', defaultValue: false },
    { type: 'boolean', name: 'hasAttachments', defaultValue: false },
    { type: 'date', name: 'lastDate' },
  ],
});
