/** The sandbox's own IMAP client: raw on purpose, so that it never shares a fault with the libraries under test. */
import net from 'node:net';
import { LineSplitter } from './lines';

const COMMAND_LIMIT_MS = 120_000;

/** One untagged response: its text with literals taken out, and the literals. */
export interface Untagged {
  text: string;
  literals: Buffer[];
}

export interface Reply {
  text: string;
  untagged: Untagged[];
}

interface Waiting {
  tag: string;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class RawImap {
  private readonly socket: net.Socket;
  private readonly waiting: Waiting[] = [];
  private untagged: Untagged[] = [];
  private current: Untagged = { text: '', literals: [] };
  private pieces: Buffer[] = [];
  private count = 0;
  private failure: Error | undefined;

  private constructor(port: number) {
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    const splitter = new LineSplitter({
      line: (text, literal) => this.onLine(text, literal),
      raw: (bytes, last) => this.onRaw(bytes, last),
    });
    this.socket.on('data', (data) => splitter.push(data));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('IMAP connection closed')));
  }

  static async connect(port: number, user: string, token: string): Promise<RawImap> {
    const client = new RawImap(port);
    const secret = Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
    await client.command(`AUTHENTICATE XOAUTH2 ${secret}`);
    return client;
  }

  get usable(): boolean {
    return !this.failure;
  }

  /** Sends one command; literals go after the text as they are. Rejects on NO and BAD. */
  command(text: string, body: Buffer[] = []): Promise<Reply> {
    if (this.failure) return Promise.reject(this.failure);
    const tag = `s${++this.count}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new Error(`no answer to ${text.slice(0, 60)}`)), COMMAND_LIMIT_MS);
      const ended = () => clearTimeout(timer);
      this.waiting.push({
        tag,
        resolve: (reply) => (ended(), resolve(reply)),
        reject: (error) => (ended(), reject(error)),
      });
      this.socket.write(Buffer.concat([Buffer.from(`${tag} ${text}`), ...body, Buffer.from('\r\n')]));
    });
  }

  close(): void {
    this.failure ??= new Error('IMAP connection closed by the sandbox');
    this.socket.destroy();
  }

  private onLine(text: string, literal: boolean): void {
    this.current.text += text.replace(/\{\d+\}\r\n$/, '{}').replace(/\r\n$/, '');
    if (literal) return;
    const response = this.current;
    this.current = { text: '', literals: [] };
    const next = this.waiting[0];
    if (!next || !response.text.startsWith(`${next.tag} `)) {
      this.untagged.push(response);
      return;
    }
    this.waiting.shift();
    const reply = { text: response.text.slice(next.tag.length + 1), untagged: this.untagged };
    this.untagged = [];
    if (/^OK/i.test(reply.text)) next.resolve(reply);
    else next.reject(new Error(reply.text));
  }

  private onRaw(bytes: Buffer, last: boolean): void {
    this.pieces.push(bytes);
    if (!last) return;
    this.current.literals.push(Buffer.concat(this.pieces));
    this.pieces = [];
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.socket.destroy();
    for (const one of this.waiting.splice(0)) one.reject(error);
  }
}

/** A quoted mailbox name on the wire. */
export function quote(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&')}"`;
}
