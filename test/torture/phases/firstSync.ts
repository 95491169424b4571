import { until, type Phase } from '../world';

/** The first sync of a full mailbox, killed a few times on its way: later phases start from what it leaves. */
export const firstSync: Phase = {
  name: 'first sync',
  async run(world, { messages, kills }) {
    await world.other.fill(messages);
    const stored = () => world.app.mail.db.getCollection('mailMessages').model.count();
    const shares = kills < 3 ? [0.3] : [0.05, 0.3, 0.6];
    for (const share of shares) {
      await world.wake({ leases: true });
      const enough = async () => (await stored()) > messages * share;
      await until('a part of the mailbox is stored', enough, 120_000);
      await world.kill();
      await world.checkInvariants('after a kill in the first sync');
    }
    await world.wake({ leases: true });
    await world.settle();
    await world.checkInvariants('after the first sync');
    return { messages: await stored(), kills: shares.length };
  },
};
