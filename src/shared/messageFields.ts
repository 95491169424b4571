/**
 * What blocks may see of a message. The server allows exactly these fields in `mailMessages:list` and `:get`; the client adds a
 * collection made of them to its data source. Values are flat, so that any table or details block shows them.
 */

/** How a field is compared, which decides the operators a filter may use on it. */
export type FieldKind = 'id' | 'text' | 'choice' | 'flag' | 'date';

export interface MessageField {
  name: keyof MessageRow;
  /** Field type of a NocoBase collection. */
  type: 'string' | 'text' | 'boolean' | 'date' | 'bigInt';
  /** Interface of the host's field components. */
  interface: 'input' | 'textarea' | 'email' | 'checkbox' | 'datetime' | 'id' | 'select';
  kind: FieldKind;
  /** English text; the key of src/locale. */
  title: string;
  filterable: boolean;
  sortable: boolean;
  /** Not offered as a column: ids that actions of a block need. */
  internal?: boolean;
  /** Values of a choice. */
  options?: readonly string[];
}

/** A row of `mailMessages:list` and the data of `mailMessages:get`. Ids are strings, times ISO 8601 in UTC. */
export interface MessageRow {
  id: string;
  threadId: string | null;
  accountId: string;
  mailboxId: string | null;
  subject: string;
  /** "Name <address>", or the address alone. */
  from: string;
  fromName: string;
  fromAddress: string;
  /** Addresses as in `from`, separated by commas. */
  to: string;
  cc: string;
  /** When it reached the mailbox. */
  date: string;
  /** What the sender claims. */
  sentAt: string | null;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  hasAttachments: boolean;
  preview: string;
  mailboxRole: string;
  mailboxName: string;
  accountAddress: string;
}

const field = (
  name: keyof MessageRow,
  title: string,
  kind: FieldKind,
  use: Partial<Omit<MessageField, 'name' | 'title' | 'kind'>> = {},
): MessageField => ({ name, title, kind, ...DEFAULTS[kind], filterable: true, sortable: false, ...use });

const DEFAULTS: Record<FieldKind, Pick<MessageField, 'type' | 'interface'>> = {
  id: { type: 'bigInt', interface: 'id' },
  text: { type: 'string', interface: 'input' },
  choice: { type: 'string', interface: 'input' },
  flag: { type: 'boolean', interface: 'checkbox' },
  date: { type: 'date', interface: 'datetime' },
};

/** Every field, in the order in which a new block offers them. */
export const MESSAGE_FIELDS: readonly MessageField[] = [
  field('id', 'ID', 'id', { internal: true, sortable: true }),
  field('from', 'From', 'text', { sortable: true }),
  field('subject', 'Subject', 'text', { sortable: true }),
  field('preview', 'Preview', 'text', { type: 'text', interface: 'textarea' }),
  field('date', 'Received', 'date', { sortable: true }),
  field('seen', 'Read', 'flag'),
  field('flagged', 'Flagged', 'flag'),
  field('answered', 'Answered', 'flag', { sortable: true }),
  field('hasAttachments', 'Has attachments', 'flag', { sortable: true }),
  field('fromName', "Sender's name", 'text', { sortable: true }),
  field('fromAddress', "Sender's address", 'text', { interface: 'email', sortable: true }),
  field('to', 'To', 'text', { filterable: false }),
  field('cc', 'Cc', 'text', { filterable: false }),
  field('sentAt', 'Sent at', 'date', { sortable: true }),
  field('mailboxRole', 'Folder type', 'choice', {
    interface: 'select',
    options: ['inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'none'],
  }),
  field('mailboxName', 'Folder', 'choice'),
  field('accountAddress', 'Account', 'choice', { interface: 'email' }),
  field('threadId', 'Conversation', 'id', { internal: true }),
  field('accountId', 'Account ID', 'id', { internal: true }),
  field('mailboxId', 'Folder ID', 'id', { internal: true }),
];

/** A field by its name, or undefined: also for names that only look like one (`constructor`, `subject.x`). */
export function messageFieldOf(name: string): MessageField | undefined {
  return MESSAGE_FIELDS.find((candidate) => candidate.name === name);
}

/** Operators of a filter by the kind of field. */
export const FILTER_OPERATORS: Readonly<Record<FieldKind, readonly string[]>> = {
  id: ['$eq', '$ne', '$in', '$notIn'],
  text: ['$eq', '$ne', '$in', '$notIn', '$includes', '$notIncludes', '$empty', '$notEmpty'],
  choice: ['$eq', '$ne', '$in', '$notIn', '$includes', '$notIncludes'],
  flag: ['$eq', '$ne', '$isTruly', '$isFalsy'],
  date: [
    ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$empty', '$notEmpty'],
    ...['$dateOn', '$dateNotOn', '$dateBefore', '$dateNotBefore', '$dateAfter', '$dateNotAfter', '$dateBetween'],
  ],
};

/** Limits of a filter: enough for people, not for a search by brute force. */
export const FILTER_LIMITS = { depth: 5, conditions: 50, listValues: 100, textLength: 500 } as const;
export const LARGEST_PAGE = 100;
