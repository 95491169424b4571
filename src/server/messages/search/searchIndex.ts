/** The index of words behind `mailThreads:search`: what sync writes into it. */
import type { Transaction } from 'sequelize';
import type { AddressView } from '../../../shared/types';
import type { MailContext } from '../../context';

/** What is found of one message. */
export interface SearchEntry {
  /** Row id of the message. */
  id: string;
  userId: string;
  /** INTERNALDATE: what is found comes newest first. */
  internalDate: Date;
  subject: string;
  from: AddressView | null;
  /** To, Cc and Bcc. */
  recipients: readonly AddressView[];
  attachmentNames: readonly string[];
  /** The readable text of the body; of html what is left without tags. Null where it was not fetched. */
  text: string | null;
}

/** Makes messages findable, anew where they were already, in the transaction that stores their text. */
export async function indexMessages(
  _mail: MailContext,
  _entries: readonly SearchEntry[],
  _transaction: Transaction,
): Promise<void> {
  // Follows.
}

/** Forgets messages that are purged, in the transaction that removes their rows. */
export async function forgetMessages(
  _mail: MailContext,
  _messageIds: readonly string[],
  _transaction: Transaction,
): Promise<void> {
  // Follows.
}
