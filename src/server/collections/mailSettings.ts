import { defineCollection } from '@nocobase/database';

/** General settings: one row. */
export default defineCollection({
  name: 'mailSettings',
  filterTargetKey: 'id',
  fields: [
    { type: 'integer', name: 'id', primaryKey: true, allowNull: false },
    { type: 'json', name: 'values' },
  ],
});
