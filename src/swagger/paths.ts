/** Every action of the plugin for readers of its API; a test compares the list with src/server/actions. */
import { FILTER_OPERATORS, LARGEST_PAGE, MESSAGE_FIELDS } from '../shared/messageFields';
import { boolean, id, integer, list, object, oneOf, optional, ref, string, time, type Schema } from './schemas';

interface Operation {
  method: 'get' | 'post';
  summary: string;
  description?: string;
  /** Query parameters; those in `required` must be there. */
  query?: Record<string, Schema>;
  required?: string[];
  /** The posted values. */
  body?: Schema;
  bodyType?: 'application/json' | 'multipart/form-data';
  /** `data` of a good answer. */
  data?: Schema;
  /** A file instead of data. */
  file?: string;
  /** Needs no session. */
  isPublic?: boolean;
}

const byId = { query: { filterByTk: id }, required: ['filterByTk'] };
const pageOfRuns = { accountId: id, page: integer, pageSize: { ...integer, maximum: 200 } };
const pageOfThreads = { unread: { ...boolean, description: '1: only unread.' }, before: string, limit: integer };
const role = oneOf('inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'outbox', 'none');
const filterText = `Conditions in the host's form, as JSON. Operators by field: ${MESSAGE_FIELDS.filter(
  (field) => field.filterable,
)
  .map((field) => `${field.name} (${FILTER_OPERATORS[field.kind].join(' ')})`)
  .join('; ')}. Anything else is refused.`;
const selection = { ids: list(id), threadIds: list(id), mailboxId: id, role };
const selectionText =
  'Of the messages named in ids, and of those of the threads in threadIds that lie in mailboxId, in a folder of the role, or anywhere.';
const outbox = { ...byId, data: ref('Outbox') };

export const operations: Record<string, Record<string, Operation>> = {
  mailProviders: {
    list: { method: 'get', summary: 'App registrations (administrators)', data: list(ref('Provider')) },
    save: { method: 'post', summary: 'Save an app registration', body: ref('ProviderInput'), data: ref('Provider') },
    remove: { method: 'post', summary: 'Remove an app registration', body: object({ name: string }, ['name']) },
    verify: {
      method: 'post',
      summary: 'Check an app registration and its hosts',
      body: object({ name: string }, ['name']),
      data: list(ref('VerifyStep')),
    },
  },
  mailAccounts: {
    list: { method: 'get', summary: 'Your connected mailboxes, and what you may connect', data: ref('AccountList') },
    connect: {
      method: 'post',
      summary: 'Start a sign-in at the provider',
      body: object({ provider: string, returnPath: string, startDate: time }, ['provider', 'returnPath']),
      data: ref('ConnectStart'),
    },
    reconnect: {
      method: 'post',
      summary: 'Sign in to a mailbox again',
      ...byId,
      body: object({ returnPath: string }),
      data: ref('ConnectStart'),
    },
    finish: {
      method: 'post',
      summary: 'Finish a sign-in with what the provider returned',
      body: object({ state: string, code: string, error: string, errorDescription: string }, ['state']),
      data: ref('ConnectStatus'),
    },
    status: { method: 'get', summary: 'How far a sign-in is', ...byId, data: ref('ConnectStatus') },
    sync: { method: 'post', summary: 'Look for new mail now', ...byId },
    pause: { method: 'post', summary: 'Stop looking for mail', ...byId },
    resume: { method: 'post', summary: 'Look for mail again', ...byId },
    update: {
      method: 'post',
      summary: 'Change the name shown, or how far back mail is fetched',
      ...byId,
      body: object({ displayName: string, startDate: { ...time, nullable: true } }),
      data: ref('Account'),
    },
    disconnect: {
      method: 'post',
      summary: 'Disconnect a mailbox, keeping or deleting its mail here',
      description: 'Deleted mail is hidden at once with its mailbox, and removed in the background.',
      ...byId,
      body: object({ keepMail: boolean }, ['keepMail']),
    },
  },
  mailboxes: {
    list: {
      method: 'get',
      summary: 'Folders of your mailboxes',
      query: { accountId: id },
      data: list(ref('Mailbox')),
    },
    choose: {
      method: 'post',
      summary: 'Choose whether a folder is fetched, and what it is for',
      description: 'A role given to one folder is taken from the others of its mailbox; null: as its name says.',
      ...byId,
      body: object({ syncing: boolean, role: { ...role, nullable: true } }),
      data: ref('Mailbox'),
    },
    repair: { method: 'post', summary: 'Compare a folder with the server from scratch', ...byId },
  },
  mailThreads: {
    list: {
      method: 'get',
      summary: 'Conversations of a folder, newest first',
      description: 'Of one folder, or of all your folders of a role (default: inbox).',
      query: { mailboxId: id, role, ...pageOfThreads },
      data: ref('ThreadPage'),
    },
    get: {
      method: 'get',
      summary: 'A conversation with its messages',
      description:
        'A message that lies in several folders is shown once: as it lies in this folder, or in one of this role.',
      query: { filterByTk: id, mailboxId: id, role },
      data: ref('ThreadDetail'),
    },
    search: {
      method: 'post',
      summary: 'Find conversations by words of subject, addresses, names of attachments and text, and by filters',
      description:
        'All words must be there. `hel*` finds beginnings, "several words" in quotes must stand in a row. Without words the filters alone decide, and without those all mail is listed. Case and accents make no difference.',
      body: object(
        {
          query: string,
          accountId: id,
          mailboxId: id,
          role,
          flagged: boolean,
          attachment: boolean,
          from: { ...string, description: 'Words of the sender’s name or address, or their beginnings.' },
          since: time,
          until: { ...time, description: 'Not included.' },
          ...pageOfThreads,
        },
        [],
      ),
      data: ref('ThreadPage'),
    },
  },
  mailMessages: {
    list: {
      method: 'get',
      summary: 'Your messages as rows',
      query: {
        page: integer,
        pageSize: { ...integer, maximum: LARGEST_PAGE },
        filter: { ...string, description: filterText },
        sort: list({ ...string, enum: sortable() }),
        fields: list({ ...string, enum: MESSAGE_FIELDS.map((field) => field.name) }),
      },
      data: list(ref('MessageRow')),
    },
    get: { method: 'get', summary: 'One message as a row', ...byId, data: ref('MessageRow') },
    body: {
      method: 'get',
      summary: 'Text, safe html and list of attachments of a message',
      query: { filterByTk: id, remoteImages: { ...boolean, description: '1: with images of other servers.' } },
      required: ['filterByTk'],
      data: ref('MessageBody'),
    },
    attachment: {
      method: 'get',
      summary: 'Download an attachment',
      description: 'POST the same with ticket=1 for a link that opens the file for 60 seconds (DownloadLink).',
      query: { filterByTk: id, part: string },
      required: ['filterByTk', 'part'],
      file: 'application/octet-stream',
    },
    source: {
      method: 'get',
      summary: 'Download a message as it lies on the server',
      description: 'POST the same with ticket=1 for a link that opens the file for 60 seconds (DownloadLink).',
      ...byId,
      file: 'message/rfc822',
    },
    download: {
      method: 'get',
      summary: 'What a download link opens',
      query: { ticket: string },
      required: ['ticket'],
      file: 'application/octet-stream',
      isPublic: true,
    },
    setFlags: {
      method: 'post',
      summary: 'Mark messages as read, unread, flagged or not',
      description: selectionText,
      body: object({ ...selection, seen: boolean, flagged: boolean }),
      data: object({ ids: list(id), seen: boolean, flagged: boolean }),
    },
    move: {
      method: 'post',
      summary: 'Move messages to another folder of their mailbox',
      description: `${selectionText} The target is a folder, or the one of a role in each account. All or none.`,
      body: object({ ...selection, to: object({ mailboxId: id, role }) }, ['to']),
      data: ref('MoveResult'),
    },
    remove: {
      method: 'post',
      summary: 'Move messages to the trash, or remove for good what lies there',
      description: `${selectionText} With permanently nothing is left, wherever it lies.`,
      body: object({ ...selection, permanently: boolean }),
      data: ref('MoveResult'),
    },
    notices: {
      method: 'get',
      summary: 'Your changes that did not come true, and why',
      data: list(ref('ChangeNotice')),
    },
    dismissNotices: { method: 'post', summary: 'Forget such notices', body: object({ ids: list(id) }, ['ids']) },
    trustSender: {
      method: 'post',
      summary: 'Always, or no longer, load images of the sender of a message',
      ...byId,
      body: object({ trusted: boolean }),
      data: object({ address: string, trusted: boolean }),
    },
  },
  mailOutbox: {
    list: {
      method: 'get',
      summary: 'Your drafts and sent mail of this app',
      query: { state: oneOf('draft', 'queued', 'sending', 'sent', 'failed', 'uncertain') },
      data: list(ref('Outbox')),
    },
    get: { method: 'get', summary: 'A draft or a sent mail', ...outbox },
    save: {
      method: 'post',
      summary: 'Make a draft, or change the one named',
      query: { filterByTk: id },
      body: ref('OutboxInput'),
      data: ref('Outbox'),
    },
    upload: {
      method: 'post',
      summary: 'Attach a file to a draft, or with inline=1 an image for its text',
      ...outbox,
      query: { filterByTk: id, inline: boolean },
      body: object({ file: { type: 'string', format: 'binary' } }, ['file']),
      bodyType: 'multipart/form-data',
    },
    file: {
      method: 'get',
      summary: 'Download a file of a mail that has not left',
      query: { filterByTk: id, fileId: string },
      required: ['filterByTk', 'fileId'],
      file: 'application/octet-stream',
    },
    removeAttachment: {
      method: 'post',
      summary: 'Take a file off a draft',
      ...outbox,
      body: object({ attachmentId: string }, ['attachmentId']),
    },
    attach: {
      method: 'post',
      summary: 'Attach a file of NocoBase to a draft',
      description:
        'A file of a record’s field, of a file collection, or of your own uploads (`attachments`), read with your permissions. Addresses and paths are not taken.',
      ...outbox,
      body: object(
        {
          file: object(
            {
              collection: string,
              id,
              record: object({ collection: string, id, field: string }, ['collection', 'id', 'field']),
            },
            ['collection', 'id'],
          ),
        },
        ['file'],
      ),
    },
    prepare: {
      method: 'post',
      summary: 'What a reply or a forward starts with; nothing is stored',
      body: object({ messageId: id, kind: oneOf('reply', 'replyAll', 'forward'), timeZone: string }, [
        'messageId',
        'kind',
      ]),
      data: ref('OutboxInput'),
    },
    send: { method: 'post', summary: 'Send a draft; it can be taken back for some seconds', ...outbox },
    schedule: {
      method: 'post',
      summary: 'Send a draft at a time',
      ...outbox,
      body: object({ sendAt: time }, ['sendAt']),
    },
    submit: {
      method: 'post',
      summary: 'Send a mail in one call; the same idempotencyKey again sends nothing and answers with the same row',
      body: ref('SubmitInput'),
      data: ref('Outbox'),
    },
    cancel: { method: 'post', summary: 'Take a mail back that has not left', ...outbox },
    retry: { method: 'post', summary: 'Send a mail again that failed', ...outbox },
    resolve: {
      method: 'post',
      summary: 'Say whether a mail arrived whose sending broke off',
      ...outbox,
      body: object({ arrived: boolean }, ['arrived']),
    },
    remove: { method: 'post', summary: 'Delete a draft or an entry', ...byId },
  },
  mailSignatures: {
    list: { method: 'get', summary: 'Your signatures', query: { accountId: id }, data: list(ref('Signature')) },
    save: {
      method: 'post',
      summary: 'Make a signature, or change the one named',
      query: { filterByTk: id },
      body: ref('Signature'),
      data: ref('Signature'),
    },
    remove: { method: 'post', summary: 'Delete a signature', ...byId },
  },
  mailTemplates: {
    list: { method: 'get', summary: 'Your templates and those shared with everybody', data: list(ref('Template')) },
    save: {
      method: 'post',
      summary: 'Make a template, or change one of your own',
      query: { filterByTk: id },
      body: object({ name: string, subject: string, html: string }, ['name', 'html']),
      data: ref('Template'),
    },
    share: {
      method: 'post',
      summary: 'Share a template with everybody, or no longer (administrators)',
      ...byId,
      body: object({ shared: boolean }, ['shared']),
      data: ref('Template'),
    },
    remove: { method: 'post', summary: 'Delete a template of your own', ...byId },
    render: {
      method: 'post',
      summary: 'A template with its variables filled',
      description:
        'Variables are paths: {{ record.customer.name }}, {{ recipient.name | there }}. Those of `user` are added, and those of the record as far as you may read it.',
      ...byId,
      body: object({ values: object({}), record: ref('RecordRef'), timeZone: string }),
      data: ref('FilledTemplate'),
    },
  },
  mailFiles: {
    folders: {
      method: 'get',
      summary: 'File collections you may list, your own uploads first',
      data: list(object({ collection: string, title: optional(string) })),
    },
    list: {
      method: 'post',
      summary: 'A page of a file collection, newest first',
      body: object({ collection: string, query: string, page: integer }, ['collection']),
      data: object({ files: list(ref('HostFile')), more: boolean }),
    },
    ofRecord: {
      method: 'post',
      summary: 'The files of a record’s fields, as far as you may read them',
      body: object({ record: ref('RecordRef') }, ['record']),
      data: list(object({ field: string, title: string, files: list(ref('HostFile')) })),
    },
  },
  mailCorrespondents: {
    list: {
      method: 'post',
      summary: 'People you wrote to or heard from lately',
      body: object({ query: string }),
      data: list(ref('Correspondent')),
    },
    check: {
      method: 'post',
      summary: 'Which addresses you never wrote to or heard from',
      body: object({ addresses: list(string) }, ['addresses']),
      data: object({ strangers: list(string) }),
    },
  },
  mailSettings: {
    get: { method: 'get', summary: 'General settings (administrators)', data: ref('Settings') },
    save: { method: 'post', summary: 'Change general settings', body: ref('Settings'), data: ref('Settings') },
  },
  mailSyncLog: {
    list: {
      method: 'get',
      summary: 'What syncing did in the last 14 days (administrators)',
      query: pageOfRuns,
      data: ref('SyncLogPage'),
    },
    own: {
      method: 'get',
      summary: 'What syncing did for your mailboxes',
      query: pageOfRuns,
      data: ref('SyncLogPage'),
    },
  },
};

function sortable(): string[] {
  return MESSAGE_FIELDS.filter((field) => field.sortable).flatMap(({ name }) => [name, `-${name}`]);
}

const json = (schema: Schema) => ({ 'application/json': { schema } });

/** An operation in OpenAPI's own shape. */
export function pathItem(resource: string, action: string, operation: Operation): Schema {
  const { method, summary, description, query = {}, required = [], body, bodyType, data, file, isPublic } = operation;
  const good = file
    ? { description: 'The file', content: { [file]: { schema: { type: 'string', format: 'binary' } } } }
    : { description: 'OK', content: json(object({ data: data ?? { nullable: true } })) };
  const bad = { description: 'Refused', content: json(object({ errors: list(ref('Error')) })) };
  return {
    [method]: {
      tags: [resource],
      operationId: `${resource}_${action}`,
      summary,
      ...(description && { description }),
      ...(isPublic && { security: [] }),
      parameters: Object.entries(query).map(([name, schema]) => ({
        name,
        in: 'query',
        required: required.includes(name),
        schema,
      })),
      ...(body && { requestBody: { content: { [bodyType ?? 'application/json']: { schema: body } } } }),
      responses: { 200: good, 400: bad, 401: { description: 'Not signed in' }, 404: bad },
    },
  };
}
