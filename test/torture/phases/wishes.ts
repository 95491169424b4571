import { flagOf } from '../../../src/server/sync/rows';
import { unfulfilled, User, type Wanted } from '../user';
import type { Phase, World } from '../world';
import { anyFault } from './cuts';

const COMMANDS = ['^UID (MOVE|COPY)', '^UID STORE', '^UID EXPUNGE', '^UID FETCH', '^(SELECT|EXAMINE)'];
const OWN_MAILBOXES = ['Private A', 'Private B', 'Private C'];

/**
 * Changes by the user, while the connection is cut, the process killed and another client changes the same messages. Of some
 * messages nobody else takes: what the user wants of them must come true, once.
 */
export const wishes: Phase = {
  name: 'wishes',
  async run(world, options) {
    const random = world.random('wishes');
    const { app, other } = world;
    const user = new User(app, world.random('user'));
    const own = await ownMessages(world);
    const mailboxes = await app.rows('mailboxes', { syncing: true });
    const idsOf = (wanted: (path: string) => boolean) =>
      mailboxes.filter(({ path }) => wanted(String(path))).map(({ id }) => id);
    const ownPlaces = idsOf((path) => OWN_MAILBOXES.includes(path));
    const sharedPlaces = idsOf((path) => ['INBOX', 'Sent Items', 'Archive', 'Deleted Items'].includes(path));
    const rounds = Math.max(4, Math.round(options.cuts / 5));
    let kills = 0;
    for (let index = 0; index < rounds; index++) {
      const shared = await app.rows('mailMessages', { vanishedAt: null, mailboxId: sharedPlaces });
      const changing = other.change(random.int(0, 3));
      for (let count = random.int(1, 3); count > 0; count--) {
        await user.changeOwn(own, ownPlaces);
        await user.changeShared(shared, sharedPlaces);
      }
      if (random.chance(0.5)) app.box.control.failImap(anyFault(random, COMMANDS));
      await world.wake();
      if (random.chance(0.15)) {
        await new Promise((resolve) => setTimeout(resolve, random.int(0, 300)));
        await world.kill();
        await world.checkInvariants('after a kill among wishes');
        await world.wake({ leases: true });
        kills++;
      }
      await changing;
      // What was not reached yet strikes later, or never: it must not pile up.
      if (random.chance(0.3)) app.box.control.clearFaults();
    }
    await world.settle();
    await world.checkInvariants('after the wishes');
    const wrong = await unfulfilled(app, own);
    if (wrong.length > 0) throw new Error(`Not as the user wanted:\n  ${wrong.slice(0, 20).join('\n  ')}`);
    return { wishes: Object.values(user.made).reduce((sum, count) => sum + count, 0), kills };
  },
};

/** Messages in mailboxes the other client never looks into. */
async function ownMessages(world: World): Promise<Map<string, Wanted>> {
  const { mail } = world.app.box;
  for (const mailbox of OWN_MAILBOXES) await mail.createMailbox(world.app.owner, mailbox);
  const letters = Array.from({ length: 40 }, () => ({ raw: world.letters.write().raw }));
  await mail.seed(world.app.owner, OWN_MAILBOXES[0]!, letters);
  await world.settle();
  const [mailbox] = await world.app.rows('mailboxes', { path: OWN_MAILBOXES[0] });
  const rows = await world.app.rows('mailMessages', { mailboxId: mailbox!.id, vanishedAt: null });
  if (rows.length !== letters.length) throw new Error(`Of ${letters.length} messages ${rows.length} were stored`);
  return new Map(
    rows.map((row) => [row.id, { mailboxId: mailbox!.id, seen: flagOf(row.seen), flagged: flagOf(row.flagged) }]),
  );
}
