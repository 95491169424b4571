import { defineCollection } from '@nocobase/database';

/** A configured app registration. `clientSecret` is sealed and write-only. */
export default defineCollection({
  name: 'mailProviders',
  filterTargetKey: 'id',
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'string', name: 'name', length: 64, unique: true },
    { type: 'string', name: 'clientId' },
    { type: 'text', name: 'clientSecret', hidden: true },
    { type: 'string', name: 'secretExpiresAt', length: 10 },
    { type: 'string', name: 'accountTypes', length: 32 },
    { type: 'string', name: 'tenantId' },
    { type: 'json', name: 'hosts' },
    // Set while Microsoft refuses the registration itself (invalid_client), cleared by the next token.
    { type: 'json', name: 'problem' },
  ],
});
