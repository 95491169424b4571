/** Shapes of src/shared/types as OpenAPI schemas. */
import { MESSAGE_FIELDS, type MessageField } from '../shared/messageFields';

export type Schema = Record<string, unknown>;

export const string: Schema = { type: 'string' };
export const id: Schema = { type: 'string', description: 'Row id: digits, longer than a JavaScript number holds.' };
export const time: Schema = { type: 'string', format: 'date-time' };
export const boolean: Schema = { type: 'boolean' };
export const integer: Schema = { type: 'integer' };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const optional = (schema: Schema): Schema =>
  '$ref' in schema ? { allOf: [schema], nullable: true } : { ...schema, nullable: true };
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
export const ref = (name: keyof typeof schemas): Schema => ({ $ref: `#/components/schemas/${name}` });
const link = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const role = oneOf('inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'outbox', 'none');
const host = object({ host: string, port: integer, secure: boolean });
const address = link('Address');
/** Delivery failures that came back. */
const bounces = list(object({ messageId: id, recipients: list(string), status: optional(string), at: time }));
const error = link('Error');
const hosts = object({ authorityHost: string, imap: optional(host), smtp: optional(host) });

const fieldSchema = ({ kind, type }: MessageField): Schema =>
  kind === 'id' ? id : type === 'boolean' ? boolean : type === 'date' ? time : string;

export const schemas = {
  Error: object({
    code: string,
    kind: oneOf('transient', 'throttled', 'reauthorize', 'permanent'),
    who: oneOf('nobody', 'user', 'administrator', 'us'),
    params: { type: 'object', additionalProperties: true },
    message: { ...string, description: 'One sentence in the language of the request.' },
  }),
  Address: object({ name: string, address: string }),
  Provider: object({
    name: string,
    title: string,
    configured: boolean,
    clientId: string,
    secretSet: boolean,
    secretFromEnvironment: boolean,
    secretExpiresAt: optional(string),
    accountTypes: oneOf('common', 'organizations', 'consumers', 'tenant'),
    tenantId: string,
    advanced: hosts,
    redirectUri: string,
    problem: optional(error),
  }),
  ProviderInput: object(
    {
      name: string,
      clientId: string,
      clientSecret: { ...string, description: 'Absent keeps the stored one; it is never returned.' },
      secretExpiresAt: optional(string),
      accountTypes: oneOf('common', 'organizations', 'consumers', 'tenant'),
      tenantId: string,
      advanced: hosts,
    },
    ['name', 'clientId', 'accountTypes'],
  ),
  VerifyStep: object({ step: string, status: oneOf('ok', 'failed', 'skipped'), error }),
  Account: object({
    id,
    provider: string,
    address: string,
    displayName: string,
    storedState: oneOf('active', 'paused', 'reauthorize', 'disconnected'),
    state: string,
    sendBlocked: optional(error),
    error: optional(error),
    backOffUntil: optional(time),
    lastSyncAt: optional(time),
    unread: integer,
    stored: integer,
    onServer: optional(integer),
    textsMissing: integer,
    nextSyncAt: optional(time),
    startDate: optional(time),
  }),
  AccountList: object({
    accounts: list(link('Account')),
    providers: list(object({ name: string, title: string, configured: boolean })),
  }),
  ConnectStart: object({ connectId: id, authorizeUrl: string }),
  ConnectStatus: object({
    connectId: id,
    state: oneOf('started', 'returned', 'exchanging', 'probingImap', 'probingSmtp', 'done', 'failed'),
    accountId: optional(id),
    address: optional(string),
    error: optional(error),
    sendBlocked: optional(error),
    returnPath: string,
    adminConsentUrl: string,
  }),
  Mailbox: object({
    id,
    accountId: id,
    path: string,
    name: string,
    role,
    chosenRole: optional(role),
    holdsMail: { ...boolean, description: 'false: a calendar, contacts, notes: not fetched unless chosen.' },
    syncing: boolean,
    unread: integer,
    stored: integer,
    onServer: optional(integer),
    textsMissing: integer,
    freshness: oneOf('live', 'poll', 'paused', 'off', 'failing'),
    lastSyncAt: optional(time),
    lastChangeAt: optional(time),
    checkedAt: optional(time),
    repairing: boolean,
    error: optional(error),
  }),
  SyncLogPage: object({
    runs: list(
      object({
        id,
        accountId: id,
        kind: oneOf('pass', 'push'),
        address: string,
        owner: string,
        startedAt: time,
        durationMs: integer,
        counts: { type: 'object', additionalProperties: integer },
        repeated: integer,
        errorCode: optional(string),
      }),
    ),
    count: integer,
  }),
  MoveResult: object({
    moved: list(object({ id, from: optional(id), to: optional(id) })),
  }),
  ChangeNotice: object({
    id,
    accountId: id,
    messageId: id,
    threadId: optional(id),
    subject: string,
    change: oneOf('seen', 'flagged', 'move', 'remove'),
    error,
    at: time,
  }),
  Thread: object({
    id,
    accountId: id,
    subject: string,
    participants: list(address),
    lastDate: time,
    preview: string,
    messageCount: integer,
    unreadCount: integer,
    flagged: boolean,
    hasAttachments: boolean,
  }),
  ThreadPage: object({ threads: list(link('Thread')), next: optional(string), incomplete: boolean }, [
    'threads',
    'next',
  ]),
  ThreadDetail: object({ id, accountId: id, subject: string, messages: list(link('Message')) }),
  Message: object({
    id,
    accountId: id,
    mailboxId: optional(id),
    mailboxRole: role,
    threadId: optional(id),
    messageId: string,
    subject: string,
    from: optional(address),
    ...Object.fromEntries(['replyTo', 'to', 'cc', 'bcc'].map((name) => [name, list(address)])),
    date: time,
    sentAt: optional(time),
    ...Object.fromEntries(['seen', 'flagged', 'answered', 'draft', 'hasAttachments'].map((name) => [name, boolean])),
    preview: string,
    unreadable: optional(string),
    bounces,
  }),
  MessageRow: object(
    Object.fromEntries(
      MESSAGE_FIELDS.map((field) => [field.name, { ...fieldSchema(field), description: field.title }]),
    ),
  ),
  Attachment: object({
    part: string,
    filename: string,
    contentType: string,
    size: integer,
    inline: boolean,
    contentId: optional(string),
  }),
  MessageBody: object({
    id,
    html: { ...optional(string), description: 'Made safe by allow-lists; to be shown in a sandboxed frame only.' },
    text: string,
    blockedImages: integer,
    remoteImages: boolean,
    notice: optional(error),
    attachments: list(link('Attachment')),
  }),
  DownloadLink: object({ url: { ...string, description: 'Path on this host; opens the file for 60 seconds.' } }),
  OutboxInput: object(
    {
      accountId: id,
      to: list(address),
      cc: list(address),
      bcc: list(address),
      subject: string,
      html: optional(string),
      text: string,
      inReplyTo: optional(object({ messageId: id, kind: oneOf('reply', 'replyAll', 'forward') })),
      record: {
        ...optional(object({ collection: string, id: string })),
        description:
          'The record beside which it is written. Only its name is kept: permissions are asked whenever it is read.',
      },
      version: {
        ...optional(integer),
        description:
          'Of the draft that the change was made from; another one is there by now: outboxChanged, and nothing is saved. Without it, whatever is there is changed.',
      },
      idempotencyKey: {
        ...optional(string),
        description:
          'Of a new draft, 1 to 128 visible ASCII characters: repeated, it makes no second draft and answers with the first as it is by then.',
      },
    },
    ['accountId', 'to', 'subject', 'html', 'text'],
  ),
  SubmitInput: object(
    {
      idempotencyKey: {
        ...string,
        description: '1 to 128 visible ASCII characters; names this mail among those of the user.',
      },
      accountId: { ...id, description: 'Without it, the first account that can send.' },
      ...Object.fromEntries(['to', 'cc', 'bcc'].map((name) => [name, list(address)])),
      subject: string,
      html: optional(string),
      text: string,
      inReplyTo: optional(object({ messageId: id, kind: oneOf('reply', 'replyAll', 'forward') })),
      sendAt: time,
      attachments: list(object({ filename: string, contentType: string, content: { ...string, format: 'byte' } })),
    },
    ['idempotencyKey', 'to', 'subject'],
  ),
  Outbox: object({
    id,
    accountId: id,
    ...Object.fromEntries(['to', 'cc', 'bcc'].map((name) => [name, list(address)])),
    subject: string,
    html: optional(string),
    text: string,
    state: oneOf('draft', 'queued', 'sending', 'sent', 'failed', 'uncertain'),
    sendAt: optional(time),
    sentAt: optional(time),
    messageId: optional(string),
    error: optional(error),
    bounces,
    attachments: list(
      object({ id: string, filename: string, contentType: string, size: integer, contentId: optional(string) }),
    ),
    inReplyTo: optional(object({ messageId: id, kind: oneOf('reply', 'replyAll', 'forward') })),
    record: optional(object({ collection: string, id: string })),
    updatedAt: time,
  }),
  Signature: object({ id, accountId: id, name: string, html: string, isDefault: boolean }, [
    'accountId',
    'name',
    'html',
  ]),
  Template: object({ id, name: string, subject: string, html: string, shared: boolean, own: boolean }, [
    'name',
    'html',
  ]),
  FilledTemplate: object({ subject: string, html: string, missing: list(string) }),
  RecordRef: object({ collection: string, id }, ['collection', 'id']),
  HostFile: object({
    ...{ collection: string, id, filename: string, contentType: string, size: integer },
    createdAt: optional(time),
  }),
  Correspondent: object({ name: string, address: string, wroteTo: boolean }),
  Settings: object({
    pollMinutes: integer,
    undoSeconds: integer,
    defaultSyncDays: integer,
    messagesPerMinute: integer,
    spoolMegabytes: integer,
  }),
};
