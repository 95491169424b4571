import { defineCollection } from '@nocobase/database';

/** One row per sync run: counts, duration and error code; never content. */
export default defineCollection({
  name: 'mailSyncLog',
  filterTargetKey: 'id',
  createdAt: true,
  indexes: [{ fields: ['accountId', 'createdAt'] }, { fields: ['createdAt'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    { type: 'string', name: 'kind', length: 8, defaultValue: 'pass' },
    { type: 'date', name: 'startedAt' },
    { type: 'integer', name: 'durationMs' },
    // How many passes without a find this row stands for, besides the one it tells of; null = it found something.
    { type: 'integer', name: 'repeated' },
    { type: 'json', name: 'counts' },
    { type: 'string', name: 'errorCode', length: 64 },
  ],
});
