/** What everybody else notices while five accounts sync for the first time. */
import { setTimeout as pause } from 'node:timers/promises';
import { alice, type SandboxUser } from '../../sandbox/outlook/fixtures';
import { connect, type ApiClient } from '../client';
import type { MailboxName } from '../mailbox/snapshot';
import type { FigureGroup, Settings } from '../measure';
import { absolute, quantile, ratio } from '../statistics';
import { withApp, withSandbox } from '../world';

const ACCOUNTS = 5;
const IDLE_REQUESTS = 150;
/** Somebody who works, not a load test. */
const BETWEEN_REQUESTS = 20;

const NAMES = { p99: 'busy.loopDelay.p99', max: 'busy.loopDelay.max', api: 'busy.api.p95' };

const mailboxOf = ({ quick }: Settings): MailboxName => (quick ? '400' : 'quick');

export const busy: FigureGroup = {
  name: 'busy',
  figures: () => Object.values(NAMES),
  async *measure(settings) {
    const mailbox = mailboxOf(settings);
    const syncing = Array.from({ length: ACCOUNTS }, (_none, index) => userNumber(index));
    const residents = [alice, ...syncing].map((user) => ({
      user,
      mailbox: user === alice ? ('400' as const) : mailbox,
    }));
    const { delays, idle, loaded } = await withSandbox(settings, residents, (box) =>
      withApp(box, {}, async ({ app, client }) => {
        await connect(client, box, alice.upn);
        await app.call('reached', { stage: 'complete', accounts: 1 });
        settings.say('busy: the API at rest');
        await requests(client, () => IDLE_REQUESTS);
        const idle = await requests(client, () => IDLE_REQUESTS);

        // All five start together.
        await app.call('stopWorker');
        for (const { upn } of syncing) await connect(client, box, upn);
        await app.call('settle');
        settings.say(`busy: the API while ${ACCOUNTS} accounts sync`);
        await app.call('watchDelays');
        await app.call('startWorker');
        let done = false;
        const complete = app.call('reached', { stage: 'complete', accounts: ACCOUNTS + 1, every: 200 }).then(() => {
          done = true;
        });
        const loaded = await requests(client, (made) => (done ? made : Infinity));
        await complete;
        return { idle, loaded, delays: await app.call('delays') };
      }),
    );
    yield absolute(NAMES.p99, 'ms', 50, [delays.p99]);
    yield absolute(NAMES.max, 'ms', 250, [delays.max]);
    yield ratio(NAMES.api, 2, [{ value: quantile(loaded, 0.95), anchor: quantile(idle, 0.95) }]);
  },
};

/** Durations of a page of the inbox, asked again and again. */
async function requests(client: ApiClient, until: (made: number) => number): Promise<number[]> {
  const durations: number[] = [];
  while (durations.length < until(durations.length)) {
    const started = performance.now();
    await client.get('mailThreads:list?role=inbox&limit=20');
    durations.push(performance.now() - started);
    await pause(BETWEEN_REQUESTS);
  }
  return durations;
}

function userNumber(index: number): SandboxUser {
  const suffix = String(index).padStart(12, '0');
  return { ...alice, upn: `busy${index}@contoso.onmicrosoft.com`, oid: `0c5f1e2a-6b7d-4a1c-9e35-${suffix}` };
}
