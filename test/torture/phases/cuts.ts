import type { ImapFault } from '../../../sandbox/outlook';
import type { Random } from '../../../sandbox/outlook/demo/random';
import { until, type Phase, type World } from '../world';

const COMMANDS = ['^AUTHENTICATE', '^LIST', '^STATUS', '^(SELECT|EXAMINE)', '^UID SEARCH', '^UID FETCH'];
const BYES = ['Connection is closed. 13', 'Session invalidated - AccessTokenExpired', 'Server shutting down. 11'];

/** Connections that end at any byte and at any command, by all the ways connections end, while another client changes things. */
export const cuts: Phase = {
  name: 'cuts',
  async run(world, options) {
    const random = world.random('cuts');
    const counts: Record<string, number> = {};
    await world.run();
    for (let index = 0; index < options.cuts; index++) {
      const fault = anyFault(random);
      world.app.box.control.failImap(fault);
      const changing = world.other.change(random.int(1, 3));
      await world.wake();
      await changing;
      await struck(world, fault);
      if (fault.effect.kind === 'blackhole') {
        // A silence that a new connection of the network ends; the longest one is a fault test of its own.
        await new Promise((resolve) => setTimeout(resolve, random.int(50, 500)));
        world.app.box.control.endImapSessions({ effect: { kind: 'reset' } });
      }
      const { kind } = fault.effect;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (index % 50 === 49) await world.checkInvariants(`after cut ${index + 1}`);
    }
    await world.settle();
    await world.checkInvariants('after the cuts');
    return { cuts: options.cuts, ...counts };
  },
};

/** A connection that ends at any byte, or at one of these commands. */
export function anyFault(random: Random, commands: readonly string[] = COMMANDS): ImapFault {
  const chance = random.next();
  const effect: ImapFault['effect'] =
    chance < 0.35
      ? { kind: 'reset' }
      : chance < 0.65
        ? { kind: 'close' }
        : chance < 0.92
          ? { kind: 'bye', text: random.pick(BYES) }
          : { kind: 'blackhole' };
  if (random.chance(0.3)) {
    const fault = { effect, on: random.pick(commands) };
    // Before the answer, or in the middle of it.
    return random.chance(0.5) ? fault : { ...fault, afterMs: random.int(0, 20) };
  }
  // Small and large offsets alike: in the greeting, in the login, in a list, in a body.
  return { effect, afterBytes: Math.floor(2 ** (random.next() * 15)) };
}

/** Waits for the fault to strike, with more to fetch where there was too little. */
async function struck(world: World, fault: ImapFault): Promise<void> {
  const { control } = world.app.box;
  const waits = () => control.state().imapFaults > 0;
  for (let attempt = 0; waits() && attempt < 60; attempt++) {
    const soon = Date.now() + 700;
    await until('the fault strikes', () => !waits() || Date.now() > soon);
    if (!waits()) return;
    await world.other.change(2);
    await world.other.deliver(5 * Math.min(attempt + 1, 12));
    await world.wake();
  }
  if (waits()) throw new Error(`A fault was set that never struck: ${JSON.stringify(fault)}`);
}
