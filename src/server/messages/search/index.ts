/** Search: what sync writes into the index, and what a person finds in it. */
export { forgetMessages, indexMessages, prepareSearchIndex, type SearchEntry } from './searchIndex';
export { indexAnew, indexNow, indexStored, startRebuild } from './rebuild';
export { searchThreads } from './searchThreads';
export { hasMailFrom } from './senders';
export type { ThreadSearchInput } from './readSearch';
