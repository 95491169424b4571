/** What an account that is connected and watched costs in memory. */
import { setTimeout as pause } from 'node:timers/promises';
import { alice, type SandboxUser } from '../../sandbox/outlook/fixtures';
import { connect } from '../client';
import type { FigureGroup } from '../measure';
import type { SandboxProcess } from '../parts';
import { residentMemory } from '../processes/proc';
import { absolute } from '../statistics';
import { withApp, withSandbox } from '../world';

const NAME = 'idle.memoryPerAccount.sqlite';
/** Accounts there are before counting begins: code is warm then, pools are full, and the heap has the size that sign-ins want. */
const WARM = 50;
/** So many that what the heap keeps by chance is little of it. */
const COUNTED = 150;

export const idle: FigureGroup = {
  name: 'idle',
  // New accounts are listened to in groups of some seconds, which is too long for a quick run.
  figures: ({ quick }) => (quick ? [] : [NAME]),
  async *measure(settings) {
    const users = Array.from({ length: WARM + COUNTED }, (_none, index) => userNumber(index));
    settings.say(`idle: connecting ${users.length} accounts`);
    const residents = users.map((user) => ({ user, mailbox: null }));
    const each = await withSandbox(settings, residents, (box) =>
      withApp(box, {}, async ({ app, client }) => {
        const watch = async (some: SandboxUser[], total: number) => {
          for (const { upn } of some) await connect(client, box, upn);
          await app.call('reached', { stage: 'complete', accounts: total, every: 500 });
          await allWatched(box, total);
          await app.call('settle');
          return residentMemory(app.pid);
        };
        const before = await watch(users.slice(0, WARM), WARM);
        const after = await watch(users.slice(WARM), users.length);
        return ((after - before) * 1024) / COUNTED;
      }),
    );
    yield absolute(NAME, 'KB', 150, [each]);
  },
};

function userNumber(index: number): SandboxUser {
  const suffix = String(index).padStart(12, '0');
  return { ...alice, upn: `idle${index}@contoso.onmicrosoft.com`, oid: `0c5f1e2a-6b7d-4a1c-9e34-${suffix}` };
}

/** Until every account idles, and nothing else is connected. */
async function allWatched(box: SandboxProcess, accounts: number): Promise<void> {
  for (let second = 0; second < 300; second++) {
    if ((await box.call('connections')) === accounts) return;
    await pause(1000);
  }
  throw new Error('Not every account is watched');
}
