/** Another client of the same mailbox: Outlook on somebody's desk, changing things while we sync. */
import type { Random } from '../../sandbox/outlook/demo/random';
import type { MailHands } from '../../sandbox/outlook';
import type { Letters } from './letters';

export type Change =
  | 'append'
  | 'burst'
  | 'twin'
  | 'delete'
  | 'flag'
  | 'move'
  | 'copy'
  | 'createMailbox'
  | 'renameMailbox'
  | 'deleteMailbox';

const STANDARD = ['INBOX', 'Sent Items', 'Archive', 'Deleted Items', 'Junk Email'];
const FLAGS = ['\\Seen', '\\Flagged', '\\Answered'];
const USUAL: readonly Change[] = [
  ...([
    'append',
    'append',
    'append',
    'burst',
    'twin',
    'delete',
    'flag',
    'flag',
    'flag',
    'move',
    'move',
    'copy',
  ] as const),
];
const OF_MAILBOXES: readonly Change[] = ['createMailbox', 'renameMailbox', 'deleteMailbox'];

export class OtherClient {
  /** How often each change was made. */
  readonly made: Partial<Record<Change, number>> = {};
  private own: string[] = [];
  private created = 0;
  private recent: Buffer[] = [];

  constructor(
    private readonly mail: MailHands,
    private readonly owner: string,
    private readonly letters: Letters,
    private readonly random: Random,
  ) {}

  /** Fills the inbox and Sent before anything is synced. */
  async fill(count: number): Promise<void> {
    const write = (number: number) => Array.from({ length: number }, () => this.letter());
    await this.mail.seed(this.owner, 'INBOX', write(Math.ceil(count * 0.7)));
    await this.mail.seed(this.owner, 'Sent Items', write(Math.ceil(count * 0.2)));
    await this.mail.seed(this.owner, 'Archive', write(Math.ceil(count * 0.1)));
  }

  /** Makes so many changes, one after the other. */
  async change(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const change = this.random.pick(this.random.chance(0.08) ? OF_MAILBOXES : USUAL);
      if (await this.make(change)) this.made[change] = (this.made[change] ?? 0) + 1;
    }
  }

  /** Messages that arrive together, in the inbox: something to be fetched. */
  async deliver(count: number): Promise<void> {
    await this.mail.seed(
      this.owner,
      'INBOX',
      Array.from({ length: count }, () => this.letter()),
    );
    this.made.append = (this.made.append ?? 0) + count;
  }

  private letter(): { raw: Buffer; flags: string[]; internalDate: Date } {
    const { raw } = this.letters.write();
    this.recent = [...this.recent.slice(-30), raw];
    return { raw, flags: this.flags(), internalDate: this.moment() };
  }

  private flags(): string[] {
    return FLAGS.filter(() => this.random.chance(0.3));
  }

  /** INTERNALDATE has whole seconds, and often the same one. */
  private moment(): Date {
    return new Date(Math.floor(Date.now() / 1000) * 1000 - this.random.int(0, 86_400 * 3) * 1000);
  }

  private mailbox(): string {
    return this.random.chance(0.5) ? 'INBOX' : this.random.pick([...STANDARD, ...this.own]);
  }

  private async some(most: number): Promise<{ mailbox: string; uids: number[] } | null> {
    const mailbox = this.mailbox();
    const { messages } = await this.mail.list(this.owner, mailbox);
    if (messages.length === 0) return null;
    const first = this.random.int(0, messages.length - 1);
    const uids = messages.slice(first, first + this.random.int(1, most)).map(({ uid }) => uid);
    return { mailbox, uids };
  }

  private async make(change: Change): Promise<boolean> {
    const { mail, owner, random } = this;
    switch (change) {
      case 'append':
      case 'twin': {
        const letter = this.letter();
        // The same bytes once more: an equal Message-ID, and nothing to tell them apart.
        const raw = change === 'twin' ? random.pick(this.recent) : letter.raw;
        const { flags, internalDate } = letter;
        await mail.append(owner, this.mailbox(), raw, { flags, internalDate });
        return true;
      }
      case 'burst':
        await mail.seed(
          owner,
          this.mailbox(),
          Array.from({ length: random.int(5, 40) }, () => this.letter()),
        );
        return true;
      case 'delete': {
        const found = await this.some(3);
        if (found) await mail.expunge(owner, found.mailbox, found.uids);
        return found !== null;
      }
      case 'flag': {
        const found = await this.some(6);
        const mode = random.pick(['add', 'remove'] as const);
        if (found) await mail.setFlags(owner, found.mailbox, found.uids, [random.pick(FLAGS)], mode);
        return found !== null;
      }
      case 'move':
      case 'copy': {
        const found = await this.some(4);
        const target = this.mailbox();
        if (!found || target === found.mailbox) return false;
        await mail[change](owner, found.mailbox, found.uids, target);
        return true;
      }
      default:
        return this.changeMailboxes(change);
    }
  }

  private async changeMailboxes(change: Change): Promise<boolean> {
    const { mail, owner, random } = this;
    if (change === 'createMailbox') {
      if (this.own.length >= 6) return false;
      const name = `Project ${++this.created}`;
      await mail.createMailbox(owner, name);
      this.own.push(name);
      return true;
    }
    if (this.own.length === 0) return false;
    const name = random.pick(this.own);
    this.own = this.own.filter((one) => one !== name);
    if (change === 'deleteMailbox') await mail.deleteMailbox(owner, name);
    else {
      const renamed = `Renamed ${++this.created}`;
      await mail.renameMailbox(owner, name, renamed);
      this.own.push(renamed);
    }
    return true;
  }
}
