/** The TLS front of IMAP: accepts clients and lays dialect, network and faults between them and Dovecot. */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { Certificates } from '../certificates';
import type { Identity } from '../identity';
import { takeFault } from '../faultQueue';
import type { Feature } from './dialect';
import type { Network } from '../net/network';
import { listen } from '../net/ports';
import { imapFaults } from './faults';
import type { ImapEffect, ImapFault, MessageDamage, ShortList } from './faults';
import { listFlags } from './folders';
import { ImapSession } from './session';

const LOG_LIMIT = 5000;

/** A command of a client. */
export interface SeenCommand {
  user: string;
  /** Without secrets. */
  command: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Bytes all connections of this user had been sent before it. */
  sent: number;
}

/** An untagged EXISTS. */
export interface ToldExists {
  user: string;
  /** Milliseconds since 1970. */
  at: number;
}

interface ArmedFault extends ImapFault {
  /** Bytes each connection had sent when the fault was set. */
  base: WeakMap<ImapSession, number>;
  /** Matching commands so far. */
  passed: number;
}

export interface ShimOptions {
  port: number;
  dovecotPort: number;
  certificates: Certificates;
  identity: Identity;
  network: Network;
}

export interface Admission {
  token: string;
  expires: number | undefined;
  special: Map<string, string>;
}

export class ImapShim {
  readonly faults: ArmedFault[] = [];
  readonly damage: MessageDamage[] = [];
  /** Lower-case names of users whose mailbox refuses IMAP although login passes. */
  readonly disabled = new Set<string>();
  /** Commands seen, newest last, without secrets. */
  readonly commands: SeenCommand[] = [];
  /** When clients were told of messages in the mailbox, newest last. */
  readonly exists: ToldExists[] = [];
  /** Bytes sent to all connections of a user, after TLS was taken off. */
  readonly sent = new Map<string, number>();
  readonly network: Network;
  readonly dovecotPort: number;
  /** Whether connections end with their access token, as at Microsoft. */
  endWithToken = true;
  readonly shortLists: ShortList[] = [];
  /** What the server is to lack. */
  without: ReadonlySet<Feature> = new Set();
  private readonly sessions = new Set<ImapSession>();
  private readonly server: net.Server;
  private readonly context: tls.SecureContext;
  private readonly identity: Identity;

  private constructor(options: ShimOptions) {
    const { certificates } = options;
    this.network = options.network;
    this.dovecotPort = options.dovecotPort;
    this.identity = options.identity;
    this.context = tls.createSecureContext({
      key: readFileSync(certificates.key),
      cert: readFileSync(certificates.cert),
    });
    // A plain server with TLS on top keeps the raw socket at hand, which alone can send RST.
    this.server = net.createServer((raw) => this.accept(raw));
  }

  static async start(options: ShimOptions): Promise<{ shim: ImapShim; port: number }> {
    const shim = new ImapShim(options);
    return { shim, port: await listen(shim.server, options.port) };
  }

  get connections(): { user: string }[] {
    return [...this.sessions].map(({ user }) => ({ user }));
  }

  add(fault: ImapFault): void {
    const base = new WeakMap([...this.sessions].map((session) => [session, session.sent] as const));
    this.faults.push({ ...fault, base, passed: 0 });
  }

  /** Strikes every open connection, or those of one user. */
  strike(effect: ImapEffect, user?: string): number {
    const hit = [...this.sessions].filter((session) => !user || session.user === user.toLowerCase());
    for (const session of hit) session.strike(effect);
    return hit.length;
  }

  damageIn(user: string, mailbox: string): MessageDamage[] {
    const same = (one: string) => one.toLowerCase() === mailbox.toLowerCase();
    return this.damage.filter((one) => one.user.toLowerCase() === user && same(one.mailbox));
  }

  /** Names the next complete LIST of a user shows, or undefined for all. */
  shortList(user: string): ReadonlySet<string> | undefined {
    const short = takeFault(this.shortLists, (one) => one.user.toLowerCase() === user);
    return short && new Set(short.keep);
  }

  /** The fault to apply to this command, counted down. */
  commandFault(user: string, command: string): ImapFault | undefined {
    const refused = imapFaults.notConnected();
    if (this.disabled.has(user) && new RegExp(refused.on ?? '', 'i').test(command)) return refused;
    return takeFault(this.faults, (fault) => {
      if (fault.afterBytes !== undefined || !this.fits(fault, user)) return false;
      if (!new RegExp(fault.on ?? '', 'i').test(command)) return false;
      return fault.passed++ % ((fault.spare ?? 0) + 1) === (fault.spare ?? 0);
    });
  }

  /** The byte fault these `length` bytes run into, and how many of them still go out. */
  byteFault(session: ImapSession, length: number): { fault: ImapFault; keep: number } | undefined {
    const leftOf = (fault: ArmedFault) => (fault.afterBytes ?? 0) - (session.sent - (fault.base.get(session) ?? 0));
    let keep = 0;
    const fault = takeFault(this.faults, (one) => {
      if (one.afterBytes === undefined || !this.fits(one, session.user) || leftOf(one) > length) return false;
      keep = Math.max(0, leftOf(one));
      return true;
    });
    return fault ? { fault, keep } : undefined;
  }

  /**
   * Which token Dovecot is to see, or undefined for a refusal. Dovecot checks by itself too, but takes half a second to
   * refuse; a delegate opens a shared mailbox with his own token, which only we know how to judge.
   */
  async admit(given: { user: string; token: string }): Promise<Admission | undefined> {
    const { directory, tokens } = this.identity;
    const owner = directory.userByUpn(given.user);
    const checked = await tokens.check(given.token, 'IMAP.AccessAsUser.All').catch(() => undefined);
    if (!owner || !checked) return undefined;
    const delegated = owner.fullAccess?.includes(checked.user.upn) ?? false;
    if (checked.user !== owner && !delegated) return undefined;
    return {
      token: checked.user === owner ? given.token : await tokens.mintInternal(owner),
      expires: this.endWithToken ? checked.payload.exp : undefined,
      special: listFlags(owner.language),
    };
  }

  note(user: string, command: string): void {
    keep(this.commands, { user, command, at: now(), sent: this.sent.get(user) ?? 0 });
  }

  noteExists(user: string): void {
    keep(this.exists, { user, at: now() });
  }

  count(user: string, bytes: number): void {
    this.sent.set(user, (this.sent.get(user) ?? 0) + bytes);
  }

  forget(session: ImapSession): void {
    this.sessions.delete(session);
  }

  reset(): void {
    this.shortLists.length = this.faults.length = this.damage.length = this.commands.length = this.exists.length = 0;
    this.sent.clear();
    this.disabled.clear();
    this.endWithToken = true;
    this.without = new Set();
    for (const session of [...this.sessions]) session.destroy();
  }

  async stop(): Promise<void> {
    for (const session of [...this.sessions]) session.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(raw: net.Socket): void {
    const client = new tls.TLSSocket(raw, { isServer: true, secureContext: this.context });
    this.sessions.add(new ImapSession(this, raw, client));
  }

  private fits(fault: ImapFault, user: string): boolean {
    return !fault.user || fault.user.toLowerCase() === user;
  }
}

/** Finer than Date.now(), and comparable with other processes of this machine. */
const now = () => performance.timeOrigin + performance.now();

function keep<T>(log: T[], entry: T): void {
  log.push(entry);
  if (log.length > LOG_LIMIT) log.shift();
}
