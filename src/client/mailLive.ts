/** Listens to the server's live events and keeps what is shared between the pages of one browser tab. */
import type { Application } from '@nocobase/client-v2';
import { LIVE_EVENTS, type LiveEvent, type LivePayload } from '../shared/constants';
import type { AccountView, ConnectableProvider, ErrorView } from '../shared/types';
import { errorView } from './apiError';
import { mailApi } from './calls';

/** Observable: components that read it are wrapped in `observer`. */
export interface MailState {
  accounts: AccountView[];
  providers: ConnectableProvider[];
  /** Sum over all accounts. */
  unread: number;
  /** False until the first answer, good or bad. */
  loaded: boolean;
  error: ErrorView | null;
}

/** Before the first answer. */
export const emptyMailState = (): MailState => ({ accounts: [], providers: [], unread: 0, loaded: false, error: null });

/** Payload of an event; null when events may have been missed and everything should be read again. */
export type LiveListener = (payload: LivePayload | null) => void;

/** Changes come in bursts (a pass over a mailbox): they are answered by one request. */
const GATHER = 400;
/** A tab that comes back after less than this has missed nothing worth a request. */
const AWAY = 30_000;
/** Without an event for so long, a visible tab looks by itself whether anything changed: the socket may be silent, or another process's. */
const SILENCE = 60_000;

/** Listens to the server while somebody needs it, and keeps {@link MailState} true. One per application. */
export class MailLive {
  private readonly api;
  private readonly listeners = new Map<LiveEvent, Set<LiveListener>>();
  private users = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private again = false;
  private hiddenSince = 0;
  private watch: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  /** Raised when somebody else signs in: answers to earlier requests are not for him. */
  private readFor = 0;

  /** @param state made observable by the caller */
  constructor(
    private readonly app: Pick<Application, 'apiClient' | 'eventBus'>,
    readonly state: MailState,
  ) {
    this.api = mailApi(app.apiClient);
  }

  /** Starts listening on first use; the function it returns stops it when the last user is gone. */
  use(): () => void {
    this.users += 1;
    if (this.users === 1) this.start();
    return () => {
      this.users -= 1;
      if (this.users === 0) this.stop();
    };
  }

  /** Calls back on an event, and with null when events may have been missed. */
  on(event: LiveEvent, listener: LiveListener): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(listener));
    const release = this.use();
    return () => {
      set.delete(listener);
      release();
    };
  }

  /** The page belongs to somebody else, or to nobody: what was read is not his. */
  forget(): void {
    this.readFor += 1;
    Object.assign(this.state, emptyMailState());
    if (this.users > 0) this.soon();
  }

  /** Reads accounts and counters now. Never throws: `state.error` says what went wrong. */
  async refresh(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.read();
    await this.running;
    this.running = null;
    if (this.again) {
      this.again = false;
      await this.refresh();
    }
  }

  private async read(): Promise<void> {
    if (!this.app.apiClient.auth.token) return;
    const { readFor } = this;
    try {
      const { accounts, providers } = await this.api.accounts.list();
      if (readFor !== this.readFor) return;
      this.state.accounts = accounts;
      this.state.providers = providers;
      this.state.unread = accounts.reduce((sum, account) => sum + account.unread, 0);
      this.state.error = null;
    } catch (thrown) {
      if (readFor !== this.readFor) return;
      this.state.error = errorView(thrown);
    }
    this.state.loaded = true;
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), GATHER);
  }

  private readonly received = (event: Event): void => {
    this.heardAt = Date.now();
    const type = event.type.replace('ws:message:', '') as LiveEvent;
    this.tell(type, (event as CustomEvent<LivePayload | undefined>).detail ?? null);
    if (type !== LIVE_EVENTS.outbox) this.soon();
  };

  /** The socket is (again) signed in, or the tab is back: events may have been missed. */
  private readonly missed = (): void => {
    for (const event of this.listeners.keys()) this.tell(event, null);
    this.soon();
  };

  private readonly visibility = (): void => {
    if (document.hidden) this.hiddenSince = Date.now();
    else if (this.hiddenSince && Date.now() - this.hiddenSince > AWAY) this.missed();
  };

  /** One small request; lists are read again only where it shows a difference. */
  private readonly listen = (): void => {
    if (document.hidden || Date.now() - this.heardAt < SILENCE) return;
    const before = this.digest();
    void this.refresh().then(() => {
      if (this.digest() === before || this.state.error) return;
      for (const event of this.listeners.keys()) this.tell(event, null);
    });
  };

  private digest(): string {
    const facts = this.state.accounts.map(({ id, state, unread, stored, lastSyncAt }) => [
      id,
      state,
      unread,
      stored,
      lastSyncAt,
    ]);
    return JSON.stringify(facts);
  }

  private tell(event: LiveEvent, payload: LivePayload | null): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(payload);
  }

  private start(): void {
    for (const event of Object.values(LIVE_EVENTS)) {
      this.app.eventBus.addEventListener(`ws:message:${event}`, this.received);
    }
    this.app.eventBus.addEventListener('ws:message:authorized', this.missed);
    document.addEventListener('visibilitychange', this.visibility);
    window.addEventListener('online', this.missed);
    this.heardAt = Date.now();
    this.watch = setInterval(this.listen, SILENCE);
    void this.refresh();
  }

  private stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    for (const event of Object.values(LIVE_EVENTS)) {
      this.app.eventBus.removeEventListener(`ws:message:${event}`, this.received);
    }
    this.app.eventBus.removeEventListener('ws:message:authorized', this.missed);
    document.removeEventListener('visibilitychange', this.visibility);
    window.removeEventListener('online', this.missed);
  }
}
