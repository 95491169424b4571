/** A local stand-in for Microsoft 365: Entra-shaped sign-in, Exchange's IMAP, submission, and every fault on demand. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { signIn } from './browserless';
import type { SignInOptions } from './browserless';
import { defaultCertificatesDir, ensureCertificates } from './certificates';
import { createControl } from './control';
import type { SandboxControl } from './control';
import * as fixtures from './fixtures';
import type { SandboxClient, SandboxTenant, SandboxUser } from './fixtures';
import { startIdentity } from './identity';
import { Directory } from './identity/directory';
import type { MintOptions } from './identity/tokens';
import { startDovecot } from './imap/dovecot';
import type { MailFormat } from './imap/dovecotConf';
import { ImapShim } from './imap/shim';
import { MailHands } from './mail';
import type { NewMessage } from './imap/wire';
import { INSTANT } from './net/network';
import { choosePorts, rememberPorts } from './net/ports';
import type { SandboxPorts } from './net/ports';
import { Relay } from './net/relay';
import { SANDBOX_PACKAGES, missingDebianPackages } from './packages';
import { openSideDoor } from './sideDoor';
import { Submissions } from './smtp/server';

export interface SandboxOptions {
  /** Where everything lasts; a short path. Without it a temporary folder that goes at `stop`. */
  dir?: string;
  /** Certificates shared by several sandboxes; by default one folder for all of this user. */
  certificatesDir?: string;
  /** What is not told is as before in this folder, else chosen by the system. */
  ports?: Partial<SandboxPorts>;
  users?: SandboxUser[];
  tenants?: SandboxTenant[];
  clients?: SandboxClient[];
  /** Starts from nothing even if the folder holds an earlier sandbox. */
  fresh?: boolean;
  format?: MailFormat;
}

export interface SandboxSettings {
  /** Origin to use instead of https://login.microsoftonline.com. */
  authorityHost: string;
  tenantId: string;
  imap: { host: string; port: number; secure: true };
  smtp: { host: string; port: number; secure: false };
  /** File for NODE_EXTRA_CA_CERTS. */
  ca: string;
  clientId: string;
  clientSecret: string;
  /** Value for MAIL_ALLOWED_HOSTS. */
  allowedHosts: string;
}

export interface Sandbox {
  settings: SandboxSettings;
  users: SandboxUser[];
  control: SandboxControl;
  controlUrl: string;
  mail: MailHands;
  /** An access token without any sign-in. */
  token(user: string, options?: MintOptions): Promise<string>;
  /** Walks the sign-in pages without a browser; returns the redirect back to the app. */
  signIn(authorizeUrl: string, user: string, options?: SignInOptions): Promise<string>;
  /** Empties all mailboxes and clears faults, switches and logs. */
  reset(): Promise<void>;
  stop(): Promise<void>;
  /** Dovecot's log, for the report of a failed test. */
  log(): string;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const missing = missingDebianPackages(SANDBOX_PACKAGES);
  if (missing.length) throw new Error(`Missing Debian packages: run "sudo apt-get install ${missing.join(' ')}"`);
  const dir = options.dir ? path.resolve(options.dir) : mkdtempSync(path.join(os.tmpdir(), 'outlook-'));
  if (options.fresh) rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  // The unprivileged Dovecot has to pass through.
  chmodSync(dir, 0o755);
  const certificates = ensureCertificates(options.certificatesDir ?? defaultCertificatesDir());
  const asked = choosePorts(dir, options.ports);
  const clients = structuredClone(options.clients ?? [fixtures.client]);
  const users = structuredClone(options.users ?? fixtures.users);
  const directory = new Directory(users, options.tenants ?? fixtures.tenants, structuredClone(clients));
  const network = { ...INSTANT };

  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
    if (!options.dir) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  const started = <T extends { stop(): Promise<void> }>(part: T): T => {
    stops.push(() => part.stop());
    return part;
  };

