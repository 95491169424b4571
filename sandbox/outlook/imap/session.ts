/** One client connection through the shim: Exchange's dialect one way, faults both ways. */
import net from 'node:net';
import type tls from 'node:tls';
import { DelayLine } from '../net/network';
import {
  GREETING,
  capabilityLine,
  decodeXoauth2,
  encodeXoauth2,
  knowsCommand,
  redact,
  toExchange,
  withoutCodes,
} from './dialect';
import type { ImapEffect, ImapFault } from './faults';
import { FETCH_START, breakStructure, hasContent, isConverted, uidOf } from './fetchRow';
import type { FetchRow } from './fetchRow';
import { decodeMailboxName } from './folders';
import { LineSplitter } from './lines';
import type { ImapShim } from './shim';

const EXISTS = /^\* \d+ EXISTS\r\n$/;
const UNREADABLE = 'FETCH failed. The message could not be converted.';

const isLater = ({ effect, afterMs }: ImapFault) => effect.kind === 'delay' || afterMs !== undefined;

export class ImapSession {
  /** Lower-case user name, once AUTHENTICATE told it. */
  user = '';
  /** Bytes sent to the client. */
  sent = 0;
  private authenticated = false;
  private authTag: string | undefined;
  private greeted = false;
  private silent = false;
  private ended = false;
  private mailbox = '';
  private insideCommand = false;
  private swallowing = false;
  private insideResponse = false;
  private row: FetchRow | undefined;
  private failFetch = false;
  /** Names that are listed, of a LIST that leaves others out. */
  private listed: ReadonlySet<string> | undefined;
  /** The command whose answer is lost, and what happens instead of it. */
  private lost: { tag: string; then: 'close' | 'blackhole' } | undefined;
  private pendingEnd: (() => void) | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private special = new Map<string, string>();
  private readonly upstream: net.Socket;
  private readonly down: DelayLine;
  private readonly up: DelayLine;
  private readonly fromClient: LineSplitter;

  constructor(
    private readonly shim: ImapShim,
    private readonly raw: net.Socket,
    private readonly client: tls.TLSSocket,
  ) {
    this.upstream = net.connect(shim.dovecotPort, '127.0.0.1');
    this.down = new DelayLine(shim.network, (data) => this.client.writable && this.client.write(data));
    this.up = new DelayLine(shim.network, (data) => this.upstream.writable && this.upstream.write(data));
    // A real connection pays one round trip for TCP and one for TLS before the greeting.
    if (shim.network.roundTripMs) this.down.hold(2 * shim.network.roundTripMs);
    const fromServer = new LineSplitter({
      line: (text, literal) => (this.lost ? this.lose(this.lost, text) : this.serverLine(text, literal)),
      raw: (bytes) => !this.lost && this.serverRaw(bytes),
    });
    this.fromClient = new LineSplitter({
      line: (text, literal) => this.clientLine(text, literal),
      raw: (bytes) => !this.swallowing && this.forward(bytes),
    });
    this.upstream.on('data', (data) => !this.silent && fromServer.push(data));
    this.client.on('data', (data) => !this.silent && this.fromClient.push(data));
    for (const socket of [this.upstream, this.client, raw]) {
      socket.on('error', () => this.destroy());
      socket.on('close', () => this.destroy());
    }
    this.upstream.setNoDelay(true);
    raw.setNoDelay(true);
  }

  /** `* BYE text` at the next place where a line may stand, then the end. */
  bye(text: string): void {
    this.whenBetween(() => {
      // Past the faults: one that strikes for ever would strike its own last word too.
      if (!this.silent && !this.ended) this.down.push(Buffer.from(`* BYE ${text}\r\n`), 0);
      this.finish();
    });
  }

  /** Strikes at once, whatever is under way. */
  strike(effect: ImapEffect): void {
    if (effect.kind === 'bye') this.bye(effect.text);
    else if (effect.kind === 'close') this.finish();
    else if (effect.kind === 'reset') this.reset();
    else if (effect.kind === 'blackhole') this.blackhole();
  }

