/** The sandbox's own hands in the mailboxes: what tests arrange and look at behind the clients' backs. */
import type { SandboxUser } from './fixtures';
import type { Directory } from './identity/directory';
import type { Tokens } from './identity/tokens';
import { RawImap } from './imap/client';
import type { Reply } from './imap/client';
import type { Dovecot } from './imap/dovecot';
import { folderName, standardFolders } from './imap/folders';
import { emptyMailbox, ensureFolders, expandSet, listNames, literals, numberIn, wireName } from './imap/wire';
import type { NewMessage } from './imap/wire';
import { deliver } from './smtp/lmtp';
import { headerOf } from './smtp/message';
import { decodeWords } from './text';

const SEED_BATCH = 500;

export interface ListedMessage {
  uid: number;
  flags: string[];
  messageId: string | undefined;
  subject: string | undefined;
  size: number;
}

export interface ListedMailbox {
  uidValidity: number;
  uidNext: number;
  messages: ListedMessage[];
}

export class MailHands {
  private readonly clients = new Map<string, RawImap>();
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly dovecot: Dovecot,
    private readonly directory: Directory,
    private readonly tokens: Tokens,
  ) {}

  /** Puts one message into a mailbox and says its UID. */
  append(user: string, mailbox: string, raw: Buffer | string, options: Omit<NewMessage, 'raw'> = {}): Promise<number> {
    return this.with(user, async (imap) => {
      const reply = await imap.command(`APPEND ${wireName(mailbox)}`, literals([{ raw, ...options }]));
      return Number(/APPENDUID \d+ (\d+)/.exec(reply.text)?.[1]);
    });
  }

  /** Fills a mailbox by MULTIAPPEND; the quickest way to thousands of messages. */
  seed(user: string, mailbox: string, messages: Iterable<NewMessage>): Promise<number> {
    return this.with(user, async (imap) => {
      let count = 0;
      let batch: NewMessage[] = [];
      const flush = async () => {
        if (batch.length) await imap.command(`APPEND ${wireName(mailbox)}`, literals(batch));
        batch = [];
      };
      for (const message of messages) {
        batch.push(message);
        count++;
        if (batch.length >= SEED_BATCH) await flush();
      }
      await flush();
      return count;
    });
  }

  list(user: string, mailbox: string): Promise<ListedMailbox> {
    return this.in(user, mailbox, true, async (imap, opened) => {
      const exists = Number(numberIn(opened, /^\* (\d+) EXISTS/));
      const items = '(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID SUBJECT)])';
      const rows = exists ? (await imap.command(`FETCH 1:* ${items}`)).untagged : [];
      const messages = rows
        .filter(({ text }) => /^\* \d+ FETCH /.test(text))
        .map(({ text, literals: [head] }) => ({
          uid: Number(/UID (\d+)/.exec(text)?.[1]),
          flags: (/FLAGS \(([^)]*)\)/.exec(text)?.[1] ?? '').split(' ').filter((flag) => flag && flag !== '\\Recent'),
          size: Number(/RFC822\.SIZE (\d+)/.exec(text)?.[1]),
          messageId: headerOf(head?.toString('latin1') ?? '', 'Message-ID'),
          subject: decodeWords(headerOf(head?.toString() ?? '', 'Subject')),
        }));
      const uidNext = numberIn(opened, /UIDNEXT (\d+)/);
      return { uidValidity: numberIn(opened, /UIDVALIDITY (\d+)/), uidNext, messages };
    });
  }

  /** The whole message as it lies there. */
  source(user: string, mailbox: string, uid: number): Promise<Buffer> {
    return this.in(user, mailbox, true, async (imap) => {
      const reply = await imap.command(`UID FETCH ${uid} (BODY.PEEK[])`);
      const source = reply.untagged.find(({ literals: [first] }) => first)?.literals[0];
      if (!source) throw new Error(`${mailbox} has no message with UID ${uid}`);
      return source;
    });
  }

  /** All messages as they lie there, by UID. */
  sources(user: string, mailbox: string): Promise<Map<number, Buffer>> {
    return this.in(user, mailbox, true, async (imap) => {
      const { untagged } = await imap.command('UID FETCH 1:* (BODY.PEEK[])');
      const rows = untagged.flatMap(({ text, literals: [source] }) =>
        source ? [[Number(/UID (\d+)/.exec(text)?.[1]), source] as const] : [],
      );
      return new Map(rows);
    });
  }

  setFlags(user: string, mailbox: string, uids: number[], flags: string[], mode: 'set' | 'add' | 'remove' = 'set') {
    const sign = { set: '', add: '+', remove: '-' }[mode];
    return this.in(user, mailbox, false, async (imap) => {
      await imap.command(`UID STORE ${uids.join(',')} ${sign}FLAGS.SILENT (${flags.join(' ')})`);
    });
  }

  /** Removes messages for good, as another client of the user would. */
  expunge(user: string, mailbox: string, uids: number[]): Promise<void> {
    return this.in(user, mailbox, false, async (imap) => {
      await imap.command(`UID STORE ${uids.join(',')} +FLAGS.SILENT (\\Deleted)`);
      await imap.command(`UID EXPUNGE ${uids.join(',')}`);
    });
  }

  /** Moves messages and says their UIDs in the target. */
  move(user: string, mailbox: string, uids: number[], target: string): Promise<number[]> {
    return this.in(user, mailbox, false, async (imap) => {
      const reply = await imap.command(`UID MOVE ${uids.join(',')} ${wireName(target)}`);
      const all = [reply.text, ...reply.untagged.map(({ text }) => text)].join('\n');
      return expandSet(/COPYUID \d+ \S+ ([\d:,]+)/.exec(all)?.[1] ?? '');
    });
  }

  /** Copies messages and says their UIDs in the target. */
  copy(user: string, mailbox: string, uids: number[], target: string): Promise<number[]> {
    return this.in(user, mailbox, true, async (imap) => {
      const { text } = await imap.command(`UID COPY ${uids.join(',')} ${wireName(target)}`);
      return expandSet(/COPYUID \d+ \S+ ([\d:,]+)/.exec(text)?.[1] ?? '');
    });
  }

  createMailbox(user: string, mailbox: string): Promise<void> {
    return this.with(user, async (imap) => {
      await imap.command(`CREATE ${wireName(mailbox)}`);
      await imap.command(`SUBSCRIBE ${wireName(mailbox)}`);
    });
  }

  renameMailbox(user: string, mailbox: string, to: string): Promise<void> {
    return this.with(user, async (imap) => void (await imap.command(`RENAME ${wireName(mailbox)} ${wireName(to)}`)));
  }

  deleteMailbox(user: string, mailbox: string): Promise<void> {
    return this.with(user, async (imap) => void (await imap.command(`DELETE ${wireName(mailbox)}`)));
  }

  mailboxes(user: string): Promise<string[]> {
    return this.with(user, listNames);
  }

  /** Delivers by LMTP, as mail from outside arrives. */
  deliver(from: string, recipients: string | string[], raw: Buffer | string): Promise<void> {
    return deliver(this.dovecot.lmtpSocket, from, [recipients].flat(), Buffer.from(raw));
  }

  /** The server's own copy of a submitted message, already read, as Exchange files it. */
  async fileSent(user: string, raw: Buffer): Promise<void> {
    await this.append(user, folderName('sent', this.directory.require(user).language), raw, { flags: ['\\Seen'] });
  }

  /** A new UIDVALIDITY; with `renumber` every message gets a new UID as well. */
  async changeUidValidity(user: string, mailbox: string, renumber = false): Promise<number> {
    const { uidValidity, messages } = await this.list(user, mailbox);
    if (renumber && messages.length) {
      const aside = `Aside ${uidValidity}`;
      await this.createMailbox(user, aside);
      const moved = await this.move(
        user,
        mailbox,
        messages.map(({ uid }) => uid),
        aside,
      );
      await this.move(user, aside, moved, mailbox);
      await this.deleteMailbox(user, aside);
    }
    await this.setUidValidity(user, mailbox, uidValidity + 1);
    return uidValidity + 1;
  }

  /** That of another mailbox, for example: at Exchange they are not unique. */
  async setUidValidity(user: string, mailbox: string, uidValidity: number): Promise<void> {
    const { upn } = this.directory.require(user);
    const values = ['-u', upn.toLowerCase(), '--uid-validity', String(uidValidity), mailbox];
    await this.dovecot.doveadm('mailbox', 'update', ...values);
    this.close(user);
  }

  /** The next message of a mailbox gets this UID, as after very many others. */
  async setUidNext(user: string, mailbox: string, uidNext: number): Promise<void> {
    const { upn } = this.directory.require(user);
    await this.dovecot.doveadm(
      'mailbox',
      'update',
      '-u',
      upn.toLowerCase(),
      '--min-next-uid',
      String(uidNext),
      mailbox,
    );
    this.close(user);
  }

  /** Gives new users the folders Exchange would have made for them. */
  async prepare(): Promise<void> {
    await Promise.all(this.directory.users.map((user) => this.with(user.upn, (imap) => ensureFolders(imap, user))));
  }

  /** Empties every mailbox and restores the standard folders. */
  async wipe(): Promise<void> {
    await Promise.all(
      this.directory.users.map((user) =>
        this.with(user.upn, async (imap) => {
          const keep = new Set(['INBOX', ...standardFolders(user.language)]);
          const names = await listNames(imap);
          // Children first: a parent with children cannot go.
          const extra = names.filter((one) => !keep.has(one)).sort((a, b) => b.length - a.length);
          for (const one of extra) await imap.command(`DELETE ${wireName(one)}`);
          const kept = names.filter((one) => keep.has(one));
          const counts = await Promise.all(kept.map((one) => imap.command(`STATUS ${wireName(one)} (MESSAGES)`)));
          const full = kept.filter((_one, index) => /MESSAGES [1-9]/.test(counts[index]?.untagged[0]?.text ?? ''));
          for (const one of full) await emptyMailbox(imap, one);
          await ensureFolders(imap, user);
        }),
      ),
    );
  }

  close(user?: string): void {
    for (const [key, client] of this.clients) {
      if (user && key !== user.toLowerCase()) continue;
      client.close();
      this.clients.delete(key);
    }
  }

  /** One after the other for each user, because a connection has one selected mailbox. */
  private with<T>(upn: string, work: (imap: RawImap) => Promise<T>): Promise<T> {
    const user = this.directory.require(upn);
    const key = user.upn.toLowerCase();
    const run = async () => work(await this.client(key, user));
    const result = (this.queues.get(key) ?? Promise.resolve()).then(run, run);
    this.queues.set(
      key,
      result.catch(() => undefined),
    );
    return result;
  }

  private in<T>(user: string, mailbox: string, readOnly: boolean, work: (imap: RawImap, opened: Reply) => Promise<T>) {
    return this.with(user, async (imap) => {
      const opened = await imap.command(`${readOnly ? 'EXAMINE' : 'SELECT'} ${wireName(mailbox)}`);
      try {
        return await work(imap, opened);
      } finally {
        if (imap.usable) await imap.command('UNSELECT');
      }
    });
  }

  private async client(key: string, user: SandboxUser): Promise<RawImap> {
    const open = this.clients.get(key);
    if (open?.usable) return open;
    const client = await RawImap.connect(this.dovecot.port, key, await this.tokens.mintInternal(user));
    this.clients.set(key, client);
    return client;
  }
}
