/** Everything a test can set or break, the same in process and over the loopback HTTP API. */
import type { SandboxClient } from './fixtures';
import type { Identity } from './identity';
import type { AuthorizeFault, IdentityState, TokenFault } from './identity/state';
import type { Feature } from './imap/dialect';
import { imapFaults } from './imap/faults';
import type { ImapEffect, ImapFault, MessageDamage, ShortList } from './imap/faults';
import type { ImapShim, SeenCommand, ToldExists } from './imap/shim';
import type { MailHands } from './mail';
import { HONEST, INSTANT } from './net/network';
import type { Network } from './net/network';
import type { Relay, RelayFault } from './net/relay';
import type { Submissions } from './smtp/server';
import type { SmtpFault, SmtpState, Submission } from './smtp/state';

export interface UserSwitches {
  user: string;
  /** No sign-in, no refresh, no login anywhere. */
  disabled?: boolean;
  /** Login passes, the mailbox does not open: "User is authenticated but not connected." */
  imapDisabled?: boolean;
  /** 535 5.7.139 for this mailbox. */
  smtpDisabled?: boolean;
}

/** A fault of `imapFaults` by its name, for callers who can only send JSON. */
export interface NamedImapFault extends Partial<ImapFault> {
  name: keyof typeof imapFaults;
  /** With `throttled`. */
  backoffMs?: number;
}

export interface ControlState {
  identity: IdentityState;
  smtp: SmtpState;
  network: Network;
  /** Who is connected by IMAP now. */
  imapConnections: { user: string }[];
  /** Commands seen since the last reset, without secrets. */
  imapCommands: SeenCommand[];
  /** Untagged EXISTS sent since the last reset. */
  imapExists: ToldExists[];
  /** IMAP faults that were set and have not struck as often as they are to. */
  imapFaults: number;
  /** Bytes sent to each user since the last reset. */
  imapSent: Record<string, number>;
  tokenRequests: { grantType: string; scope: string; answered: number }[];
  submissions: Submission[];
}

export interface SandboxControl {
  state(): ControlState;
  setIdentity(changes: Partial<IdentityState>): void;
  /** The token endpoint's next answer. */
  failToken(fault: TokenFault): void;
  /** The authorize endpoint's next answer, sent back to the app. */
  failAuthorize(fault: AuthorizeFault): void;
  /** Ends all sessions and refresh tokens of a user (AADSTS50173), and his access tokens too. */
  revokeUser(args: { user: string }): void;
  /** Forgets what a user consented to (AADSTS65001 at the next refresh). */
  removeConsent(args: { user: string }): void;
  setUser(switches: UserSwitches): void;
  /** Changes the app registration, the first one if no clientId is told. */
  setClient(changes: Partial<SandboxClient>): void;
  failImap(fault: ImapFault | NamedImapFault): void;
  /** Whether sessions end with their token, and what the server lacks from the next connection on. */
  setImap(changes: { endWithToken?: boolean; without?: Feature[] }): void;
  damageMessage(damage: MessageDamage): void;
  /** The next LIST leaves out what is not to be kept. */
  shortList(short: ShortList): void;
  /** Strikes open connections now; says how many. */
  endImapSessions(args: { user?: string; effect: ImapEffect }): number;
  changeUidValidity(args: { user: string; mailbox: string; renumber?: boolean }): Promise<number>;
  failSmtp(fault: SmtpFault): void;
  /** Faults of the connection below SMTP. */
  failSmtpNetwork(fault: RelayFault): void;
  setSmtp(changes: Partial<SmtpState>): void;
  releaseSentCopies(): Promise<number>;
  setNetwork(network: Network | 'instant' | 'honest'): void;
  /** Forgets faults, switches and logs; mailboxes and sign-ins stay. */
  clearFaults(): void;
}

export interface ControlParts {
  identity: Identity;
  shim: ImapShim;
  relay: Relay;
  submissions: Submissions;
  mail: MailHands;
  network: Network;
  /** The app registrations as they were at the start. */
  clients: SandboxClient[];
}

export function createControl(parts: ControlParts): SandboxControl {
  const { identity, shim, relay, submissions, mail, network } = parts;
  const { directory } = identity;
  return {
    state: () => ({
      identity: { ...identity.state },
      smtp: { ...submissions.state },
      network: { ...network },
      imapConnections: shim.connections,
      imapCommands: [...shim.commands],
      imapExists: [...shim.exists],
      imapFaults: shim.faults.length,
      imapSent: Object.fromEntries(shim.sent),
      tokenRequests: [...identity.requests],
      submissions: [...submissions.accepted],
    }),
    setIdentity: (changes) => void Object.assign(identity.state, changes),
    failToken: (fault) => void identity.tokenFaults.push({ ...fault }),
    failAuthorize: (fault) => void identity.authorizeFaults.push({ ...fault }),
    revokeUser: ({ user }) => identity.revokeUser(user),
    removeConsent: ({ user }) => identity.removeConsent(user),
    setUser(switches) {
      const { oid, upn } = directory.require(switches.user);
      toggle(directory.disabled, oid, switches.disabled);
      toggle(shim.disabled, upn.toLowerCase(), switches.imapDisabled);
      const off = new Set(submissions.state.authDisabledFor);
      toggle(off, upn, switches.smtpDisabled);
      submissions.set({ authDisabledFor: [...off] });
    },
    setClient(changes) {
      const client = changes.clientId ? directory.client(changes.clientId) : directory.clients[0];
      if (!client) throw new Error(`The sandbox has no client ${changes.clientId ?? ''}`);
      Object.assign(client, changes);
    },
    failImap: (fault) => shim.add('name' in fault ? named(fault) : fault),
    setImap({ endWithToken, without }) {
      if (endWithToken !== undefined) shim.endWithToken = endWithToken;
      if (without) shim.without = new Set(without);
    },
    damageMessage: (damage) => void shim.damage.push({ ...damage }),
    shortList: (short) => void shim.shortLists.push({ ...short }),
    endImapSessions: ({ user, effect }) => shim.strike(effect, user),
    changeUidValidity: ({ user, mailbox, renumber }) => mail.changeUidValidity(user, mailbox, renumber),
    failSmtp: (fault) => void submissions.faults.push({ ...fault }),
    failSmtpNetwork: (fault) => void relay.faults.push({ ...fault }),
    setSmtp: (changes) => submissions.set(changes),
    releaseSentCopies: () => submissions.releaseSentCopies(),
    setNetwork: (wanted) =>
      void Object.assign(network, wanted === 'honest' ? HONEST : wanted === 'instant' ? INSTANT : wanted),
    clearFaults() {
      identity.reset();
      shim.reset();
      relay.reset();
      submissions.reset();
      Object.assign(network, INSTANT);
      for (const original of parts.clients) Object.assign(directory.client(original.clientId) ?? {}, original);
    },
  };
}

function toggle(set: Set<string>, key: string, on: boolean | undefined): void {
  if (on === true) set.add(key);
  if (on === false) set.delete(key);
}

function named({ name, backoffMs = 1000, ...options }: NamedImapFault): ImapFault {
  if (name === 'throttled') return imapFaults.throttled(backoffMs, options);
  if (name === 'byeDuringIdle') return imapFaults.byeDuringIdle(options.afterMs, options);
  return imapFaults[name](options);
}
