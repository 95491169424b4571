/** Runs the phases of the torture one after the other on one mailbox, and compares everything at the end. */
import { cuts } from './phases/cuts';
import { firstSync } from './phases/firstSync';
import { kills } from './phases/kills';
import { renumbering } from './phases/renumbering';
import { sends } from './phases/sends';
import { throttling } from './phases/throttling';
import { tokens } from './phases/tokens';
import { wishes } from './phases/wishes';
import { World, type Counts, type Phase, type TortureOptions } from './world';

/** In their order; a phase is one file, and starts from whatever the ones before it left. */
export const PHASES: readonly Phase[] = [firstSync, cuts, kills, throttling, renumbering, tokens, wishes];

/**
 * @param say told one line a phase
 * @returns what was done, added up
 * @throws Error of the first invariant that does not hold, or with all differences from the server
 */
export async function torture(options: TortureOptions, say: (line: string) => void): Promise<Counts> {
  const world = await World.start(options.seed);
  const total: Counts = {};
  try {
    for (const phase of PHASES) {
      const started = Date.now();
      const counts = await phase.run(world, options);
      const seconds = Math.round((Date.now() - started) / 1000);
      say(`${phase.name.padEnd(12)} ${told(counts)} (${seconds} s)`);
      for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
    }
    await world.settle();
    const { messages, bodies } = await world.expectMirror();
    say(`${'other client'.padEnd(12)} ${told(world.other.made)}`);
    Object.assign(total, { messages, bodies, 'texts found': world.found, 'checks of all invariants': world.checks });
  } finally {
    await world.stop();
  }
  // In a mailbox of its own: what is sent would lie among the letters that are compared.
  const started = Date.now();
  const sent = await sends(options);
  say(`${'sends'.padEnd(12)} ${told(sent)} (${Math.round((Date.now() - started) / 1000)} s)`);
  return { ...total, ...sent };
}

/** Counts as a sentence reads them. */
export const told = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
