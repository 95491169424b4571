import { defineCollection } from '@nocobase/database';

/** What a user signs with; several an account, one of them by default. */
export default defineCollection({
  name: 'mailSignatures',
  filterTargetKey: 'id',
  createdAt: true,
  updatedAt: true,
  indexes: [{ fields: ['userId', 'accountId'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'string', name: 'name' },
    // Made safe when it was saved.
    { type: 'text', name: 'html', length: 'long', hidden: true },
    { type: 'boolean', name: 'isDefault', defaultValue: false },
  ],
});
