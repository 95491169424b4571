/** A message on its way to the app's thread: one text is worth more there than the many small objects it is made into. */
import type { FetchedMessage } from '../store/values';
import { asBuffer } from './utf8';

export interface PackedMessage {
  uid: number;
  /** JSON in UTF-8. */
  packed: Uint8Array;
}

/** @param utf8 keeps the octets of a text */
export const packMessage = (message: FetchedMessage, utf8: (text: string) => Uint8Array): PackedMessage => ({
  uid: message.uid,
  packed: utf8(JSON.stringify(message)),
});

export function unpackMessage({ packed }: PackedMessage): FetchedMessage {
  const message = JSON.parse(asBuffer(packed).toString()) as FetchedMessage;
  message.internalDate = new Date(message.internalDate);
  const { envelope } = message;
  envelope.sentAt &&= new Date(envelope.sentAt);
  return message;
}
