import { defineCollection } from '@nocobase/database';

/** The part of a thread that lies in one mailbox: a page of the inbox is one read of its index. */
export default defineCollection({
  name: 'mailThreadMailboxes',
  filterTargetKey: 'id',
  indexes: [
    { unique: true, fields: ['threadId', 'mailboxId'] },
    { fields: ['mailboxId', 'lastDate'] },
    { fields: ['userId', 'role', 'lastDate'] },
  ],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'threadId' },
    { type: 'bigInt', name: 'mailboxId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'bigInt', name: 'userId' },
    { type: 'string', name: 'role', length: 16 },
    { type: 'date', name: 'lastDate' },
    { type: 'integer', name: 'messageCount', defaultValue: 0 },
    { type: 'integer', name: 'unreadCount', defaultValue: 0 },
  ],
});
