/** envelopeOf as libraries alone do it, without any short way: what the quick one is compared with. */
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import libmime from 'libmime';
import { addressParser } from 'postal-mime';
import type { AddressView } from '../../../src/shared/types';
import { decodeText, oneLine } from '../../../src/server/imap/decode';
import type { Envelope } from '../../../src/server/imap/envelope';
import { parseMailDate, withoutComments } from '../../../src/server/imap/mailDate';

const MAX_HEADERS = 512 * 1024;
const MAX_FIELD = 128 * 1024;
const MAX_ADDRESSES = 500;
const MAX_REFERENCES = 60;
const MAX_SUBJECT = 1000;
const MAX_ID = 995;

/** Key of a Message-ID: two writings of the same id agree, and an index of any database takes it. */
function hashMessageId(messageId: string): string {
  // Blanks inside come from folding, and every server folds elsewhere.
  return createHash('sha256').update(messageId.replace(/\s+/g, '').replace(/^<|>$/g, '')).digest('hex');
}

/** Unfolded values by lower-case name, as bytes; several fields of a name in their order. */
function fieldsOf(headers: Buffer): Map<string, Buffer[]> {
  const fields = new Map<string, Buffer[]>();
  // latin1 keeps every byte, so that lines can be cut as text.
  const text = headers.subarray(0, MAX_HEADERS).toString('latin1');
  for (const line of text.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const [, name, value] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/s.exec(line) ?? [];
    if (!name || value === undefined) continue;
    const known = fields.get(name.toLowerCase());
    const bytes = Buffer.from(value.slice(0, MAX_FIELD).trim(), 'latin1');
    if (known) known.push(bytes);
    else fields.set(name.toLowerCase(), [bytes]);
  }
  return fields;
}

/** UTF-7 in encoded words (old Outlook): refused by the libraries, as a charset of whole pages should be. */
function decodeUtf7Words(value: string): string {
  if (!value.includes('=?')) return value;
  return value.replace(
    /=\?(?:unicode-1-1-)?utf-?7(?:\*[\w-]*)?\?([qb])\?([^?\s]*)\?=/gi,
    (_word, encoding: string, payload: string) => {
      const bytes =
        encoding.toLowerCase() === 'b'
          ? Buffer.from(payload, 'base64')
          : Buffer.from(
              payload
                .replace(/_/g, ' ')
                .replace(/=([0-9a-f]{2})/gi, (_hex, code: string) => String.fromCharCode(parseInt(code, 16))),
              'latin1',
            );
      return iconv.decode(bytes, 'utf-7');
    },
  );
}

/** Comments inside of an address say nothing (RFC 5322 section 3.4); those beside it are taken for a name. */
const withoutInnerComments = (value: string) =>
  value.replace(/<[^<>"]*>/g, (angle) =>
    angle.includes('(') && angle.length < 1000 ? withoutComments(angle).replace(/\s+/g, '') : angle,
  );

/** Addresses of a field; groups are opened. */
function addressesOf(value: string): AddressView[] {
  return addressParser(withoutInnerComments(decodeUtf7Words(value)), { flatten: true })
    .slice(0, MAX_ADDRESSES)
    .map((entry) => ({ name: oneLine(entry.name, 250), address: oneLine(entry.address ?? '', 320) }))
    .filter(({ name, address }) => name || address);
}

/** Message-IDs in a field (RFC 5322 section 3.6.4), whatever stands between them. */
function idsOf(value: string): string[] {
  const found = (value.match(/<[^<>]{1,993}>/g) ?? []).map((id) => id.replace(/\s+/g, ' '));
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

export function slowEnvelopeOf(headers: Buffer, fallbackCharset?: string): Envelope {
  const fields = fieldsOf(headers);
  const bytesOf = (name: string) => fields.get(name)?.[0] ?? Buffer.alloc(0);
  const textOf = (name: string) => decodeText(bytesOf(name), undefined, fallbackCharset);
  const listOf = (name: string) =>
    addressesOf((fields.get(name) ?? []).map((bytes) => decodeText(bytes, undefined, fallbackCharset)).join(', '));

  const messageId = ownId(textOf('message-id'));
  const inReplyTo = idsOf(textOf('in-reply-to'))[0] ?? '';
  const hash = createHash('sha256');
  for (const name of ['date', 'from', 'to', 'subject']) hash.update(bytesOf(name)).update('\n');
  return {
    messageId,
    messageIdHash: messageId ? hashMessageId(messageId) : null,
    originalMessageId: ownId(textOf('x-microsoft-original-message-id')) || null,
    inReplyTo,
    references: boundedReferences([...referencesOf(textOf('references')), ...(inReplyTo ? [inReplyTo] : [])]),
    subject: oneLine(libmime.decodeWords(decodeUtf7Words(textOf('subject'))), MAX_SUBJECT),
    from: listOf('from')[0] ?? listOf('sender')[0] ?? null,
    to: listOf('to'),
    cc: listOf('cc'),
    bcc: listOf('bcc'),
    replyTo: listOf('reply-to'),
    sentAt: parseMailDate(textOf('date')),
    headerHash: hash.digest('hex'),
  };
}
