import { defineCollection } from '@nocobase/database';

/** Which thread a Message-ID belongs to, also one that was only referred to: so a late parent finds its children. */
export default defineCollection({
  name: 'mailReferences',
  filterTargetKey: 'id',
  timestamps: false,
  indexes: [{ unique: true, fields: ['accountId', 'messageIdHash'] }, { fields: ['threadId'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    { type: 'string', name: 'messageIdHash', length: 64 },
    { type: 'bigInt', name: 'threadId' },
  ],
});
