/** What can be made to go wrong on an IMAP connection. */

/** How a connection ends, or what is said instead of the answer. */
export type ImapEffect =
  /** A tagged answer; the command never reaches the mailbox. */
  | { kind: 'reply'; status: 'OK' | 'NO' | 'BAD'; text: string; bye?: string }
  /** `* BYE text`, then the end of the connection. */
  | { kind: 'bye'; text: string }
  /** FIN without a word. */
  | { kind: 'close' }
  /** RST. */
  | { kind: 'reset' }
  /** Nothing more in either direction, the connection stays open. */
  | { kind: 'blackhole' }
  /** The command is carried out, and its answer never arrives: the connection ends instead, or stays silent. */
  | { kind: 'lostAnswer'; then: 'close' | 'blackhole' }
  /** The command goes through, later. */
  | { kind: 'delay'; ms: number }
  /** The command, which is no login, goes through as soon as the test says so. */
  | { kind: 'held'; until: Promise<unknown> };

export interface ImapFault {
  effect: ImapEffect;
  /** Regular expression, case-insensitive, for the client's command without its tag. */
  on?: string;
  /** Instead of `on`: once so many bytes have gone to the client after the fault was set. */
  afterBytes?: number;
  /** Lets the matching command through and strikes so many milliseconds later. */
  afterMs?: number;
  /** Only on this user's connections. */
  user?: string;
  /** How often; 1 if not told, 0 for until reset. */
  times?: number;
  /** Lets this many matching commands pass before each one it strikes. */
  spare?: number;
}

/** A LIST that leaves mailboxes out. */
export interface ShortList {
  user: string;
  /** Names of those that are listed. */
  keep: string[];
  /** How often; 1 if not told, 0 for until reset. */
  times?: number;
}

const FETCH = '^(UID )?FETCH';
const AUTHENTICATE = '^AUTHENTICATE';

/** Exchange's own words for the faults that have a name. */
export const imapFaults = {
  throttled: (backoffMs: number, options: Partial<ImapFault> = {}): ImapFault => ({
    on: FETCH,
    effect: {
      kind: 'reply',
      status: 'BAD',
      text: `Request is throttled. Suggested Backoff Time: ${backoffMs} milliseconds`,
    },
    ...options,
  }),
  authenticateFailed: (options: Partial<ImapFault> = {}): ImapFault => ({
    on: AUTHENTICATE,
    effect: { kind: 'reply', status: 'NO', text: 'AUTHENTICATE failed.' },
    ...options,
  }),
  serverUnavailable: (options: Partial<ImapFault> = {}): ImapFault => ({
    on: AUTHENTICATE,
    effect: { kind: 'reply', status: 'NO', text: 'Server Unavailable. 15' },
    ...options,
  }),
  commandError: (options: Partial<ImapFault> = {}): ImapFault => ({
    on: AUTHENTICATE,
    effect: { kind: 'reply', status: 'BAD', text: 'Command Error. 12' },
    ...options,
  }),
  notConnected: (options: Partial<ImapFault> = {}): ImapFault => ({
    on: '^(?!(AUTHENTICATE|CAPABILITY|ID|NOOP|LOGOUT)\\b)',
    effect: {
      kind: 'reply',
      status: 'BAD',
      text: 'User is authenticated but not connected.',
      bye: 'Connection closed. 14',
    },
    ...options,
  }),
  accessTokenExpired: (options: Partial<ImapFault> = {}): ImapFault => ({
    on: FETCH,
    effect: { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' },
    ...options,
  }),
  byeDuringIdle: (afterMs = 100, options: Partial<ImapFault> = {}): ImapFault => ({
    on: '^IDLE',
    afterMs,
    effect: { kind: 'bye', text: 'Connection is closed. 13' },
    ...options,
  }),
};

/** A message Exchange cannot give out as it should. */
export interface MessageDamage {
  user: string;
  mailbox: string;
  uid: number;
  /** unreadable: no body and no structure; brokenStructure: NIL where a part is due. */
  kind: 'unreadable' | 'brokenStructure';
}
