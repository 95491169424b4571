import { imapFaults } from '../../../sandbox/outlook';
import type { Phase } from '../world';

/** Access tokens that end in the middle of a FETCH: by the clock, and by a server that refuses the old one afterwards. */
export const tokens: Phase = {
  name: 'tokens',
  async run(world, options) {
    const random = world.random('tokens');
    const { control } = world.app.box;
    const rounds = Math.max(2, Math.round(options.cuts / 50));
    for (let index = 0; index < rounds; index++) {
      // Long enough to be used on a busy machine: one that is refused twice is for its user to mend.
      control.setIdentity({ accessTokenTtl: random.int(4, 8) });
      control.failImap({
        afterBytes: random.int(2_000, 60_000),
        effect: { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' },
      });
      await world.other.deliver(random.int(20, 60));
      await world.wake();
      await world.other.change(2);
      if (random.chance(0.5)) control.failImap(imapFaults.authenticateFailed());
      await world.passed();
      control.clearFaults();
    }
    await world.settle();
    const { state } = await world.app.account();
    if (state !== 'active') throw new Error(`Tokens that end made the account ${String(state)}`);
    await world.checkInvariants('after tokens that ended');
    return { 'tokens that ended': rounds };
  },
};
