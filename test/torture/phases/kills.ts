import { passTime } from '../../server/sync/syncChild';
import { until, type Phase, type World } from '../world';

/** Kills that wait for the lease to run out by itself; each takes up to a minute. */
const REAL_WAITS = 2;

/** kill -9 at any moment of a pass, and at once the invariants; most times as if the lease had run out meanwhile. */
export const kills: Phase = {
  name: 'kills',
  async run(world, options) {
    const random = world.random('kills');
    const waits = options.kills >= 50 ? REAL_WAITS : 0;
    for (let index = 0; index < options.kills; index++) {
      await world.kill();
      await passTime(world.app);
      const changing = world.other.change(random.int(2, 8));
      await world.wake({ leases: true });
      await new Promise((resolve) => setTimeout(resolve, random.int(0, 900)));
      await world.kill();
      await world.checkInvariants(`after kill ${index + 1}`);
      await changing;
    }
    for (let index = 0; index < waits; index++) await takenOverInTime(world);
    await world.kill();
    await world.wake({ leases: true });
    await world.settle();
    await world.checkInvariants('after the kills');
    return { kills: options.kills + waits, 'takeovers by the clock': waits };
  },
};

/** Kills a pass that has just begun: the row still names the holder that was killed before. */
async function killedWithLease(world: World) {
  const { app } = world;
  await world.kill();
  await world.other.deliver(60);
  const { syncEpoch: before } = await app.account();
  await world.wake({ leases: true });
  await until('the lease is taken', async () => Number((await app.account()).syncEpoch) > Number(before));
  await world.kill();
  const account = await app.account();
  if (!account.syncUntil) throw new Error('The lease was given back before the kill');
  return account;
}

/** Killed while it holds the lease; another process takes over when the time is up, told by nobody. */
async function takenOverInTime(world: World): Promise<void> {
  const { app } = world;
  const { syncUntil, syncEpoch } = await killedWithLease(world);
  await passTime(app, { leases: false });
  await world.run();
  const takenOver = async () => Number((await app.account()).syncEpoch) > Number(syncEpoch);
  await until('another process takes over', takenOver);
  if (Date.now() < new Date(syncUntil as string).getTime() - 1000)
    throw new Error('A lease was taken that somebody held');
}
