import { imapFaults } from '../../../sandbox/outlook';
import { until, type Phase } from '../world';

const COMMANDS = '^(STATUS|SELECT|EXAMINE|UID SEARCH|UID FETCH|UID STORE)';

/** Every second command is refused for a moment; then a long wait is told, and kept. */
export const throttling: Phase = {
  name: 'throttling',
  async run(world, options) {
    const random = world.random('throttling');
    const { control } = world.app.box;
    const rounds = Math.max(2, Math.round(options.cuts / 25));
    for (let index = 0; index < rounds; index++) {
      control.failImap({ ...imapFaults.throttled(random.int(5, 60)), on: COMMANDS, spare: 1, times: 0 });
      await world.other.change(random.int(2, 6));
      await world.passed();
      control.clearFaults();
    }
    await world.settle();
    control.failImap({ ...imapFaults.throttled(240_000), on: COMMANDS });
    await world.other.deliver(3);
    const asked = Date.now();
    await world.wake();
    const waits = async () => {
      const { backOffUntil } = await world.app.account();
      return backOffUntil !== null && new Date(backOffUntil as string).getTime() - asked > 230_000;
    };
    await until('the account waits as told', waits);
    await world.settle();
    await world.checkInvariants('after the throttling');
    return { 'throttled rounds': rounds, 'told waits': 1 };
  },
};
