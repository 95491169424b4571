/** What crosses HTTP and the websocket. Ids are strings (snowflakes do not fit a JavaScript number); times are ISO 8601 in UTC. */
import type { AccountState, OutboxState, SignInState, StoredAccountState } from './states';

export type ErrorKind = 'transient' | 'throttled' | 'reauthorize' | 'permanent';
export type WhoActs = 'nobody' | 'user' | 'administrator' | 'us';

/** An error as the browser sees it; the sentence for `code` is in src/locale under `error.<code>`. Holds no server text and no secret. */
export interface ErrorView {
  code: string;
  kind: ErrorKind;
  who: WhoActs;
  /** Values for the sentence: a host, a name, a number, a reference. */
  params?: Record<string, string | number>;
}

// ---------------------------------------------------------------- providers

/** Which accounts the Entra app registration serves; `tenant` needs a tenant id. */
export type AccountTypes = 'common' | 'organizations' | 'consumers' | 'tenant';

export interface HostView {
  host: string;
  port: number;
  /** true: TLS from the first byte; false: STARTTLS, compulsory. */
  secure: boolean;
}

/** `mailProviders:list` → data: ProviderView[] (administrators). */
export interface ProviderView {
  name: string;
  title: string;
  /** Whether users may connect: Client ID and secret are there. */
  configured: boolean;
  clientId: string;
  /** The secret itself never leaves the server. */
  secretSet: boolean;
  /** True where the stored value is a `{{ $env.X }}` reference. */
  secretFromEnvironment: boolean;
  secretExpiresAt: string | null;
  accountTypes: AccountTypes;
  tenantId: string;
  advanced: ProviderHosts;
  /** To be registered in Entra as a Web redirect URI, exactly. */
  redirectUri: string;
  /** Set while Microsoft refuses the app registration itself. */
  problem: ErrorView | null;
}

/** Empty values mean Microsoft's public cloud. Anything else must be allowed by MAIL_ALLOWED_HOSTS. */
export interface ProviderHosts {
  /** Origin, e.g. https://login.microsoftonline.com */
  authorityHost: string;
  imap: HostView | null;
  smtp: HostView | null;
}

/** `mailProviders:save` (POST values). An absent `clientSecret` keeps the stored one. */
export interface ProviderInput {
  name: string;
  clientId: string;
  clientSecret?: string;
  secretExpiresAt?: string | null;
  accountTypes: AccountTypes;
  tenantId?: string;
  advanced?: Partial<ProviderHosts>;
}

/** One line of `mailProviders:verify`. */
export interface VerifyStep {
  step: 'clientId' | 'clientSecret' | 'publicUrl' | 'authority' | 'imapHost' | 'smtpHost';
  status: 'ok' | 'failed' | 'skipped';
  error?: ErrorView;
}

// ----------------------------------------------------------------- accounts

/** `mailAccounts:list` → data: { accounts: AccountView[], providers: ConnectableProvider[] } (the signed-in user's own). */
export interface AccountView {
  id: string;
  provider: string;
  address: string;
  displayName: string;
  storedState: StoredAccountState;
  state: AccountState;
  /** Can read, cannot send: why. */
  sendBlocked: ErrorView | null;
  error: ErrorView | null;
  backOffUntil: string | null;
  lastSyncAt: string | null;
  unread: number;
  /** Messages stored, and how many the server holds within the start date; null while unknown. */
  stored: number;
  onServer: number | null;
  /** Of those stored, how many still lack their text. */
  textsMissing: number;
  /** When it is looked at next; null while it is not. */
  nextSyncAt: string | null;
  /** Minutes between two looks at what the server does not tell by itself. */
  pollMinutes: number;
  startDate: string | null;
  /** Largest message its server takes, in octets as encoded (RFC 1870); null while unknown. */
  largestMessage: number | null;
}

export interface ConnectableProvider {
  name: string;
  title: string;
  configured: boolean;
}

/**
 * `mailAccounts:connect` (POST {provider, returnPath, startDate?}) and `mailAccounts:reconnect` (POST {filterByTk, returnPath})
 * → data: ConnectStart. Sets the HttpOnly cookie that `finish` asks for.
 */
export interface ConnectStart {
  connectId: string;
  authorizeUrl: string;
}

/** `mailAccounts:finish` (POST {code?, state, error?, errorDescription?}) → data: ConnectStatus. Also `mailAccounts:status` (GET filterByTk=connectId). */
export interface ConnectStatus {
  connectId: string;
  state: SignInState;
  accountId: string | null;
  address: string | null;
  /** Why it failed. */
  error: ErrorView | null;
  /** Set when the account was saved but may not send. */
  sendBlocked: ErrorView | null;
  /** Path inside the app, runtime prefix included (`/v/…` or not), where the user came from. */
  returnPath: string;
  /** Where an administrator of the tenant can approve the app; only with `adminConsentRequired`. */
  adminConsentUrl?: string;
}

