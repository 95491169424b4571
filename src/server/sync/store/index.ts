/** Writes what a pass found, in transactions under the lease. No network here. */
export { storeMessages, storeReadable } from './messages';
export { updateMailbox, updateMailboxes } from './mailbox';
export { forgetPlaces, forgetUids, hideUnplaced, hideVanished, writeFlags } from './places';
export { readByUid, readRecentFlags, readUidSets } from './known';
export { purgeVanished } from './purge';
export type { FetchedMessage, Owner, Place } from './values';
