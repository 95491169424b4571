/** What a browser posts for a draft, checked and cleaned. Pure. A draft may be unfinished: addresses are judged when it is sent. */
import { rowIdOf } from '../../shared/ids';
import { recordRefOf } from '../../shared/recordRef';
import type { AddressView, OutboxInput, RecordRef } from '../../shared/types';
import { MailError } from '../errors';
import { cleanLine, cleanName, cleanSubject, MOST_RECIPIENTS } from './headers';

/** Most characters of a text or html that an author can post. */
export const LONGEST_BODY = 3_000_000;

/**
 * @throws MailError permanent `invalidInput` (params.field) | `tooManyRecipients` | `subjectTooLong` | `messageTooLarge`
 */
export function draftInput(values: Record<string, unknown>): Required<OutboxInput> {
  const accountId = rowIdOf(values.accountId);
  if (!accountId) throw invalid('accountId');
  const recipients = {
    to: addresses(values.to, 'to'),
    cc: addresses(values.cc, 'cc'),
    bcc: addresses(values.bcc, 'bcc'),
  };
  if (recipients.to.length + recipients.cc.length + recipients.bcc.length > MOST_RECIPIENTS) {
    throw new MailError('permanent', 'tooManyRecipients', { params: { most: MOST_RECIPIENTS } });
  }
  return {
    accountId,
    ...recipients,
    subject: cleanSubject(text(values.subject, 'subject')),
    html: values.html === null || values.html === undefined ? null : body(values.html, 'html'),
    text: body(values.text, 'text'),
    inReplyTo: answered(values.inReplyTo),
    record: beside(values.record),
  };
}

/** The version of a draft that a change was made from; null where the caller does not mind. @throws MailError permanent `invalidInput` */
export function draftVersion(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid('version');
  return value;
}

function invalid(field: string): MailError {
  return new MailError('permanent', 'invalidInput', { params: { field } });
}

function text(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw invalid(field);
  return value;
}

function body(value: unknown, field: string): string {
  // No database keeps NUL in a text column.
  const content = text(value, field).replaceAll('\0', '');
  if (content.length > LONGEST_BODY) throw new MailError('permanent', 'messageTooLarge', { params: { megabytes: 3 } });
  return content;
}

function addresses(value: unknown, field: string): AddressView[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(field);
  if (value.length > MOST_RECIPIENTS)
    throw new MailError('permanent', 'tooManyRecipients', { params: { most: MOST_RECIPIENTS } });
  return value.map((entry: unknown) => {
    const { name, address } = (entry ?? {}) as Record<string, unknown>;
    const cleaned = { name: cleanName(text(name, field)), address: cleanLine(text(address, field)) };
    if (cleaned.address.length > 320) throw invalid(field);
    return cleaned;
  });
}

const KINDS: readonly unknown[] = ['reply', 'replyAll', 'forward'];

function answered(value: unknown): NonNullable<OutboxInput['inReplyTo']> | null {
  if (value === undefined || value === null) return null;
  const { messageId, kind } = value as Record<string, unknown>;
  const id = rowIdOf(messageId);
  if (!id || !KINDS.includes(kind)) throw invalid('inReplyTo');
  return { messageId: id, kind: kind as 'reply' | 'replyAll' | 'forward' };
}

/** Kept as it is named: who may read it is asked when it is read. */
function beside(value: unknown): RecordRef | null {
  if (value === undefined || value === null) return null;
  const ref = recordRefOf(value);
  if (!ref) throw invalid('record');
  return ref;
}
