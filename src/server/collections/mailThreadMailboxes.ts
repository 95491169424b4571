import { defineCollection } from '@nocobase/database';

/** The part of a thread that lies in one mailbox: a page of the inbox is one read of its index. */
export default defineCollection({
  name: 'mailThreadMailboxes',
  filterTargetKey: 'id',
  timestamps: false,
  indexes: [
    { unique: true, fields: ['threadId', 'mailboxId'] },
    // A page, newest first; the id settles the order of equal dates.
    { fields: ['mailboxId', 'lastDate', 'id'] },
    { fields: ['userId', 'role', 'lastDate', 'id'] },
    // The same of what is unread.
    { fields: ['mailboxId', 'unread', 'lastDate', 'id'] },
    { fields: ['userId', 'role', 'unread', 'lastDate', 'id'] },
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
    // Whether `unreadCount` is above 0: a page of unread conversations is one read of an index too.
    { type: 'boolean', name: 'unread', defaultValue: false },
  ],
});
