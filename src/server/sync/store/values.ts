/** A message as FETCH gave it, as the values of its row. Pure. */
import { hashMessageId, type Envelope } from '../../imap/envelope';
import type { ServerFlags } from '../plan';
import type { Values } from '../rows';
import { addressesOf, subjectFacts, type SubjectFacts } from '../subjects';
import type { Threadable } from '../threading';

/** The account a pass works for. */
export interface Owner {
  id: string;
  userId: string;
}

/** A mailbox under one UIDVALIDITY. */
export interface Place {
  id: string;
  uidValidity: number;
}

/** A message as FETCH gave it. */
export interface FetchedMessage {
  uid: number;
  flags: ServerFlags;
  internalDate: Date;
  size: number;
  envelope: Envelope;
  /** BODYSTRUCTURE, compact, as JSON: many small objects are worth less than one text. Null where the server's is of no use. */
  structure: string | null;
  hasAttachments: boolean;
  /** Error code where it could not be read: the row is shown all the same. */
  unreadable: string | null;
}

/**
 * Columns of mailMessages that come from the server.
 * @param subjectKey as {@link threadableOf} found it
 */
export function valuesOf(owner: Owner, place: Place, message: FetchedMessage, subjectKey: number | null): Values {
  const { envelope } = message;
  return {
    userId: owner.userId,
    accountId: owner.id,
    mailboxId: place.id,
    uidValidity: place.uidValidity,
    uid: message.uid,
    vanishedAt: null,
    ...message.flags,
    messageId: envelope.messageId,
    messageIdHash: envelope.messageIdHash,
    originalMessageId: envelope.originalMessageId,
    inReplyTo: envelope.inReplyTo,
    references: envelope.references,
    subject: envelope.subject,
    subjectKey,
    fromName: envelope.from?.name ?? '',
    fromAddress: envelope.from?.address ?? '',
    to: envelope.to,
    cc: envelope.cc,
    bcc: envelope.bcc,
    replyTo: envelope.replyTo,
    internalDate: message.internalDate,
    sentAt: envelope.sentAt,
    size: message.size,
    hasAttachments: message.hasAttachments,
    // Empty where there was no header to hash.
    headerHash: message.unreadable === null ? envelope.headerHash : '',
    unreadable: message.unreadable,
  };
}

/** What decides the thread of a message. */
export const threadableOf = ({ envelope, internalDate }: FetchedMessage): Threadable & { subject: SubjectFacts } => ({
  own: [
    ...(envelope.messageIdHash ? [envelope.messageIdHash] : []),
    ...(envelope.originalMessageId ? [hashMessageId(envelope.originalMessageId)] : []),
  ],
  references: envelope.references.map(hashMessageId),
  subject: {
    ...subjectFacts(envelope.subject, envelope.references.length > 0),
    date: internalDate,
    from: (envelope.from?.address ?? '').toLowerCase(),
    people: addressesOf([...(envelope.from ? [envelope.from] : []), ...envelope.to, ...envelope.cc]),
  },
});

/**
 * What tells a moved message from its twin: anyone can reuse a Message-ID. One without it is told by its size as well, and
 * one without any header by nothing.
 */
export function identityOf(fields: {
  messageIdHash: unknown;
  internalDate: Date;
  headerHash: unknown;
  size: unknown;
}): string {
  const name = fields.messageIdHash ? String(fields.messageIdHash) : `size ${Number(fields.size ?? 0)}`;
  return `${name} ${fields.internalDate.getTime()} ${String(fields.headerHash)}`;
}
