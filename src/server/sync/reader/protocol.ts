/** What the app and its reader thread say to each other. */
import type { FetchQueryObject } from 'imapflow';
import type { ErrorKind, WhoActs } from '../../../shared/types';
import type { Login } from '../../context';
import { loggable, MailError } from '../../errors';
import type { ImapClient } from '../../imap/session';
import type { ReadName } from './reads';

/** Commands that are passed on with their arguments as they are. */
export type CommandName = Exclude<keyof ImapClient, 'capabilities'>;

interface Question {
  /** The answer bears the same number. */
  call: number;
  session: number;
}

export type ToThread =
  | (Question & { kind: 'open'; login: Login })
  | (Question & { kind: 'command'; name: CommandName; args: unknown[] })
  | (Question & { kind: 'rows'; uids: readonly number[]; query: FetchQueryObject })
  | (Question & { kind: 'read'; name: ReadName; args: unknown })
  | (Question & { kind: 'close' })
  | { kind: 'drop'; session: number }
  /** Of what was read and is not needed any more. */
  | { kind: 'memory'; memory: ArrayBuffer[] }
  | { kind: 'ping'; call: number };

export type FromThread =
  | { call: number; value: unknown; failure: WireError | null }
  | { call: number; error: WireError }
  /** A connection ended. */
  | { session: number; ended: WireError }
  /** Our reading of a message broke; the others go on. */
  | { session: number; mistake: WireError };

/** An error as it crosses: its cause stays where it was thrown. */
export interface WireError {
  kind: ErrorKind;
  code: string;
  who: WhoActs;
  params?: Record<string, string | number>;
  retryAfterMs?: number;
  /** Of a mistake of ours: where it was made, without any value. */
  frames?: string[];
}

export const toWire = ({ kind, code, who, params, retryAfterMs, cause }: MailError): WireError => ({
  ...{ kind, code, who, params, retryAfterMs },
  ...(code === 'bug' && { frames: loggable(cause).frames }),
});

export function fromWire({ kind, code, frames, ...options }: WireError): MailError {
  const cause = frames && Object.assign(new Error('in the reader thread'), { stack: frames.join('\n') });
  return new MailError(kind, code, { ...options, cause });
}
