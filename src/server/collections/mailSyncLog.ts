import { defineCollection } from '@nocobase/database';

/** One row per sync run: counts, duration and error code; never content. */
export default defineCollection({
  name: 'mailSyncLog',
  filterTargetKey: 'id',
  createdAt: true,
  indexes: [{ fields: ['accountId', 'createdAt'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    { type: 'integer', name: 'durationMs' },
    { type: 'json', name: 'counts' },
    { type: 'string', name: 'errorCode', length: 64 },
  ],
});