// ------------------------------------------------------- mailboxes, threads

export type MailboxRole = 'inbox' | 'sent' | 'drafts' | 'archive' | 'junk' | 'trash' | 'outbox' | 'none';

/** `mailboxes:list` (?accountId=) → data: MailboxView[]. */
export interface MailboxView {
  id: string;
  accountId: string;
  path: string;
  /** Last segment of the path, for people. */
  name: string;
  role: MailboxRole;
  /** The role the user chose; null where flags and names decide. */
  chosenRole: MailboxRole | null;
  /** false: a calendar, contacts, notes and the like: offered to be chosen, and never taken for mail before. */
  holdsMail: boolean;
  syncing: boolean;
  unread: number;
  /** Rows stored here, and messages on the server within the start date (null while unknown). */
  stored: number;
  onServer: number | null;
  /** How fresh it is: pushed by the server, looked at in every pass, or not at all and why not. */
  freshness: MailboxFreshness;
  /** When it was last found equal to the server. */
  lastSyncAt: string | null;
  /** When something in it last changed here. */
  lastChangeAt: string | null;
  /** Of the rows stored here, how many still lack their text. */
  textsMissing: number;
  /** When every single message and flag in it was last compared. */
  checkedAt: string | null;
  /** A repair was asked for and is not done yet. */
  repairing: boolean;
  /** What is wrong with it, or with its account. */
  error: ErrorView | null;
}

/**
 * live: IDLE is running; poll: compared in every pass; paused: its account is; off: the user chose not to sync it, or his account is
 * disconnected; failing: see `error`.
 */
export type MailboxFreshness = 'live' | 'poll' | 'paused' | 'off' | 'failing';

/** `mailboxes:choose` (POST ?filterByTk= {syncing?, role?}; role null: as flags and names say) → data: MailboxView. `mailboxes:repair` (POST ?filterByTk=). */
export interface MailboxChoice {
  syncing?: boolean;
  role?: MailboxRole | null;
}

/**
 * What `mailMessages:setFlags`, `:move` and `:remove` work on: messages, or all messages of threads that lie in one mailbox
 * (or in the mailboxes of one role; with neither, in any).
 */
export interface MessageSelection {
  ids?: string[];
  threadIds?: string[];
  mailboxId?: string;
  role?: MailboxRole;
}

/** Where `mailMessages:move` moves to: a mailbox of the same account, or the one of a role (archive, junk, trash, inbox) of each account. */
export type MoveTarget = { mailboxId: string } | { role: MailboxRole };

/**
 * `mailMessages:move` (POST MessageSelection & {to: MoveTarget}) and `mailMessages:remove` (POST MessageSelection & {permanently?: boolean};
 * without it, to the trash; what lies there already is removed for good) → data: MoveResult. Shown at once, pushed by the next pass.
 */
export interface MoveResult {
  /** What it takes to undo: where each message was shown before. `to` is null where it is removed for good. */
  moved: { id: string; from: string | null; to: string | null }[];
}

/**
 * A change that did not come true: Outlook was faster, or the server refused. The row shows what the server has; this says why.
 * `mailMessages:notices` (GET) → data: ChangeNotice[], newest first; `mailMessages:dismissNotices` (POST {ids}). The event
 * `mail:thread` tells of new ones in `noticeIds`. Kept for 14 days unless dismissed.
 */
export interface ChangeNotice {
  id: string;
  accountId: string;
  /** Row id of the message; it may be gone. */
  messageId: string;
  threadId: string | null;
  subject: string;
  change: 'seen' | 'flagged' | 'move' | 'remove';
  error: ErrorView;
  /** When the user had wanted it. */
  at: string;
}

/**
 * `mailSyncLog:list` (?accountId=&page=&pageSize=, administrators) and `mailSyncLog:own` (the same, of the signed-in user's own accounts)
 * → data: SyncLogPage; newest first, the last 14 days.
 */
export interface SyncLogPage {
  runs: SyncRun[];
  count: number;
}

/** One pass over an account, or what IDLE brought at once. Never content. */
export interface SyncRun {
  id: string;
  accountId: string;
  kind: 'pass' | 'push';
  /** Address of the mailbox and name of its owner, so that an administrator knows whom to ask. */
  address: string;
  owner: string;
  startedAt: string;
  durationMs: number;
  /** added, vanished, flags, texts, ops. */
  counts: Record<string, number>;
  /** Passes in a row that found nothing are one run, the newest of them: how many more there were before it. */
  repeated: number;
  errorCode: string | null;
}