  destroy(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.expiry);
    this.down.drop();
    this.up.drop();
    this.client.destroy();
    this.raw.destroy();
    this.upstream.destroy();
    this.shim.forget(this);
  }

  private blackhole(): void {
    this.silent = true;
    this.down.drop();
  }

  private reset(): void {
    this.down.drop();
    this.raw.resetAndDestroy();
    this.destroy();
  }

  /** Ends the connection after what was said has been written. */
  private finish(): void {
    this.silent = true;
    this.down.drain(() => {
      this.client.end(() => this.destroy());
      this.upstream.destroy();
    });
  }

  private whenBetween(action: () => void): void {
    if (this.insideResponse) this.pendingEnd = action;
    else action();
  }

  // ---- server to client

  private send(data: Buffer, costMs = 0): void {
    if (this.silent || this.ended) return;
    const cut = this.shim.byteFault(this, data.length);
    if (!cut) {
      this.count(data.length);
      this.down.push(data, costMs);
      return;
    }
    const kept = data.subarray(0, cut.keep);
    this.count(kept.length);
    if (kept.length) this.down.push(kept, costMs);
    this.insideResponse = false;
    this.silent = true;
    this.down.drain(() => {
      this.silent = false;
      this.strike(cut.fault.effect);
    });
  }

  private count(bytes: number): void {
    this.sent += bytes;
    this.shim.count(this.user, bytes);
  }

  private serverRaw(bytes: Buffer): void {
    if (this.row) this.row.push(bytes);
    else this.send(bytes);
  }

  private serverLine(text: string, literal: boolean): void {
    const starts = !this.insideResponse;
    this.insideResponse = literal;
    if (starts && FETCH_START.test(text) && this.shim.damageIn(this.user, this.mailbox).length) this.row = [];
    if (this.row) {
      this.row.push(text);
      if (!literal) this.sendRow(this.row);
    } else {
      const line = starts && !literal ? this.translate(text) : text;
      if (starts && EXISTS.test(text)) this.shim.noteExists(this.user);
      if (line !== null)
        this.send(Buffer.from(line, 'latin1'), starts && isConverted(text) ? this.shim.network.perItemMs : 0);
    }
    if (literal) return;
    const pending = this.pendingEnd;
    this.pendingEnd = undefined;
    pending?.();
  }

  private isListed(line: string): boolean {
    const name = /^\* LIST \([^)]*\) "\/" "?(.*?)"?\r\n$/.exec(line)?.[1];
    if (/^\S+ (OK|NO|BAD) /.test(line) && !line.startsWith('* ')) this.listed = undefined;
    return name === undefined || (this.listed?.has(decodeMailboxName(name)) ?? true);
  }

  private lose({ tag, then }: { tag: string; then: 'close' | 'blackhole' }, text: string): void {
    if (text.startsWith(`${tag} `)) this.strike({ kind: then });
  }

  private sendRow(row: FetchRow): void {
    this.row = undefined;
    const damage = this.shim.damageIn(this.user, this.mailbox).find((one) => one.uid === uidOf(row));
    if (damage?.kind === 'unreadable' && hasContent(row)) {
      this.failFetch = true;
      return;
    }
    const pieces = damage?.kind === 'brokenStructure' ? breakStructure(row) : row;
    const first = pieces[0];
    const cost = typeof first === 'string' && isConverted(first) ? this.shim.network.perItemMs : 0;
    const buffers = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece));
    this.send(Buffer.concat(buffers), cost);
  }

  private translate(line: string): string | null {
    if (!this.greeted && line.startsWith('* OK')) {
      this.greeted = true;
      return GREETING;
    }
    if (line.startsWith('* CAPABILITY ')) {
      // Dovecot volunteers its list before the OK of a login; Exchange does not, and clients would keep the old one.
      return this.authTag ? null : capabilityLine(this.authenticated, this.shim.without);
    }
    if (this.authTag && /^\+ \S{5,}\r\n$/.test(line)) {
      // Exchange refuses without the JSON challenge that XOAUTH2 has for it.
      this.upstream.write('\r\n');
      return null;
    }
    if (this.authTag && line.startsWith(`${this.authTag} `)) return this.loginAnswer(this.authTag, line);
    if (this.failFetch && /^\S+ OK .*Fetch/i.test(line)) {
      this.failFetch = false;
      return `${line.split(' ', 1)[0]} NO ${UNREADABLE}\r\n`;
    }
    if (this.listed && !this.isListed(line)) return null;
    return toExchange(withoutCodes(line, this.shim.without), this.special);
  }

  private loginAnswer(tag: string, line: string): string {
    this.authTag = undefined;
    if (!/^\S+ OK/.test(line)) {
      this.user = '';
      clearTimeout(this.expiry);
      return `${tag} NO AUTHENTICATE failed.\r\n`;
    }
    this.authenticated = true;
    return `${tag} OK AUTHENTICATE completed.\r\n`;
  }

  // ---- client to server

  private forward(data: Buffer | string): void {
    this.up.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  private clientLine(text: string, literal: boolean): void {
    const continues = this.insideCommand;
    this.insideCommand = literal;
    if (continues) {
      if (!this.swallowing) this.forward(text);
      if (!literal) this.swallowing = false;
      return;
    }
    if (this.authTag && !this.user) {
      const secret = text.trim();
      this.login(this.authTag, secret, (line) => line);
      return;
    }
    const [, tag = '', command = ''] = /^(\S+) (.*)\r\n$/.exec(text) ?? [];
    if (!tag) return this.forward(text);
    const auth = /^AUTHENTICATE XOAUTH2(?: (\S+))?$/i.exec(command);
    if (auth) {
      if (!auth[1]) {
        this.authTag = tag;
        return this.forward(text);
      }
      return this.login(tag, auth[1], (secret) => `${tag} AUTHENTICATE XOAUTH2 ${secret}`);
    }
    this.run(tag, command, text, literal);
  }

  /** Notes who signs in, applies faults of that user, and swaps in a delegate's way in. */
  private login(tag: string, secret: string, shape: (secret: string) => string): void {
    const given = decodeXoauth2(secret);
    const user = given?.user.toLowerCase() ?? '?';
    this.shim.note(user, 'AUTHENTICATE XOAUTH2 ***');
    const fault = this.shim.commandFault(user, 'AUTHENTICATE XOAUTH2');
    // What only waits, or strikes later, lets the login through.
    if (fault && isLater(fault)) this.apply(fault, tag, undefined, false);
    else if (fault) {
      this.authTag = undefined;
      return this.apply(fault, tag, undefined, false);
    }
    // The second line of a login in two lines: Dovecot waits for it and has to say no itself.
    const asked = this.authTag !== undefined;
    this.user = user;
    this.authTag = tag;
    const admission = given ? this.shim.admit(given) : Promise.resolve(undefined);
    admission.then(
      (admitted) => {
        if (given && admitted) {
          this.special = admitted.special;
          this.expireAt(admitted.expires);
          this.forward(`${shape(encodeXoauth2(given.user, admitted.token))}\r\n`);
        } else if (asked) this.forward(`${shape(secret)}\r\n`);
        else this.send(Buffer.from(this.loginAnswer(tag, 'NO')));
      },
      () => this.destroy(),
    );
  }

  private expireAt(seconds: number | undefined): void {
    const left = seconds === undefined ? Infinity : seconds * 1000 - Date.now();
    if (left > 2 ** 31 - 1 || left <= 0) return;
    this.expiry = setTimeout(() => this.bye('Session invalidated - AccessTokenExpired'), left);
  }

  private run(tag: string, command: string, text: string, literal: boolean): void {
    this.shim.note(this.user, redact(command));
    const fault = this.shim.commandFault(this.user, command);
    if (fault) return this.apply(fault, tag, text, literal);
    if (!knowsCommand(command, this.shim.without)) return this.send(Buffer.from(`${tag} BAD Command Error. 12\r\n`));
    if (/^LIST "" "?\*"?$/i.test(command)) this.listed = this.shim.shortList(this.user);
    const selected = /^(?:SELECT|EXAMINE) (?:"((?:[^"\\]|\\.)*)"|(\S+))/i.exec(command);
    if (selected) this.mailbox = decodeMailboxName((selected[1] ?? selected[2] ?? '').replace(/\\(.)/g, '$1'));
    this.forward(text);
  }

  private apply(fault: ImapFault, tag: string, text: string | undefined, literal: boolean): void {
    const { effect } = fault;
    if (isLater(fault)) {
      if (effect.kind === 'delay') this.up.hold(effect.ms);
      else setTimeout(() => this.strike(effect), fault.afterMs);
      return text ? this.forward(text) : undefined;
    }
    if (effect.kind === 'held') return void effect.until.then(() => text && this.forward(text));
    if (effect.kind === 'lostAnswer') {
      this.lost = { tag, then: effect.then };
      return text ? this.forward(text) : undefined;
    }
    if (effect.kind !== 'reply') return this.strike(effect);
    // A literal announced with "+" comes whatever we answer; one without it never does.
    this.swallowing = literal && /\+\}\r\n$/.test(text ?? '');
    if (literal && !this.swallowing) {
      this.insideCommand = false;
      this.fromClient.expectLine();
    }
    this.send(Buffer.from(`${tag} ${effect.status} ${effect.text}\r\n`));
    if (effect.bye) this.bye(effect.bye);
  }
}
