import { defineCollection } from '@nocobase/database';

/** One copy of a message on the server: its place, its flags, its header. No bodies. */
export default defineCollection({
  name: 'mailMessages',
  filterTargetKey: 'id',
  timestamps: false,
  indexes: [
    { unique: true, fields: ['mailboxId', 'uidValidity', 'uid'] },
    { fields: ['threadId', 'internalDate'] },
    { fields: ['userId', 'internalDate'] },
    { fields: ['mailboxId', 'internalDate'] },
    { fields: ['accountId', 'messageIdHash'] },
    // Replies that name nothing they answer (sync/subjects.ts).
    { fields: ['accountId', 'subjectKey', 'internalDate'] },
    // Everything a comparison with the server asks for, so that it reads no rows.
    { fields: ['mailboxId', 'uid', 'seen', 'flagged', 'answered'] },
    // Texts that are missing, newest first.
    { fields: ['mailboxId', 'textTries', 'internalDate'] },
  ],
  fields: [
    { type: 'snowflakeId', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'userId' },
    { type: 'bigInt', name: 'accountId' },
    // The place; null while unknown (vanished, or not yet seen on the server).
    { type: 'bigInt', name: 'mailboxId' },
    { type: 'bigInt', name: 'uidValidity' },
    { type: 'bigInt', name: 'uid' },
    { type: 'date', name: 'vanishedAt' },
    { type: 'bigInt', name: 'threadId' },
    { type: 'boolean', name: 'seen', defaultValue: false },
    { type: 'boolean', name: 'flagged', defaultValue: false },
    { type: 'boolean', name: 'answered', defaultValue: false },
    { type: 'boolean', name: 'draft', defaultValue: false },
    // What the user wants and the server does not have yet (mailOps); null = nothing pending. What is shown is wanted ?? server.
    { type: 'boolean', name: 'seenWanted' },
    { type: 'boolean', name: 'flaggedWanted' },
    // The same for where it lies: the mailbox it is to be moved to; and whether it is to be removed for good, hidden at once.
    { type: 'bigInt', name: 'mailboxWanted' },
    { type: 'boolean', name: 'removeWanted' },
    { type: 'text', name: 'messageId' },
    { type: 'string', name: 'messageIdHash', length: 64 },
    // X-Microsoft-Original-Message-ID: the id a client gave before Outlook.com replaced it.
    { type: 'text', name: 'originalMessageId' },
    { type: 'text', name: 'inReplyTo' },
    { type: 'json', name: 'references' },
    { type: 'text', name: 'subject' },
    // Hash of the subject without the marks of a reply; null where that is too short to mean anything.
    { type: 'bigInt', name: 'subjectKey' },
    { type: 'string', name: 'fromName' },
    { type: 'string', name: 'fromAddress', length: 320 },
    { type: 'json', name: 'to' },
    { type: 'json', name: 'cc' },
    { type: 'json', name: 'bcc' },
    { type: 'json', name: 'replyTo' },
    // INTERNALDATE; the Date header is only a claim.
    { type: 'date', name: 'internalDate' },
    { type: 'date', name: 'sentAt' },
    { type: 'bigInt', name: 'size' },
    { type: 'boolean', name: 'hasAttachments', defaultValue: false },
    { type: 'string', name: 'preview', length: 300 },
    // How often its text was asked for in vain; null = nothing is to be fetched any more. What failed is tried again then.
    { type: 'integer', name: 'textTries' },
    { type: 'date', name: 'textRetryAt' },
    // BODYSTRUCTURE until the text is stored: mailBodies has it from then on.
    { type: 'json', name: 'structure' },
    // sha-256 of the raw Date, From, To and Subject: with Message-ID and INTERNALDATE it tells a moved message from a twin.
    { type: 'string', name: 'headerHash', length: 64 },
    // It comes from a mail server and was looked at for a delivery failure. Every row says so itself: ids do not follow the order
    // of commits where processes write at once or their clocks differ.
    { type: 'boolean', name: 'reportRead' },
    // Error code where the server or the message itself cannot be read.
    { type: 'string', name: 'unreadable', length: 64 },
  ],
});