export interface AddressView {
  name: string;
  address: string;
}

/** One line of the thread list. */
export interface ThreadView {
  id: string;
  accountId: string;
  subject: string;
  participants: AddressView[];
  /** Newest message in the mailbox that is listed (INTERNALDATE). */
  lastDate: string;
  preview: string;
  messageCount: number;
  unreadCount: number;
  flagged: boolean;
  hasAttachments: boolean;
}

/**
 * `mailThreads:list` (GET ?mailboxId= | ?role=inbox|sent (all accounts), ?unread=1, ?before=<cursor>, ?limit=) → data: ThreadPage.
 * `mailThreads:search` (POST ThreadSearch) → the same.
 */
export interface ThreadPage {
  threads: ThreadView[];
  /** In a search: whether texts are still being fetched, so that older mail may be missing from the result. */
  incomplete?: boolean;
  /** Pass as `before` for the next page; null at the end. */
  next: string | null;
}

/** Everything is optional; without words the filters alone decide. Dates are ISO 8601; `since` is included, `until` is not. */
export interface ThreadSearch {
  /** Words; `hel*` finds beginnings, `"as it stands"` words in a row. */
  query?: string;
  accountId?: string;
  mailboxId?: string;
  role?: MailboxRole;
  unread?: boolean;
  flagged?: boolean;
  attachment?: boolean;
  /** Words of the sender's name or address, or their beginnings: `ole`, `@partner.example`. */
  from?: string;
  since?: string;
  until?: string;
  before?: string;
  limit?: number;
}

/** `mailThreads:get` (?filterByTk=) → data: ThreadDetail; messages oldest first. */
export interface ThreadDetail {
  id: string;
  accountId: string;
  subject: string;
  messages: MessageView[];
}

/** A message without its body. Rows of `mailMessages:list`/`get`, which blocks show, are flat: MessageRow of src/shared/messageFields.ts. */
export interface MessageView {
  id: string;
  accountId: string;
  mailboxId: string | null;
  mailboxRole: MailboxRole;
  threadId: string | null;
  messageId: string;
  subject: string;
  from: AddressView | null;
  replyTo: AddressView[];
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
  /** INTERNALDATE: when it reached the mailbox. */
  date: string;
  /** The Date header; null where it cannot be read. */
  sentAt: string | null;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  draft: boolean;
  hasAttachments: boolean;
  preview: string;
  /** Set when the server or the message itself cannot be read; the row is shown all the same. */
  unreadable: string | null;
}

/**
 * `mailMessages:body` (GET ?filterByTk=&remoteImages=1) → data: MessageBody. Fetches the text parts from the server when they are not stored yet.
 * Always shown inside the sandboxed frame of src/client/mail/MessageFrame.tsx.
 */
export interface MessageBody {
  id: string;
  /** Sanitised html, or null where the message has only plain text. Inline images are data: URIs; without `remoteImages` nothing remote. */
  html: string | null;
  text: string;
  /** How many remote images were left out. */
  blockedImages: number;
  /** Remote images are in `html`, asked for or because the sender is trusted: the frame's policy must be widened to https images. */
  remoteImages: boolean;
  /** Why less is shown than the message holds (its html could not be made safe, or its text did not fit); null otherwise. */
  notice: ErrorView | null;
  attachments: AttachmentView[];
}

/** Downloaded with `mailMessages:attachment?filterByTk=<message>&part=<part>` (bearer) or by a 60-second ticket: POST the same with `ticket=1` → {url}, which a plain link opens. */
export interface AttachmentView {
  /** IMAP body section, e.g. "2" or "1.2". */
  part: string;
  filename: string;
  contentType: string;
  /** Octets as encoded on the server; an estimate for people. */
  size: number;
  inline: boolean;
  contentId: string | null;
}

// ------------------------------------------------------------------- outbox

/**
 * `mailOutbox:save` (POST values; filterByTk to change a draft) → data: OutboxView. With the `version` the change was made from, a draft
 * that changed meanwhile is not overwritten: `outboxChanged`.
 */
export interface OutboxInput {
  accountId: string;
  to: AddressView[];
  cc?: AddressView[];
  bcc?: AddressView[];
  subject: string;
  /** Rich text; null for a plain-text mail. */
  html: string | null;
  text: string;
  /** The message answered or forwarded, and how. */
  inReplyTo?: { messageId: string; kind: 'reply' | 'replyAll' | 'forward' } | null;
}

