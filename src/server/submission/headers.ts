/** What may stand in the headers of a mail: addresses, names, subjects, file names, message ids. Pure; nothing here can break a line. */
import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { AddressView } from '../../shared/types';
import { MailError } from '../errors';

/** Most recipients of one mail; Exchange Online's own default. */
export const MOST_RECIPIENTS = 500;
const LONGEST_SUBJECT = 900;
const LONGEST_NAME = 200;
const LONGEST_FILE_NAME = 200;
const MOST_REFERENCES = 21;
/** Longest id that is copied from a foreign header: it has to fit on one line (RFC 5322 section 2.1.1). */
const LONGEST_MESSAGE_ID = 900;

// Control characters, the line and paragraph separators of Unicode and lone surrogates.
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/gu;
/** Marks that reorder what follows: in a name or file name they only deceive. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** One line of text for a header: nothing in it can end the line. */
export function cleanLine(value: string): string {
  return value.replace(BREAKS, ' ').replace(/ {2,}/g, ' ').trim();
}

/** @throws MailError permanent `subjectTooLong` */
export function cleanSubject(value: string): string {
  const subject = cleanLine(value);
  if (subject.length > LONGEST_SUBJECT)
    throw new MailError('permanent', 'subjectTooLong', { params: { most: LONGEST_SUBJECT } });
  return subject;
}

/** A display name without line breaks and reordering marks. */
export function cleanName(value: string): string {
  return cutText(cleanLine(value.replace(REORDERING, '')), LONGEST_NAME);
}

/** A plain file name: no folders, no line breaks, no reordering marks, of a length every file system takes; keeps its ending. */
export function cleanFileName(value: string): string {
  const base = cleanLine(value.replace(REORDERING, '')).split(/[/\\]/).pop() ?? '';
  const name = base
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '');
  if (!name) return 'attachment';
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? '';
  return name.length <= LONGEST_FILE_NAME ? name : cutText(name, LONGEST_FILE_NAME - ending.length) + ending;
}

/** A media type as claimed, or octet-stream. Containers are sent as plain files: their content is not ours to vouch for. */
export function cleanContentType(value: string): string {
  const type = value.split(';')[0]?.trim().toLowerCase() ?? '';
  const valid = /^[a-z0-9][\w!#$&^.+-]{0,63}\/[a-z0-9][\w!#$&^.+-]{0,99}$/.test(type);
  return valid && !/^(multipart|message)\//.test(type) ? type : 'application/octet-stream';
}

/** Cuts without tearing a character in two. */
function cutText(value: string, length: number): string {
  return value.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LOCAL_PART = new RegExp(`^${ATOM}(\\.${ATOM})*$`);
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/**
 * The address as it goes over the wire (domain in ASCII, RFC 5891), or null where it is none.
 * Quoted and non-ASCII local parts are refused: hardly any server takes them (RFC 5321 section 4.1.2, RFC 6531).
 */
export function wireAddress(value: string): string | null {
  const address = value.trim();
  // domainToASCII would drop a line break in silence.
  if (cleanLine(address) !== address) return null;
  const at = address.lastIndexOf('@');
  if (at < 1 || at > 64 || address.length > 320) return null;
  const domain = domainToASCII(address.slice(at + 1)).toLowerCase();
  if (!LOCAL_PART.test(address.slice(0, at)) || !DOMAIN.test(domain) || domain.length > 253) return null;
  return `${address.slice(0, at)}@${domain}`;
}

export interface Recipients {
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
}

/**
 * Bare addresses for RCPT TO, without doubles.
 * @throws MailError permanent `recipientsMissing` | `recipientInvalid` | `tooManyRecipients`
 */
export function envelopeRecipients({ to, cc, bcc }: Recipients): string[] {
  const found = new Map<string, string>();
  for (const [field, recipients] of Object.entries({ To: to, Cc: cc, Bcc: bcc })) {
    for (const [index, { address }] of recipients.entries()) {
      const wire = wireAddress(address);
      // Not the address: the host logs what a request was refused with.
      if (!wire) throw new MailError('permanent', 'recipientInvalid', { params: { field, position: index + 1 } });
      if (!found.has(wire.toLowerCase())) found.set(wire.toLowerCase(), wire);
    }
  }
  if (found.size === 0) throw new MailError('permanent', 'recipientsMissing');
  if (found.size > MOST_RECIPIENTS)
    throw new MailError('permanent', 'tooManyRecipients', { params: { most: MOST_RECIPIENTS } });
  return [...found.values()];
}

/** A fresh Message-ID in the domain of the account, angle brackets included (RFC 5322 section 3.6.4). */
export function newMessageId(accountAddress: string): string {
  const domain = wireAddress(accountAddress)?.split('@').pop() ?? 'mail.invalid';
  return `<${randomUUID()}@${domain}>`;
}

/** A foreign message id in angle brackets, or null where it would not survive as plain ASCII on one line. */
export function cleanMessageId(value: string | null | undefined): string | null {
  const id = (value ?? '').trim().replace(/^<|>$/g, '');
  return /^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(id) && id.length <= LONGEST_MESSAGE_ID ? `<${id}>` : null;
}

/** Headers that join an answer to its thread. */
export interface Threading {
  /** Absent for a forward, which answers nobody. */
  inReplyTo?: string;
  references: string[];
}

/**
 * Threading headers for an answer (RFC 5322 section 3.6.4): References is what the answered message had plus its own id, kept to
 * the first and the last twenty.
 */
export function threadingOf(
  answered: { messageId: string | null; inReplyTo: string | null; references: string[] | null },
  kind: 'reply' | 'replyAll' | 'forward',
): Threading | null {
  const parent = cleanMessageId(answered.messageId);
  if (!parent) return null;
  const earlier = answered.references?.length
    ? answered.references
    : (answered.inReplyTo?.match(/<[^<>]+>/g) ?? []).slice(0, 1);
  const ids = [...earlier.map(cleanMessageId).filter((id) => id !== null && id !== parent), parent] as string[];
  const unique = [...new Set(ids)];
  const references = unique.length > MOST_REFERENCES ? [unique[0]!, ...unique.slice(1 - MOST_REFERENCES)] : unique;
  return kind === 'forward' ? { references } : { inReplyTo: parent, references };
}
