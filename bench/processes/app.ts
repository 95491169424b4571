/** The measured app: a host with our plugin and its worker, from source, in a process of its own. */
import '../../test/harness/setUp';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { withLease } from '../../src/server/accounts/lease';
import type { MailContext } from '../../src/server/context';
import { runOnce } from '../../src/server/sync/runOnce';
import { LIVE_EVENTS } from '../../src/shared/constants';
import { createTestApp, type PushedEvent, type TestApp } from '../../test/harness';
import { readProgress, type Stage } from './progress';
import { serve } from './rpc';
import { scaleHandlers } from './scale';
import { sendingHandlers } from './sending';

let test: TestApp;
let mail: MailContext;
const delays = monitorEventLoopDelay({ resolution: 10 });
const inspector = new Session();

/** Comparable with other processes of this machine. */
const epoch = () => performance.timeOrigin + performance.now();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const plugin = () => test.app.pm.get('email-manager') as object;

interface AppStart {
  databaseFile?: string;
  allowedHosts: string;
  installed?: boolean;
}

/** What the benchmark asks of the app; everything else goes over HTTP. */
export const appHandlers = {
  async start({ databaseFile, allowedHosts, installed }: AppStart) {
    const env = { MAIL_ALLOWED_HOSTS: allowedHosts };
    test = await createTestApp({ databaseFile, installed, logLevel: 'error', env });
    mail = Reflect.get(plugin(), 'mail') as MailContext;
    return test.listen();
  },
  /** Signs the administrator in. */
  async administrator() {
    const { token } = await test.root();
    return token;
  },
  /** Creates a user and signs him in. */
  async user() {
    const { token } = await test.createUser();
    return token;
  },
  /** Waits until all accounts have come so far. @returns when, in milliseconds since 1970 */
  async reached({ stage, accounts, every = 20 }: { stage: Stage; accounts: number; every?: number }) {
    while (!(await readProgress(mail, stage, accounts))) await pause(every);
    return epoch();
  },
  count: ({ collection, where = {} }: { collection: string; where?: Record<string, unknown> }) =>
    mail.db.getCollection(collection).model.count({ where }),
  /** From now on passes run at the benchmark's word only. */
  stopWorker: () => Reflect.apply(Reflect.get(plugin(), 'stopWorkers') as () => Promise<void>, plugin(), []),
  startWorker: () => Reflect.apply(Reflect.get(plugin(), 'startWorkers') as () => void, plugin(), []),
  /** One pass over an account. `full` compares everything, as once an hour. @returns when it ended */
  async pass({ full }: { full: boolean }) {
    const account = await mail.db.getCollection('mailAccounts').model.findOne({ raw: true });
    const accountId = String((account as unknown as { id: unknown }).id);
    if (full) await mail.db.getCollection('mailboxes').model.update({ comparedAt: null }, { where: { accountId } });
    const control = { signal: new AbortController().signal, yields: () => false };
    let ran = false;
    await withLease(mail, accountId, 'sync', async (lease) => {
      while (await runOnce(mail, lease, control));
      ran = true;
    });
    if (!ran) throw new Error('The account was not free');
    return epoch();
  },
  /** Waits for the next push of changed threads. @returns when it went out, in milliseconds since 1970 */
  watchThreads() {
    return new Promise<number>((resolve) => {
      const listen = ({ message }: PushedEvent) => {
        if (message.type !== LIVE_EVENTS.thread) return;
        test.app.off('ws:sendToUser', listen);
        resolve(epoch());
      };
      test.app.on('ws:sendToUser', listen);
    });
  },
  /** Collects garbage, so that what is resident afterwards is needed. */
  async settle() {
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await pause(100);
    }
  },
  watchDelays() {
    delays.reset();
    delays.enable();
  },
  /** Delays of the event loop in milliseconds. */
  delays() {
    delays.disable();
    // A timer that is never late is one resolution after the one before.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 10);
    return { p99: late(delays.percentile(99)), max: late(delays.max) };
  },
  ...scaleHandlers(() => ({ app: test, mail })),
  ...sendingHandlers(() => ({ app: test, mail })),
  async profile() {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: 1000 });
    await inspector.post('Profiler.start');
  },
  async profiled({ file }: { file: string }) {
    const { profile } = await inspector.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    inspector.disconnect();
  },
};
export type AppHandlers = typeof appHandlers;

serve(appHandlers, async () => test?.stop());