/**
 * `mailOutbox:list` (?state=; newest 200, `html` null and `text` empty: ask `:get` before editing), `:get`, `:send` (POST ?filterByTk → queued
 * with sendAt = now + undo), `:schedule` (POST {sendAt}), `:cancel`, `:retry`, `:resolve` (POST {arrived}), `:upload` (multipart field `file`),
 * `:removeAttachment` (POST {attachmentId}) → data: OutboxView. `:remove` (drafts and failed mail).
 * `mailOutbox:prepare` (POST {messageId, kind: reply | replyAll | forward, timeZone?}) → data: Required<OutboxInput>, nothing stored.
 */
export interface OutboxView extends Required<Omit<OutboxInput, 'inReplyTo'>> {
  id: string;
  state: OutboxState;
  /** Raised by every change, files included. */
  version: number;
  /** When a queued mail leaves. */
  sendAt: string | null;
  sentAt: string | null;
  /** Our Message-ID, fixed when queued. */
  messageId: string | null;
  error: ErrorView | null;
  /** Delivery failures that came back after it was sent. */
  bounces: BounceView[];
  attachments: OutboxFile[];
  inReplyTo: OutboxInput['inReplyTo'];
  updatedAt: string;
}

/**
 * `mailOutbox:submit` (POST) → data: OutboxView: draft, files and sending in one call, for workflows and other code. A call with the
 * `idempotencyKey` of an earlier one (of the same user) sends nothing and answers with the row of that one, whatever it holds.
 */
export interface SubmitInput extends Omit<OutboxInput, 'accountId'> {
  /** 1 to 128 visible ASCII characters. */
  idempotencyKey: string;
  /** Without it, the user's first account that can send. */
  accountId?: string;
  /** ISO 8601; without it, at once. */
  sendAt?: string;
  /** `content` is base64. */
  attachments?: { filename: string; contentType?: string; content: string }[];
}

/** A delivery failure that came back (RFC 3464): what another server claims. */
export interface BounceView {
  /** The message that says so. */
  messageId: string;
  /** Whom the mail did not reach; empty where the report does not name them. */
  recipients: string[];
  /** Enhanced status code (RFC 3463), such as 5.1.1. */
  status: string | null;
  at: string;
}

/**
 * A file of a mail; its bytes: `mailOutbox:file` (GET ?filterByTk=&fileId=). `mailOutbox:upload` with `inline=1` in the query takes
 * an image for the text, which html names as `cid:<contentId>`.
 */
export interface OutboxFile {
  id: string;
  filename: string;
  contentType: string;
  /** Octets. */
  size: number;
  /** Set for an image that the html may show; without it the file is an attachment. */
  contentId: string | null;
}

// ------------------------------------------------- signatures, templates, people

/** `mailSignatures:list` (?accountId=) → data: SignatureView[]; `:save` (POST SignatureInput; filterByTk to change one) → SignatureView; `:remove`. */
export interface SignatureInput {
  accountId: string;
  name: string;
  /** Made safe when saved. */
  html: string;
  /** The others of the account no longer are. */
  isDefault: boolean;
}
export interface SignatureView extends SignatureInput {
  id: string;
}

/**
 * `mailTemplates:list` → data: TemplateView[] (own and shared); `:save` (POST {name, subject, html}; filterByTk to change an own one),
 * `:share` (POST {shared}; administrators, own ones) → TemplateView; `:remove`;
 * `:render` (POST {values}; `user` is added) → FilledTemplate. Variables: `{{ record.name }}`, `{{ recipient.name | there }}`.
 */
export interface TemplateView {
  id: string;
  name: string;
  subject: string;
  html: string;
  /** Everybody may use it. */
  shared: boolean;
  /** The viewer's own: he may change it. */
  own: boolean;
}
export interface FilledTemplate {
  subject: string;
  html: string;
  /** Variables without a value; they stand in the text as they are. */
  missing: string[];
}

/**
 * `mailCorrespondents:list` (POST {query?}) → data: CorrespondentView[], those written to most often first;
 * `:check` (POST {addresses}) → data: {strangers: string[]}, whom the viewer never wrote to or heard from.
 */
export interface CorrespondentView extends AddressView {
  wroteTo: boolean;
}

// ----------------------------------------------------------------- settings

/** `mailSettings:get`, `mailSettings:save` (POST values) → data: GeneralSettings (administrators). Whole numbers. */
export interface GeneralSettings {
  /** Minutes between two passes over an account. */
  pollMinutes: number;
  /** How long a sent mail can be taken back, in seconds; 0 sends at once. */
  undoSeconds: number;
  /** A new account's mail is fetched back to this many days; the user may choose another date when connecting. */
  defaultSyncDays: number;
  /** Most messages of one account that leave within a minute. */
  messagesPerMinute: number;
  /** Most megabytes of files that one user's drafts and waiting mail may hold. */
  spoolMegabytes: number;
}
