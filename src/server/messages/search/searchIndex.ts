/** The index of words behind `mailThreads:search`: what sync writes into it. */
import type { Transaction } from 'sequelize';
import type { AddressView } from '../../../shared/types';
import type { MailContext } from '../../context';
import { searchAdapter } from './adapters';
import { mapped, quotedTable, run } from './adapters/sql';
import { indexTextOf, type IndexedMessage } from './spelling';

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
  mail: MailContext,
  entries: readonly SearchEntry[],
  transaction: Transaction,
): Promise<void> {
  const dialect = mail.db.sequelize.getDialect();
  const message = (entry: SearchEntry): IndexedMessage => ({ ...entry, text: indexTextOf(dialect, entry) });
  // Spelled one by one: lists of words are many small objects.
  if (entries.length > 0) await searchAdapter(mail).write(mapped(entries, message), transaction);
}

/** {@link indexMessages} where the words have been spelled already. */
export async function indexSpelled(
  mail: MailContext,
  messages: readonly IndexedMessage[],
  transaction: Transaction,
): Promise<void> {
  if (messages.length > 0) await searchAdapter(mail).write(messages, transaction);
}

/** Forgets messages that are purged, in the transaction that removes their rows. */
export async function forgetMessages(
  mail: MailContext,
  messageIds: readonly string[],
  transaction: Transaction,
): Promise<void> {
  if (messageIds.length === 0) return;
  await searchAdapter(mail).remove(messageIds, transaction);
}

/** Makes the tables of the index where they are missing. They are no collections: no database has their kinds of index in common. */
export async function prepareSearchIndex(mail: MailContext): Promise<void> {
  await searchAdapter(mail).create();
  await run(
    mail,
    `CREATE TABLE IF NOT EXISTS ${quotedTable(mail, 'mailSearchState')} (version INTEGER, below VARCHAR(20))`,
  );
}
