import { defineCollection } from '@nocobase/database';

/** A draft or a submission. Files lie in the private spool, never in a row. */
export default defineCollection({
  name: 'mailOutbox',
  filterTargetKey: 'id',
  createdAt: true,
  updatedAt: true,
  indexes: [
    { fields: ['userId', 'state'] },
    { fields: ['state', 'sendAt'] },
    // Pacing: what left within the last minute.
    { fields: ['accountId', 'endingAt'] },
    { unique: true, fields: ['userId', 'idempotencyKey'] },
    // Delivery reports name their mail by its id.
    { fields: ['accountId', 'messageId'] },
  ],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    { type: 'string', name: 'state', length: 16, defaultValue: 'draft' },
    // Raised by every change of the draft: two tabs or two uploads do not overwrite each other unseen.
    { type: 'integer', name: 'version', defaultValue: 0 },
    { type: 'string', name: 'idempotencyKey', length: 128 },
    { type: 'json', name: 'to' },
    { type: 'json', name: 'cc' },
    { type: 'json', name: 'bcc' },
    { type: 'text', name: 'subject' },
    { type: 'text', name: 'html', length: 'long', hidden: true },
    { type: 'text', name: 'text', length: 'long' },
    { type: 'json', name: 'attachments' },
    // Some files still lie in the mailbox of the author: they are fetched as soon as the mail is queued.
    { type: 'boolean', name: 'filesWanted', defaultValue: false },
    // { messageId: row id, kind } and, fixed when queued, the headers made of it.
    { type: 'json', name: 'inReplyTo' },
    { type: 'json', name: 'threading' },
    // RecordRef: the record of the host beside which it is written, as its author named it.
    { type: 'json', name: 'record' },
    { type: 'string', name: 'messageId' },
    { type: 'string', name: 'serverMessageId' },
    { type: 'date', name: 'sendAt' },
    // When it is tried again; for an uncertain one, when Sent is looked at again.
    { type: 'date', name: 'nextAttemptAt' },
    { type: 'integer', name: 'attempts', defaultValue: 0 },
    { type: 'bigInt', name: 'deliveryEpoch' },
    // Committed before the last chunk of DATA leaves: a loss after it is `uncertain`.
    { type: 'date', name: 'endingAt' },
    // UIDVALIDITY and UIDNEXT of Sent before sending, to know what appeared since.
    { type: 'json', name: 'sentBefore' },
    { type: 'date', name: 'sentAt' },
    // BounceView[]: delivery failures that came back.
    { type: 'json', name: 'bounces' },
    { type: 'json', name: 'lastError' },
  ],
});
