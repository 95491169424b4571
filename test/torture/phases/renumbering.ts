import type { Phase } from '../world';

/** UIDVALIDITY changes under our hands, with new UIDs or the same ones. */
export const renumbering: Phase = {
  name: 'renumbering',
  async run(world, options) {
    const random = world.random('renumbering');
    const { control } = world.app.box;
    const { owner } = world.app;
    const rounds = Math.max(2, Math.round(options.cuts / 50));
    for (let index = 0; index < rounds; index++) {
      await world.wake();
      await world.other.change(random.int(0, 3));
      const mailbox = random.pick(['INBOX', 'INBOX', 'Sent Items', 'Archive']);
      await control.changeUidValidity({ user: owner, mailbox, renumber: random.chance(0.7) });
      await world.other.change(random.int(0, 3));
      if (random.chance(0.5)) await world.passed();
    }
    await world.settle();
    await world.checkInvariants('after new UIDVALIDITYs');
    return { 'new UIDVALIDITYs': rounds };
  },
};
