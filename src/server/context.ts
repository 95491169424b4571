/** What functions of this plugin are given instead of the whole application. Types only. */
import type { Database } from '@nocobase/database';
import type { LiveEvent, LivePayload } from '../shared/constants';

/** Structured log. Never addresses, subjects, words of a search, tokens or secrets. */
export interface Log {
  debug(message: string, meta?: object): void;
  info(message: string, meta?: object): void;
  warn(message: string, meta?: object): void;
  error(message: string, meta?: object): void;
}

export interface MailContext {
  /** Several apps share one process: keys of locks and queues start with this. */
  appName: string;
  /** Names this process in leases. */
  instanceId: string;
  db: Database;
  log: Log;
  now(): Date;
  /** A fresh row id: rows written in bulk without hooks bring their own. */
  newId(): string;
  /** Authenticated encryption of a secret together with the row it belongs to (`bind`): a value copied to another row does not open. */
  encrypt(plain: string, bind: string): Promise<string>;
  /** @throws MailError permanent `secretUnreadable` when the key or the row is another one. */
  decrypt(sealed: string, bind: string): Promise<string>;
  /** Replaces `{{ $env.X }}`; an unknown name gives an empty string. */
  renderEnvironment(template: string): string;
  /** Pushes ids to the owner's browsers. */
  push(userId: string, event: LiveEvent, payload: LivePayload): void;
  /** A wake-up for the worker; rows are the truth, so a lost one only costs time. */
  wake(topic: 'sync' | 'deliver' | 'remove', accountId: string): void;
  /**
   * To be awaited by background work between two short pieces: requests that are being answered go first.
   * @returns undefined when the work may go on at once
   */
  readersFirst(): Promise<void> | undefined;
  /** Whether somebody asked for something a moment ago, who may wait for the end of what is written now. */
  readersLately(): boolean;
  /** Folder for private files of this plugin in this app (`<STORAGE_PATH>/email-manager`, below it where it is not the main app). */
  storagePath: string;
  /** `host` or `host:port` entries of MAIL_ALLOWED_HOSTS. */
  allowedHosts: readonly string[];
}

/** A server to talk to. */
export interface Endpoint {
  host: string;
  port: number;
  /** true: TLS from the first byte; false: STARTTLS, compulsory. */
  secure: boolean;
}

/** A login for one IMAP or SMTP connection (XOAUTH2). */
export interface Login {
  endpoint: Endpoint;
  user: string;
  accessToken: string;
  expiresAt: Date;
}

/** What runs as long as the app: it looks for work by itself, and sooner when told. */
export interface Worker {
  /** Told that an account may have work. */
  wake(accountId: string): void;
  /** Aborts what runs and closes its sockets. */
  stop(): Promise<void>;
}
