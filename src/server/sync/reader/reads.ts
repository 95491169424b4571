/** What is read in bulk, by the side that has the connection: what crosses to the other one is ready to be stored. Knows no database. */
import type { Fetched } from '../../imap/fetch';
import type { DirectSession } from '../../imap/session';
import { readEnvelopes } from './envelopes';
import { readAlone, readTexts } from './texts';

export const READS = { envelopes: readEnvelopes, texts: readTexts, alone: readAlone };

export type ReadName = keyof typeof READS;
export type ReadArgs<N extends ReadName> = Parameters<(typeof READS)[N]>[1];
export type ReadFound<N extends ReadName> = Awaited<ReturnType<(typeof READS)[N]>> extends Fetched<infer T> ? T : never;

/**
 * Reads from the selected mailbox. What a command that fails brought before is not lost. A UID that is missing may be gone, or one the
 * server cannot convert: the caller compares.
 */
export type Read = <N extends ReadName>(name: N, args: ReadArgs<N>) => Promise<Fetched<ReadFound<N>>>;

/** Reads on this thread. */
export const readWith =
  (session: DirectSession): Read =>
  (name, args) =>
    (READS[name] as (session: DirectSession, args: unknown) => Promise<Fetched<never>>)(session, args);
