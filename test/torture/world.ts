/** Everything the phases of the torture work with: an app, a mailbox, another client of it, and a sync process that may die. */
import { MINUTE } from '../../src/shared/constants';
import { Random } from '../../sandbox/outlook/demo/random';
import { startMailApp, type MailApp } from '../harness/mailApp';
import { passTime, spawnSync, type SyncChild } from '../server/sync/syncChild';
import { compareWithServer } from './comparison';
import { unfindable } from './findable';
import { brokenInvariants } from './invariants';
import { Letters } from './letters';
import { OtherClient } from './otherClient';

export interface TortureOptions {
  seed: number;
  /** Connections cut in the middle of something. */
  cuts: number;
  /** Sync processes killed with -9. */
  kills: number;
  /** Mails sent through whatever can go wrong with sending. */
  sends: number;
  /** Messages in the mailbox before the first sync. */
  messages: number;
}

/** What a phase did, in numbers that the closing summary adds up. */
export type Counts = Record<string, number>;

export interface Phase {
  name: string;
  run(world: World, options: TortureOptions): Promise<Counts>;
}

/** Stored texts that are looked for at every look at the invariants; at the end all of them are. */
const TEXTS_A_CHECK = 20;

export class World {
  readonly letters: Letters;
  readonly other: OtherClient;
  private child: SyncChild | undefined;
  /** How often the invariants were looked at. */
  checks = 0;
  /** How many texts were looked for and found. */
  found = 0;
  private readonly chance: Random;

  private constructor(
    readonly app: MailApp,
    private readonly seed: number,
  ) {
    this.chance = this.random('samples');
    this.letters = new Letters(this.random('letters'));
    this.other = new OtherClient(app.box.mail, app.owner, this.letters, this.random('other client'));
  }

  static async start(seed: number): Promise<World> {
    return new World(await startMailApp(), seed);
  }

  /** A source of chance of its own for each name: one more throw here changes nothing there. */
  random(name: string): Random {
    const salt = [...name].reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) | 0, 7);
    return new Random(this.seed ^ salt);
  }

  /** Starts the sync process unless it runs. */
  async run(): Promise<SyncChild> {
    this.child ??= await spawnSync(this.app);
    return this.child;
  }

  /** Has the account looked at now, whatever it waits for. */
  async wake({ leases = false } = {}): Promise<void> {
    await this.chooseAll();
    await passTime(this.app, { leases });
    (await this.run()).wake();
  }

  async kill(): Promise<void> {
    await this.child?.kill();
    this.child = undefined;
  }

  /** Waits for the end of the next pass, a good or a bad one. */
  async passed(): Promise<void> {
    const { model } = this.app.mail.db.getCollection('mailAccounts');
    const early = new Date(0);
    await this.wake();
    await model.update({ nextSyncAt: early }, { where: { id: this.app.accountId }, hooks: false, silent: true });
    await until('a pass ends', async () => new Date((await this.app.account()).nextSyncAt as string) > early);
  }

  /**
   * @param texts how many of the stored texts are looked for by the search
   * @throws Error that tells what does not hold
   */
  async checkInvariants(when: string, texts = TEXTS_A_CHECK): Promise<void> {
    this.checks++;
    const broken = await brokenInvariants(this.app.mail);
    const { checked, lost } = await unfindable(this.app, texts, this.chance.int(1, 1_000_000));
    this.found += checked - lost.length;
    if (lost.length > 0) broken.push(`stored texts that are not found: ${lost.length}, such as ${lost[0]}`);
    if (broken.length > 0) throw new Error(`${when}:\n  ${broken.join('\n  ')}`);
  }

  /** Ends all faults and waits until there is nothing more to do. */
  async settle(): Promise<void> {
    this.app.box.control.clearFaults();
    const quiet = async () => {
      await this.passed();
      const account = await this.app.account();
      if (account.lastError !== null) return false;
      const [waiting, unread] = await Promise.all([
        this.app.rows('mailOps', { state: 'pending' }),
        this.app.rows('mailMessages', { vanishedAt: null, preview: null, unreadable: null }),
      ]);
      const onServer = await this.app.box.mail.mailboxes(this.app.owner);
      const open = await this.app.rows('mailboxes', { syncing: true, backfillDone: false, path: onServer });
      return waiting.length + unread.length + open.length === 0;
    };
    await until('everything is synced', quiet, 5 * MINUTE).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await this.whatIsOpen())}`);
    });
    // A change that came while the last pass was under way.
    await until('everything is synced once more', quiet, 3 * MINUTE);
  }

  /** After {@link settle}: places and bodies at once, flags of old messages when the hourly comparison was due. */
  async expectMirror(): Promise<{ messages: number; bodies: number }> {
    await this.checkInvariants('at the end', Infinity);
    const atOnce = await compareWithServer(this.app, this.letters);
    const serious = atOnce.differences.filter((line) => !line.includes('has the flags'));
    if (serious.length === 0 && atOnce.differences.length > 0) {
      const { model } = this.app.mail.db.getCollection('mailboxes');
      const before = new Date(Date.now() - 61 * 60_000);
      await model.update({ comparedAt: before }, { where: {}, hooks: false, silent: true });
      await this.settle();
      await this.checkInvariants('an hour later');
      serious.push(...(await compareWithServer(this.app, this.letters)).differences);
    }
    if (serious.length > 0) {
      throw new Error(`${serious.length} differences from the server:\n  ${serious.slice(0, 20).join('\n  ')}`);
    }
    return { messages: atOnce.messages, bodies: atOnce.bodies };
  }

  /** Why {@link settle} still waits. */
  private async whatIsOpen(): Promise<object> {
    const { state, lastError, syncFailures, syncHolder } = await this.app.account();
    const open = await this.app.rows('mailboxes', { backfillDone: false });
    const unread = await this.app.rows('mailMessages', { vanishedAt: null, preview: null, unreadable: null });
    return {
      account: { state, lastError, syncFailures, syncHolder },
      open: open.map(({ path, lastError: error }) => ({ path, error })),
      unread: unread.slice(0, 3).map(({ id, uid, mailboxId, internalDate }) => ({ id, uid, mailboxId, internalDate })),
    };
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.app.stop();
  }

  /** The user wants to have every mailbox. */
  private async chooseAll(): Promise<void> {
    const { model } = this.app.mail.db.getCollection('mailboxes');
    await model.update({ syncing: true }, { where: { syncing: false }, hooks: false, silent: true });
  }
}

/** Waits for something that happens in another process. On a busy machine it takes a while: the limit is for what never comes. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  withinMs = 3 * MINUTE,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It was waited in vain that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
