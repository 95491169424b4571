import { defineCollection } from '@nocobase/database';

/** A change the user wants, from its base to the wanted value; done when the server has it. */
export default defineCollection({
  name: 'mailOps',
  filterTargetKey: 'id',
  createdAt: true,
  indexes: [{ fields: ['accountId', 'state'] }, { fields: ['messageRowId'] }, { fields: ['userId', 'state'] }],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'bigInt', name: 'messageRowId' },
    // seen | flagged | answered (base.value, wanted.value) | move (base.mailboxId, wanted.mailboxId) | remove (for good; base.mailboxId)
    { type: 'string', name: 'verb', length: 16 },
    { type: 'json', name: 'base' },
    { type: 'json', name: 'wanted' },
    // pending | done | overtaken (changed in Outlook meanwhile) | failed
    { type: 'string', name: 'state', length: 16, defaultValue: 'pending' },
    // Refusals so far, and when it is tried again after one; null: with the next pass.
    { type: 'integer', name: 'attempts', defaultValue: 0 },
    { type: 'date', name: 'nextAttemptAt' },
    // Written before a move or removal is sent: from then on it may have happened although no answer was noted.
    // Of a move, where the target ended then: {uidValidity, uidNext}.
    { type: 'json', name: 'tried' },
    { type: 'json', name: 'lastError' },
  ],
});
