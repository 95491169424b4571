/** Submission as smtp.office365.com offers it: STARTTLS, XOAUTH2, delivery by LMTP, the copy in Sent Items. */
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAuthentication, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Certificates } from '../certificates';
import type { Identity } from '../identity';
import { takeFault } from '../faultQueue';
import { listen } from '../net/ports';
import { addressOf, headerOf, splitHeader, strangeCopy, submit } from './message';
import { SMTP_REPLIES, refusal } from './replies';
import type { SmtpReply, SmtpStage } from './replies';
import { SMTP_DEFAULTS } from './state';
import type { SmtpDrop, SmtpFault, SmtpState, Submission } from './state';

export interface SmtpOptions {
  certificates: Certificates;
  identity: Identity;
  deliver(from: string, recipients: string[], raw: Buffer): Promise<void>;
  fileSent(user: string, raw: Buffer): Promise<void>;
}

/** Thrown where the connection has been cut and nothing may be answered. */
class Dropped extends Error {}

export class Submissions {
  readonly state: SmtpState = { ...SMTP_DEFAULTS };
  readonly faults: SmtpFault[] = [];
  readonly accepted: Submission[] = [];
  private readonly server: SMTPServer;
  private readonly live = new Map<string, Set<string>>();
  private readonly held: { user: string; raw: Buffer; timer?: NodeJS.Timeout }[] = [];

  private constructor(private readonly options: SmtpOptions) {
    const { certificates } = options;
    this.server = new SMTPServer({
      name: 'SANDBOX.outlook.office365.com',
      banner: 'Microsoft ESMTP MAIL Service ready',
      key: readFileSync(certificates.key),
      cert: readFileSync(certificates.cert),
      secure: false,
      size: SMTP_DEFAULTS.size,
      authMethods: ['LOGIN', 'XOAUTH2'],
      authOptional: false,
      allowInsecureAuth: false,
      disableReverseLookup: true,
      // Exchange's own enhanced codes stand in the texts already.
      hideENHANCEDSTATUSCODES: true,
      logger: false,
      closeTimeout: 300,
      onConnect: (session, done) => void settle(this.connect(session), done),
      onAuth: (auth, session, done) => {
        this.login(auth, session).then(
          (user) => done(null, { user: { username: user } }),
          (error: Error) => error instanceof Dropped || done(error),
        );
      },
      onMailFrom: (address, session, done) => void settle(this.mailFrom(address.address, session), done),
      onRcptTo: (address, session, done) => void settle(this.recipient(address.address, session), done),
      onData: (stream, session, done) => {
        this.data(stream, session).then(
          (text) => done(null, text),
          (error: Error) => error instanceof Dropped || done(error),
        );
      },
      onClose: (session) => void this.live.get(userOf(session))?.delete(session.id),
    });
    this.server.on('error', () => undefined);
  }

  static async start(options: SmtpOptions): Promise<{ submissions: Submissions; port: number }> {
    const submissions = new Submissions(options);
    const port = await listen(submissions.server.server, 0);
    return { submissions, port };
  }

  set(changes: Partial<SmtpState>): void {
    Object.assign(this.state, changes);
    this.server.options.size = this.state.size;
  }

  /** Files the Sent copies held back so far, and says how many. */
  async releaseSentCopies(): Promise<number> {
    const due = this.held.splice(0);
    for (const { user, raw, timer } of due) {
      clearTimeout(timer);
      await this.options.fileSent(user, raw);
    }
    return due.length;
  }

  reset(): void {
    this.set(SMTP_DEFAULTS);
    this.state.authDisabledFor = [];
    for (const { timer } of this.held.splice(0)) clearTimeout(timer);
    this.faults.length = this.accepted.length = 0;
  }

