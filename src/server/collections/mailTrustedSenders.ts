import { defineCollection } from '@nocobase/database';

/** Senders whose remote images a user always loads. */
export default defineCollection({
  name: 'mailTrustedSenders',
  filterTargetKey: 'id',
  indexes: [{ unique: true, fields: ['userId', 'address'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'address', length: 320 },
  ],
});
