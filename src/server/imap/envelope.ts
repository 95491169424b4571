/** Raw header lines of one message to the fields of its row. Pure; the input is hostile and nothing in it is believed to be there. */
import { hash } from 'node:crypto';
import libmime from 'libmime';
import type { AddressView } from '../../shared/types';
import { addressesOf, decodeUtf7Words } from './addresses';
import { decodeText, oneLine } from './decode';
import { headerFields } from './headerFields';
import { parseMailDate } from './mailDate';

/** What is asked for with FETCH BODY.PEEK[HEADER.FIELDS (…)]: never more than a list or a thread needs. */
export const ENVELOPE_HEADERS = [
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'subject',
  'message-id',
  'in-reply-to',
  'references',
  'x-microsoft-original-message-id',
];

export interface Envelope {
  /** As in the header, with its angle brackets; empty where there is none. */
  messageId: string;
  /** Key of the id in mailReferences, or null without an id. */
  messageIdHash: string | null;
  /** The name a client gave before Outlook.com replaced it. */
  originalMessageId: string | null;
  inReplyTo: string;
  /** Oldest first, In-Reply-To included, without doubles. */
  references: string[];
  subject: string;
  from: AddressView | null;
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
  replyTo: AddressView[];
  /** The Date header; null where it is missing or cannot be read: dates are not invented. */
  sentAt: Date | null;
  /** sha-256 of the raw Date, From, To and Subject. */
  headerHash: string;
}

const MAX_REFERENCES = 60;
const MAX_SUBJECT = 1000;
const MAX_ID = 995;

/** Key of a Message-ID: two writings of the same id agree, and an index of any database takes it. */
export function hashMessageId(messageId: string): string {
  // Blanks inside come from folding, and every server folds elsewhere.
  const unfolded = /\s/.test(messageId) ? messageId.replace(/\s+/g, '') : messageId;
  return hash('sha256', unfolded.slice(unfolded.startsWith('<') ? 1 : 0, unfolded.endsWith('>') ? -1 : undefined));
}

/** Message-IDs in a field (RFC 5322 section 3.6.4), whatever stands between them. */
function idsOf(value: string): string[] {
  if (!value.includes('<')) return [];
  const found = (value.match(/<[^<>]{1,993}>/g) ?? []).map((id) => (/\s/.test(id) ? id.replace(/\s+/g, ' ') : id));
  // Blanks are allowed around the parts of an old id; without its @ it is something else in brackets.
  return found.filter((id) => id.includes('@') || !id.includes(' '));
}

/** Ids of References, also where their brackets are missing. In-Reply-To may hold a sentence with an address in it instead. */
function referencesOf(value: string): string[] {
  const ids = idsOf(value);
  return ids.length > 0 ? ids : (value.match(/[^\s<>()",;]{1,993}@[^\s<>()",;]{1,993}/g) ?? []);
}

function ownId(value: string): string {
  const [first] = idsOf(value);
  return first ?? oneLine(value, MAX_ID).split(' ')[0] ?? '';
}

/** First and newest references: what is cut out of the middle of an endless list is of no use for a thread. */
function boundedReferences(ids: string[]): string[] {
  const unique = [...new Set(ids)];
  return unique.length <= MAX_REFERENCES ? unique : [unique[0]!, ...unique.slice(1 - MAX_REFERENCES)];
}

const subjectOf = (value: string): string =>
  oneLine(value.includes('=?') ? libmime.decodeWords(decodeUtf7Words(value)) : value, MAX_SUBJECT);

const ASCII = /^[\x00-\x7f]*$/;

/**
 * Fields of a message from its raw header lines.
 * @param headers what FETCH gave for {@link ENVELOPE_HEADERS}; may be empty, cut or garbage
 * @param fallbackCharset for raw 8-bit lines that are not UTF-8, usually the charset of the body
 */
export function envelopeOf(headers: Buffer, fallbackCharset?: string): Envelope {
  const fields = headerFields(headers);
  const decoded = (latin1: string) =>
    ASCII.test(latin1) ? latin1 : decodeText(Buffer.from(latin1, 'latin1'), undefined, fallbackCharset);
  const bytesOf = (name: string) => fields.get(name)?.[0] ?? '';
  const textOf = (name: string) => decoded(bytesOf(name));
  const listOf = (name: string) => addressesOf((fields.get(name) ?? []).map(decoded).join(', '));

  const messageId = ownId(textOf('message-id'));
  const inReplyTo = idsOf(textOf('in-reply-to'))[0] ?? '';
  const told = ['date', 'from', 'to', 'subject'].map((name) => `${bytesOf(name)}\n`).join('');
  return {
    messageId,
    messageIdHash: messageId ? hashMessageId(messageId) : null,
    originalMessageId: ownId(textOf('x-microsoft-original-message-id')) || null,
    inReplyTo,
    references: boundedReferences([...referencesOf(textOf('references')), ...(inReplyTo ? [inReplyTo] : [])]),
    subject: subjectOf(textOf('subject')),
    from: listOf('from')[0] ?? listOf('sender')[0] ?? null,
    to: listOf('to'),
    cc: listOf('cc'),
    bcc: listOf('bcc'),
    replyTo: listOf('reply-to'),
    sentAt: parseMailDate(textOf('date')),
    headerHash: hash('sha256', Buffer.from(told, 'latin1')),
  };
}