  try {
    const side = started(await openSideDoor(asked.control));
    const [identity, dovecot] = await both(
      startIdentity({ dir: path.join(dir, 'identity'), port: asked.identity, certificates, directory }).then(started),
      startDovecot({
        dir: path.join(dir, 'dovecot'),
        introspectionUrl: side.introspectionUrl,
        users,
        format: options.format ?? 'mdbox',
      }).then((part) => {
        stops.push(() => part.stop(!options.dir));
        return part;
      }),
    );
    const mail = new MailHands(dovecot, directory, identity.tokens);
    stops.push(async () => mail.close());
    side.offer(identity.tokens, {});
    const { shim, port: imapPort } = await ImapShim.start({
      port: asked.imap,
      dovecotPort: dovecot.port,
      certificates,
      identity,
      network,
    });
    started(shim);
    const { submissions, port: submissionPort } = await Submissions.start({
      certificates,
      identity,
      deliver: (from, recipients, raw) => mail.deliver(from, recipients, raw),
      fileSent: (user, raw) => mail.fileSent(user, raw),
    });
    started(submissions);
    const relay = started(new Relay(submissionPort, network));
    const smtpPort = await relay.listen(asked.smtp);
    await mail.prepare();

    const control = createControl({ identity, shim, relay, submissions, mail, network, clients });
    const client = directory.clients[0];
    if (!client) throw new Error('The sandbox needs at least one client');
    const ports = { identity: identity.port, imap: imapPort, smtp: smtpPort, control: side.port };
    rememberPorts(dir, ports);
    const sandbox: Sandbox = {
      settings: {
        authorityHost: identity.origin,
        tenantId: client.tenant,
        imap: { host: 'localhost', port: imapPort, secure: true },
        smtp: { host: 'localhost', port: smtpPort, secure: false },
        ca: certificates.ca,
        clientId: client.clientId,
        clientSecret: client.clientSecret,
        allowedHosts: [identity.port, imapPort, smtpPort].map((port) => `localhost:${port}`).join(','),
      },
      users,
      control,
      controlUrl: side.controlUrl,
      mail,
      token: (user, mint) => identity.tokens.mint(directory.require(user), mint),
      signIn: (url, user, how) => signIn(identity.origin, certificates.ca, url, directory.require(user), how),
      async reset() {
        control.clearFaults();
        await mail.wipe();
      },
      stop,
      log: () => dovecot.log(),
    };
    side.offer(identity.tokens, { ...control, ...mailActions(sandbox) });
    return sandbox;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for both before a failure of one is told, so that nothing started is left behind. */
async function both<A, B>(one: Promise<A>, two: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, two]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** What the HTTP API offers besides the control itself. */
function mailActions({ mail, token, settings, users, reset, signIn: walk }: Sandbox) {
  interface At {
    user: string;
    mailbox: string;
  }
  return {
    settings: () => ({ ...settings, users }),
    append: ({ user, mailbox, raw, flags, internalDate }: At & NewMessage) =>
      mail.append(user, mailbox, raw, { flags, internalDate: internalDate && new Date(internalDate) }),
    list: ({ user, mailbox }: At) => mail.list(user, mailbox),
    mailboxes: ({ user }: { user: string }) => mail.mailboxes(user),
    deliver: ({ from, to, raw }: { from: string; to: string[]; raw: string }) => mail.deliver(from, to, raw),
    token: ({ user, ...options }: { user: string } & MintOptions) => token(user, options),
    signIn: ({ url, user, ...options }: { url: string; user: string } & SignInOptions) => walk(url, user, options),
    reset: () => reset(),
  };
}

export { ensureCertificates, defaultCertificatesDir } from './certificates';
export { ensureDebianPackages, missingDebianPackages } from './packages';
export { imapFaults } from './imap/faults';
export type { ImapEffect, ImapFault, MessageDamage } from './imap/faults';
export type { SandboxControl, ControlState, NamedImapFault, UserSwitches } from './control';
export type { SmtpFault, SmtpState, SentCopy, Submission } from './smtp/state';
export type { IdentityState, TokenFault, AuthorizeFault } from './identity/state';
export type { NewMessage } from './imap/wire';
export type { ListedMailbox, ListedMessage, MailHands } from './mail';
export type { Network } from './net/network';
export * from './fixtures';
