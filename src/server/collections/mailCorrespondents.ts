import { defineCollection } from '@nocobase/database';

/** People a user wrote to: offered while addresses are typed. */
export default defineCollection({
  name: 'mailCorrespondents',
  filterTargetKey: 'id',
  indexes: [{ unique: true, fields: ['userId', 'address'] }, { fields: ['userId', 'lastAt'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    // In lower case.
    { type: 'string', name: 'address', length: 320 },
    { type: 'string', name: 'name' },
    { type: 'integer', name: 'sentCount', defaultValue: 0 },
    { type: 'date', name: 'lastAt' },
  ],
});
