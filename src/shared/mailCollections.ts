/** Names of all collections that hold mail, settings or sign-ins of this plugin. The access rule of src/server/access covers exactly these. */
export const MAIL_COLLECTIONS = [
  'mailProviders',
  'mailConnects',
  'mailAccounts',
  'mailboxes',
  'mailMessages',
  'mailBodies',
  'mailThreads',
  'mailThreadMailboxes',
  'mailReferences',
  'mailOps',
  'mailOutbox',
  'mailSettings',
  'mailSignatures',
  'mailTemplates',
  'mailTrustedSenders',
  'mailCorrespondents',
  'mailSyncLog',
] as const;
export type MailCollection = (typeof MAIL_COLLECTIONS)[number];

/** Tables of the search index: no collections, because each database has its own kind of index. The access rule covers them too. */
export const MAIL_TABLES = ['mailSearch', 'mailSearchRows', 'mailSearchState'] as const;
export type MailTable = (typeof MAIL_TABLES)[number];
