import { defineCollection } from '@nocobase/database';

/** A text to start a mail with, with variables; of one user, or shared with all by an administrator. */
export default defineCollection({
  name: 'mailTemplates',
  filterTargetKey: 'id',
  createdAt: true,
  updatedAt: true,
  indexes: [{ fields: ['userId'] }, { fields: ['shared'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'name' },
    { type: 'text', name: 'subject' },
    // Made safe when it was saved, and once more when its variables were filled.
    { type: 'text', name: 'html', length: 'long', hidden: true },
    { type: 'boolean', name: 'shared', defaultValue: false },
  ],
});