  async stop(): Promise<void> {
    for (const { timer } of this.held.splice(0)) clearTimeout(timer);
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  private async connect(session: SMTPServerSession): Promise<void> {
    this.strike('connect', session);
  }

  private async login(auth: SMTPServerAuthentication, session: SMTPServerSession): Promise<string> {
    const claimed = (auth.username ?? '').toLowerCase();
    this.strike('auth', session, claimed);
    if (this.state.authDisabled) throw refusal(SMTP_REPLIES.authDisabledTenant);
    if (this.state.authDisabledFor.some((upn) => upn.toLowerCase() === claimed)) {
      throw refusal(SMTP_REPLIES.authDisabledMailbox);
    }
    if (auth.method !== 'XOAUTH2') throw refusal(SMTP_REPLIES.authRefused);
    const checked = await this.options.identity.tokens
      .check(auth.accessToken ?? '', 'SMTP.Send')
      .catch(() => undefined);
    if (!checked || checked.user.upn.toLowerCase() !== claimed) throw refusal(SMTP_REPLIES.authRefused);
    const upn = checked.user.upn;
    const open = this.live.get(upn) ?? new Set<string>();
    this.live.set(upn, open.add(session.id));
    return upn;
  }

  private async mailFrom(address: string, session: SMTPServerSession): Promise<void> {
    const user = userOf(session);
    this.strike('mail', session, user);
    // Those that came first keep their place.
    const place = [...(this.live.get(user) ?? [])].indexOf(session.id);
    if (place >= this.state.maxConnections) throw refusal(SMTP_REPLIES.tooManyConnections);
    if (!this.maySendAs(user, address)) throw refusal(SMTP_REPLIES.sendAsDenied);
  }

  private async recipient(address: string, session: SMTPServerSession): Promise<void> {
    this.strike('rcpt', session, userOf(session));
    const { directory } = this.options.identity;
    const domain = address.toLowerCase().split('@')[1] ?? '';
    const ours = directory.tenants.some((tenant) => tenant.domain === domain);
    if (ours && !directory.userByUpn(address)) throw refusal(SMTP_REPLIES.recipientNotFound);
  }

  private async data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    const user = userOf(session);
    if (stream.sizeExceeded) throw refusal(SMTP_REPLIES.tooLarge);
    if (this.state.delayMs) await sleep(this.state.delayMs);
    this.strike('data', session, user);
    const raw = Buffer.concat(chunks);
    const { head } = splitHeader(raw);
    const from = addressOf(headerOf(head, 'From')) ?? user;
    if (!this.maySendAs(user, from)) throw refusal(SMTP_REPLIES.sendAsDeniedStore, { user, from });
    const { delivered, sent, messageId, serverId } = submit(raw, this.state.rewriteMessageId);
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    const { directory } = this.options.identity;
    const inside = recipients.filter((address) => directory.userByUpn(address));
    if (inside.length) await this.options.deliver(user, inside, delivered);
    await this.fileSent(user, sent);
    this.accepted.push({
      user,
      from,
      recipients,
      external: recipients.filter((address) => !inside.includes(address)),
      messageId,
      originalMessageId: headerOf(head, 'Message-ID'),
      bytes: raw.length,
      at: performance.timeOrigin + performance.now(),
    });
    this.drop('accepted', session, user);
    return `2.0.0 OK ${serverId} [Hostname=SANDBOX.PROD.OUTLOOK.COM]`;
  }

  private async fileSent(user: string, raw: Buffer): Promise<void> {
    const { sentCopy, sentCopyDelayMs } = this.state;
    if (sentCopy === 'missing') return;
    if (sentCopy === 'late') {
      const timer = sentCopyDelayMs ? setTimeout(() => void this.releaseSentCopies(), sentCopyDelayMs) : undefined;
      this.held.push({ user, raw, timer });
      return;
    }
    await this.options.fileSent(user, sentCopy === 'foreign' ? strangeCopy(raw) : raw);
    if (sentCopy === 'double') await this.options.fileSent(user, raw);
  }

  private maySendAs(user: string, address: string): boolean {
    const owner = this.options.identity.directory.userByUpn(user);
    const allowed = [user, ...(owner?.sendAs ?? [])];
    return allowed.some((one) => one.toLowerCase() === address.toLowerCase());
  }

  /** Throws the reply or cuts the connection a fault asks for at this stage. */
  private strike(stage: SmtpStage, session: SMTPServerSession, user = ''): void {
    this.drop(stage, session, user);
    const fault = takeFault(this.faults, (one) => {
      const reply = replyOf(one);
      return reply !== undefined && (one.stage ?? reply.stage) === stage && fits(one, user);
    });
    const reply = fault && replyOf(fault);
    if (reply) throw refusal(reply, { user, from: user });
  }

  private drop(stage: SmtpDrop, session: SMTPServerSession, user: string): void {
    const fault = takeFault(this.faults, (one) => one.drop === stage && fits(one, user));
    if (!fault) return;
    for (const connection of this.server.connections) {
      // smtp-server has no public way to cut a connection.
      const { session: its, _socket: socket } = connection as unknown as {
        session: SMTPServerSession;
        _socket: net.Socket;
      };
      if (its.id !== session.id) continue;
      const raw = (socket as net.Socket & { _parent?: net.Socket })._parent ?? socket;
      if (fault.reset) raw.resetAndDestroy();
      socket.destroy();
    }
    throw new Dropped();
  }
}

function replyOf(fault: SmtpFault): SmtpReply | undefined {
  if (fault.reply) return SMTP_REPLIES[fault.reply];
  return fault.custom && { ...fault.custom, stage: fault.stage ?? 'data' };
}

function fits(fault: SmtpFault, user: string): boolean {
  return !fault.user || fault.user.toLowerCase() === user.toLowerCase();
}

function userOf(session: SMTPServerSession): string {
  const user = session.user as { username?: string } | undefined;
  return user?.username ?? '';
}

function settle(work: Promise<void>, done: (error?: Error | null) => void): void {
  work.then(
    () => done(),
    (error: Error) => error instanceof Dropped || done(error),
  );
}
