/** Typed calls for every action of src/shared/types; what fails is an ApiError, shown by the caller and never by the host. */
import type { APIClient } from '@nocobase/client-v2';
import type {
  AccountView,
  ChangeNotice,
  ConnectableProvider,
  ConnectStart,
  ConnectStatus,
  CorrespondentView,
  FilledTemplate,
  GeneralSettings,
  HostFileRef,
  HostFileView,
  HostFolder,
  MailboxChoice,
  MailboxRole,
  MailboxView,
  MessageBody,
  MessageSelection,
  MoveResult,
  MoveTarget,
  OutboxInput,
  OutboxView,
  ProviderInput,
  ProviderView,
  RecordFiles,
  RecordRef,
  SignatureInput,
  SignatureView,
  TemplateView,
  SyncLogPage,
  ThreadDetail,
  ThreadPage,
  ThreadSearch,
  VerifyStep,
} from '../shared/types';
import type { OutboxState } from '../shared/states';
import { toApiError } from './apiError';

interface Call {
  params?: object;
  values?: object;
  data?: FormData;
  signal?: AbortSignal;
  /** The answer is a file. */
  blob?: boolean;
  /** A 401 is answered by the caller instead of the host's sign-in page. */
  keepPage?: boolean;
  onProgress?: (fraction: number) => void;
}

/** How one action is called: `resource:action`, always with our error handling. */
type Send = <T>(action: string, call?: Call) => Promise<T>;

function sender(client: APIClient): Send {
  return async <T>(action: string, { params, values, data, signal, blob, keepPage, onProgress }: Call = {}) => {
    const body = data ?? values;
    try {
      const response = await client.request<{ data: T } | T>({
        url: action,
        method: body === undefined ? 'get' : 'post',
        params,
        data: body,
        signal,
        skipNotify: true,
        ...(blob && { responseType: 'blob' }),
        ...(keepPage && { skipAuth: true }),
        ...(onProgress && {
          onUploadProgress: ({ loaded, total }) => onProgress(total ? loaded / total : 0),
        }),
      });
      return blob ? (response.data as T) : (response.data as { data: T }).data;
    } catch (thrown) {
      throw toApiError(thrown);
    }
  };
}

export interface ThreadQuery {
  mailboxId?: string;
  /** Over all accounts. */
  role?: MailboxRole;
  unread?: boolean;
  before?: string;
  limit?: number;
}

const one = (id: string) => ({ filterByTk: id });
const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const flag = (value: boolean | undefined) => (value ? { unread: 1 } : {});

