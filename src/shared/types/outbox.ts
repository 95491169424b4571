/** Drafts and submissions. */
import type { OutboxState } from '../states';
import type { ErrorView } from './errors';
import type { AddressView } from './messages';
import type { RecordRef } from './records';

/**
 * `mailOutbox:save` (POST values; filterByTk to change a draft) → data: OutboxView. With the `version` the change was made from, a draft
 * that changed meanwhile is not overwritten: `outboxChanged`. A new draft may come with an `idempotencyKey`: the same again, where the
 * answer was lost, makes no second one and answers with the first as it is by then.
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
  /** The record beside which it is written: only its name is kept, and its author's permissions are asked whenever it is read. */
  record?: RecordRef | null;
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
