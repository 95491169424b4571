import { defineCollection } from '@nocobase/database';

// PostgreSQL has one length only, and sequelize warns of any.
const LONGEST = process.env.DB_DIALECT === 'postgres' ? {} : { length: 'long' };

/** Text, raw html and structure of a message; the sanitised html is cached with the sanitiser's version. The id is the message's. */
export default defineCollection({
  name: 'mailBodies',
  filterTargetKey: 'id',
  timestamps: false,
  fields: [
    { type: 'bigInt', name: 'id', primaryKey: true, allowNull: false },
    { type: 'bigInt', name: 'accountId' },
    // BODYSTRUCTURE as imapflow parsed it; null until it was asked for.
    { type: 'json', name: 'structure' },
    // AttachmentView[] as found when the text was fetched: a message read whole has no structure to find them in again.
    { type: 'json', name: 'attachments' },
    { type: 'text', name: 'text', length: 'long' },
    // Raw html, compressed (messages/packedHtml.ts).
    { type: 'blob', name: 'packedHtml', hidden: true, ...LONGEST },
    // The same as an earlier version kept it.
    { type: 'text', name: 'html', length: 'long', hidden: true },
    { type: 'text', name: 'sanitised', length: 'long', hidden: true },
    { type: 'integer', name: 'sanitiserVersion' },
    { type: 'integer', name: 'blockedImages' },
    { type: 'date', name: 'fetchedAt' },
  ],
});