/** All calls, grouped by resource. Ids are strings; every call throws {@link ApiError}. */
export function mailApi(client: APIClient) {
  const send = sender(client);
  return {
    providers: {
      list: () => send<ProviderView[]>('mailProviders:list'),
      save: (values: ProviderInput) => send<ProviderView>('mailProviders:save', { values }),
      remove: (name: string) => send<void>('mailProviders:remove', { values: { name } }),
      verify: (name: string) => send<VerifyStep[]>('mailProviders:verify', { values: { name } }),
    },
    accounts: {
      list: () => send<{ accounts: AccountView[]; providers: ConnectableProvider[] }>('mailAccounts:list'),
      connect: (values: { provider: string; returnPath: string; startDate?: string }) =>
        send<ConnectStart>('mailAccounts:connect', { values }),
      reconnect: (id: string, returnPath: string) =>
        send<ConnectStart>('mailAccounts:reconnect', { params: one(id), values: { returnPath } }),
      finish: (values: { state: string; code?: string; error?: string; errorDescription?: string }) =>
        send<ConnectStatus>('mailAccounts:finish', { values, keepPage: true }),
      status: (connectId: string, signal?: AbortSignal) =>
        send<ConnectStatus>('mailAccounts:status', { params: one(connectId), signal, keepPage: true }),
      sync: (id: string) => send<void>('mailAccounts:sync', { params: one(id), values: {} }),
      pause: (id: string) => send<void>('mailAccounts:pause', { params: one(id), values: {} }),
      resume: (id: string) => send<void>('mailAccounts:resume', { params: one(id), values: {} }),
      update: (id: string, values: { displayName?: string; startDate?: string | null }) =>
        send<AccountView>('mailAccounts:update', { params: one(id), values }),
      disconnect: (id: string, keepMail: boolean) =>
        send<void>('mailAccounts:disconnect', { params: one(id), values: { keepMail } }),
    },
    mailboxes: {
      list: (accountId?: string) => send<MailboxView[]>('mailboxes:list', { params: accountId ? { accountId } : {} }),
      choose: (id: string, choice: MailboxChoice) =>
        send<MailboxView>('mailboxes:choose', { params: one(id), values: choice }),
      repair: (id: string) => send<void>('mailboxes:repair', { params: one(id), values: {} }),
    },
    threads: {
      list: ({ unread, ...query }: ThreadQuery, signal?: AbortSignal) =>
        send<ThreadPage>('mailThreads:list', { params: { ...query, ...flag(unread) }, signal }),
      /** @param at where the reader stands: of copies the one there is shown */
      get: (id: string, at: Pick<ThreadQuery, 'mailboxId' | 'role'> = {}, signal?: AbortSignal) =>
        send<ThreadDetail>('mailThreads:get', { params: { ...one(id), ...at }, signal }),
      search: (values: ThreadSearch, signal?: AbortSignal) =>
        send<ThreadPage>('mailThreads:search', { values, signal }),
    },
    messages: {
      body: (id: string, options: { remoteImages?: boolean; signal?: AbortSignal } = {}) =>
        send<MessageBody>('mailMessages:body', {
          params: { ...one(id), ...(options.remoteImages && { remoteImages: 1 }) },
          signal: options.signal,
        }),
      /** A link for downloading an attachment, good for 60 seconds. */
      attachment: (id: string, part: string) =>
        send<{ url: string }>('mailMessages:attachment', { params: { ...one(id), part, ticket: 1 }, values: {} }),
      source: (id: string) =>
        send<{ url: string }>('mailMessages:source', { params: { ...one(id), ticket: 1 }, values: {} }),
      /** Remote images of this message's sender are shown from now on. */
      trustSender: (id: string) => send<void>('mailMessages:trustSender', { params: one(id), values: {} }),
      setFlags: (selection: MessageSelection, flags: { seen?: boolean; flagged?: boolean }) =>
        send<void>('mailMessages:setFlags', { values: { ...selection, ...flags } }),
      move: (selection: MessageSelection, to: MoveTarget) =>
        send<MoveResult>('mailMessages:move', { values: { ...selection, to } }),
      /** To the trash; `permanently` removes from the server. */
      remove: (selection: MessageSelection, permanently: boolean) =>
        send<MoveResult>('mailMessages:remove', { values: { ...selection, ...(permanently && { permanently }) } }),
    },
    notices: {
      list: () => send<ChangeNotice[]>('mailMessages:notices'),
      dismiss: (ids: string[]) => send<void>('mailMessages:dismissNotices', { values: { ids } }),
    },
    outbox: {
      list: (state?: OutboxState) => send<OutboxView[]>('mailOutbox:list', { params: state ? { state } : {} }),
      get: (id: string) => send<OutboxView>('mailOutbox:get', { params: one(id) }),
      /** Changes a draft; `outboxChanged` where its version is another by now. */
      save: (values: OutboxInput, { id, version }: Pick<OutboxView, 'id' | 'version'>) =>
        send<OutboxView>('mailOutbox:save', { params: one(id), values: { ...values, version } }),
      /** Makes a draft; the same key again, where no answer came, gives the one that was made, as it is by then. */
      saveOnce: (idempotencyKey: string, values: OutboxInput) =>
        send<OutboxView>('mailOutbox:save', { values: { ...values, idempotencyKey } }),
      upload: (id: string, file: File, onProgress?: (fraction: number) => void, signal?: AbortSignal) => {
        const data = new FormData();
        data.append('file', file);
        return send<OutboxView>('mailOutbox:upload', { params: one(id), data, onProgress, signal });
      },
      /** An image for the text: html names it by the contentId of the file that is new in the answer. */
      uploadImage: (id: string, file: File) => {
        const data = new FormData();
        data.append('file', file);
        return send<OutboxView>('mailOutbox:upload', { params: { ...one(id), inline: 1 }, data });
      },
      file: (id: string, fileId: string) =>
        send<Blob>('mailOutbox:file', { params: { ...one(id), fileId }, blob: true }),
      /** A file that lies in NocoBase already, read with the reader's permissions. */
      attach: (id: string, file: HostFileRef, signal?: AbortSignal) =>
        send<OutboxView>('mailOutbox:attach', { params: one(id), values: { file }, signal }),
      removeFile: (id: string, attachmentId: string) =>
        send<OutboxView>('mailOutbox:removeAttachment', { params: one(id), values: { attachmentId } }),
      /** What the composer starts from when a message is answered or forwarded; nothing is stored. */
      prepare: (messageId: string, kind: 'reply' | 'replyAll' | 'forward') =>
        send<OutboxInput>('mailOutbox:prepare', {
          values: { messageId, kind, timeZone: timeZone() },
        }),
      send: (id: string) => send<OutboxView>('mailOutbox:send', { params: one(id), values: {} }),
      schedule: (id: string, sendAt: string) =>
        send<OutboxView>('mailOutbox:schedule', { params: one(id), values: { sendAt } }),
      cancel: (id: string) => send<OutboxView>('mailOutbox:cancel', { params: one(id), values: {} }),
      retry: (id: string) => send<OutboxView>('mailOutbox:retry', { params: one(id), values: {} }),
      resolve: (id: string, arrived: boolean) =>
        send<OutboxView>('mailOutbox:resolve', { params: one(id), values: { arrived } }),
      remove: (id: string) => send<void>('mailOutbox:remove', { params: one(id), values: {} }),
    },
    files: {
      folders: () => send<HostFolder[]>('mailFiles:folders'),
      list: (collection: string, query: string, page: number) =>
        send<{ files: HostFileView[]; more: boolean }>('mailFiles:list', { values: { collection, query, page } }),
      ofRecord: (record: RecordRef) => send<RecordFiles[]>('mailFiles:ofRecord', { values: { record } }),
    },
    syncLog: {
      /** Administrators only. */
      list: (query: { accountId?: string; page: number; pageSize: number }) =>
        send<SyncLogPage>('mailSyncLog:list', { params: query }),
    },
    signatures: {
      list: () => send<SignatureView[]>('mailSignatures:list'),
      save: (values: SignatureInput, id?: string) =>
        send<SignatureView>('mailSignatures:save', { params: id ? one(id) : {}, values }),
      remove: (id: string) => send<void>('mailSignatures:remove', { params: one(id), values: {} }),
    },
    templates: {
      list: () => send<TemplateView[]>('mailTemplates:list'),
      save: (values: { name: string; subject: string; html: string }, id?: string) =>
        send<TemplateView>('mailTemplates:save', { params: id ? one(id) : {}, values }),
      remove: (id: string) => send<void>('mailTemplates:remove', { params: one(id), values: {} }),
      /** Own ones; for those who may open the email settings. */
      share: (id: string, shared: boolean) =>
        send<TemplateView>('mailTemplates:share', { params: one(id), values: { shared } }),
      /** The template with its variables filled; those of the user and of the record are added by the server. */
      render: (id: string, values: object, record: RecordRef | null) =>
        send<FilledTemplate>('mailTemplates:render', {
          params: one(id),
          values: { values, record, timeZone: timeZone() },
        }),
    },
    people: {
      list: (query = '') => send<CorrespondentView[]>('mailCorrespondents:list', { values: { query } }),
      /** Whom of these the user never wrote to or heard from. */
      strangers: (addresses: string[]) =>
        send<{ strangers: string[] }>('mailCorrespondents:check', { values: { addresses } }),
    },
    settings: {
      get: () => send<GeneralSettings>('mailSettings:get'),
      save: (values: GeneralSettings) => send<GeneralSettings>('mailSettings:save', { values }),
    },
  };
}

export type MailApi = ReturnType<typeof mailApi>;
