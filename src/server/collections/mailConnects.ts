import { defineCollection } from '@nocobase/database';

/** A sign-in under way. The row that holds the secrets is consumed by one DELETE; a row without them then tells the progress. */
export default defineCollection({
  name: 'mailConnects',
  filterTargetKey: 'id',
  createdAt: true,
  updatedAt: true,
  indexes: [{ fields: ['expiresAt'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'string', name: 'stateHash', length: 64, unique: true, hidden: true },
    { type: 'string', name: 'cookieHash', length: 64, hidden: true },
    { type: 'text', name: 'secrets', hidden: true },
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'provider', length: 64 },
    { type: 'string', name: 'authority' },
    { type: 'string', name: 'redirectUri', length: 512 },
    { type: 'string', name: 'returnPath', length: 1024 },
    // Set on reconnect.
    { type: 'bigInt', name: 'accountId' },
    { type: 'date', name: 'startDate' },
    { type: 'string', name: 'state', length: 32 },
    { type: 'json', name: 'error' },
    { type: 'string', name: 'address', length: 320 },
    { type: 'date', name: 'expiresAt' },
  ],
});
