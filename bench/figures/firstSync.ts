/** The first sync of a mailbox, from the list of mailboxes to the last row. */
import path from 'node:path';
import { alice } from '../../sandbox/outlook/fixtures';
import { connect } from '../client';
import { messagesIn, type MailboxName } from '../mailbox/snapshot';
import type { Figure, FigureGroup, Run, Settings } from '../measure';
import type { DatabaseEnvironment, SandboxProcess } from '../parts';
import { forgetPeak, peakMemory, processorTime, residentMemory, type ProcessorTime } from '../processes/proc';
import { absolute, ratio } from '../statistics';
import { startOfSync } from '../traffic';
import { setNetwork, withAnchor, withApp, withDialect, withSandbox } from '../world';
import type { Dialect, NetworkName, World } from '../world';

interface Variant {
  mailbox: MailboxName;
  dialect: Dialect;
  network: NetworkName;
  rounds: number;
}

const TARGETS = { envelopes: 2.2, newest50: 1, complete: { sqlite: 2.5, postgres: 3.5, mariadb: 3.5 } };
const NEWEST = 50;

const QUICK: Variant[] = [{ mailbox: 'quick', dialect: 'sqlite', network: 'loopback', rounds: 2 }];
const NORMAL: Variant[] = [
  { mailbox: '10k', dialect: 'sqlite', network: 'loopback', rounds: 3 },
  { mailbox: '10k', dialect: 'postgres', network: 'loopback', rounds: 3 },
  { mailbox: '10k', dialect: 'sqlite', network: 'honest', rounds: 1 },
  { mailbox: '100k', dialect: 'sqlite', network: 'loopback', rounds: 2 },
];
/** Where the server needs a millisecond a message, 100,000 of them twice over take many minutes. */
const FULL: Variant[] = [
  { mailbox: '10k', dialect: 'postgres', network: 'honest', rounds: 1 },
  { mailbox: '100k', dialect: 'postgres', network: 'loopback', rounds: 1 },
  { mailbox: '100k', dialect: 'sqlite', network: 'honest', rounds: 1 },
];

const variants = ({ quick, full }: Settings): Variant[] => (quick ? QUICK : full ? [...NORMAL, ...FULL] : NORMAL);

function namesOf({ mailbox, dialect, network }: Variant) {
  const name = (what: string) => `firstSync.${what}.${mailbox}.${dialect}.${network}`;
  return {
    envelopes: name('envelopes'),
    newest50: name('newest50'),
    complete: name('complete'),
    bytes: name('bytes'),
    memory: name('memory'),
  };
}

/** One round: the anchor of envelopes, ours, the anchor of envelopes again, the anchor of everything. */
interface Round {
  envelopes: Required<Run>;
  complete: Required<Run>;
  bytes: Required<Run>;
  /** Seconds. */
  newest50: number;
  /** MB. */
  memory: number;
  /** What is missing at the end. */
  problem: string;
  /** Processor time, in words. */
  effort: string;
}

export const firstSync: FigureGroup = {
  name: 'firstSync',
  figures: (settings) => variants(settings).flatMap((variant) => Object.values(namesOf(variant))),
  async *measure(settings) {
    for (const variant of variants(settings)) {
      if (Object.values(namesOf(variant)).some(settings.wants)) yield* measureVariant(settings, variant);
    }
  },
};

async function* measureVariant(settings: Settings, variant: Variant): AsyncGenerator<Figure> {
  const { mailbox, dialect, network } = variant;
  const rounds = await withSandbox(settings, [{ user: alice, mailbox }], async (box) => {
    // Dovecot opens its indexes for the first time.
    await withAnchor(box, alice.upn, (anchor) => anchor.call('envelopes'));
    await setNetwork(box, network);
    return withDialect(dialect, async (database) => {
      const done: Round[] = [];
      for (let round = 1; round <= variant.rounds; round++) {
        settings.say(`first sync of ${mailbox} on ${dialect}, ${network}: round ${round} of ${variant.rounds}`);
        const profile = settings.profile && path.join(settings.profile, `${mailbox}-${dialect}-${round}.cpuprofile`);
        const measured = await runRound(box, database, messagesIn(mailbox), profile);
        settings.say(`  processor time: ${measured.effort}`);
        done.push(measured);
      }
      return done;
    });
  });
  const names = namesOf(variant);
  const of = <K extends keyof Round>(key: K) => rounds.map((round) => round[key]);
  const newest = network === 'loopback' ? TARGETS.newest50 : null;
  yield ratio(names.envelopes, dialect === 'sqlite' ? TARGETS.envelopes : null, of('envelopes'));
  yield absolute(names.newest50, 's', newest, of('newest50'));
  // A figure of half the work would be a lie.
  const problem = rounds.find((round) => round.problem)?.problem;
  if (problem) throw new Error(`The first sync of ${mailbox} on ${dialect} ended with ${problem}`);
  yield ratio(names.complete, TARGETS.complete[dialect], of('complete'));
  yield ratio(names.bytes, 1.1, of('bytes'));
  yield absolute(names.memory, 'MB', 150, of('memory'));
}

async function runRound(
  box: SandboxProcess,
  database: DatabaseEnvironment,
  messages: number,
  profile: string | undefined,
): Promise<Round> {
  const bare = () => withAnchor(box, alice.upn, (anchor) => anchor.call('envelopes'));
  const before = await bare();
  const ours = await withApp(box, database, (world) => runOurs(box, world, messages, profile));
  const after = await bare();
  let bytes = 0;
  const texts = await withAnchor(box, alice.upn, async (anchor) => {
    const before = await sentTo(box);
    const taken = await anchor.call('texts');
    bytes = (await sentTo(box)) - before;
    return taken;
  });
  if (before.messages !== messages || texts.messages !== messages) {
    throw new Error('The anchor did not read the whole mailbox');
  }
  return {
    envelopes: { value: ours.envelopes, anchor: (before.ms + after.ms) / 2 },
    complete: { value: ours.complete, anchor: texts.ms },
    bytes: { value: ours.bytes / 1e6, anchor: bytes / 1e6 },
    newest50: ours.newest50,
    memory: ours.memory,
    problem: ours.problem,
    effort: `${ours.effort}; bare ${seconds(before.cpuMs)} and ${seconds(texts.cpuMs)} s`,
  };
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);

const sentTo = async (box: SandboxProcess) => (await box.call('seen', { user: alice.upn })).sent;

async function runOurs(box: SandboxProcess, { app, client }: World, messages: number, profile: string | undefined) {
  if (profile) await app.call('profile');
  await app.call('settle');
  const idle = residentMemory(app.pid);
  forgetPeak(app.pid);
  const used = processorTime(app.pid);
  const since = performance.timeOrigin + performance.now();
  const { savedAt } = await connect(client, box, alice.upn);
  while ((await client.get<unknown[]>(`mailMessages:list?pageSize=${NEWEST}&sort=-date`)).length < NEWEST) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const newest50 = (performance.timeOrigin + performance.now() - savedAt) / 1000;
  const envelopes = await app.call('reached', { stage: 'envelopes', accounts: 1 });
  const usedForEnvelopes = processorTime(app.pid);
  const complete = await app.call('reached', { stage: 'complete', accounts: 1, every: 50 });
  const usedInAll = processorTime(app.pid);
  const memory = peakMemory(app.pid) - idle;
  if (profile) await app.call('profiled', { file: profile });
  const { commands, sent } = await box.call('seen', { user: alice.upn });
  const start = startOfSync(commands, since);
  const problem = await missing(app, messages);
  return {
    envelopes: envelopes - start.at,
    complete: complete - start.at,
    bytes: sent - start.sent,
    newest50,
    memory,
    problem,
    effort: `envelopes ${effort(used, usedForEnvelopes)}; complete ${effort(used, usedInAll)}`,
  };
}

/** Processor time does not depend on who else uses the machine. */
const effort = (from: ProcessorTime, to: ProcessorTime): string =>
  `${(to.main - from.main).toFixed(1)} s on the main thread, ${(to.all - from.all).toFixed(1)} s on all`;

/** What was not stored, in words; empty when nothing is missing. */
async function missing(app: World['app'], messages: number): Promise<string> {
  const count = (collection: string, where?: Record<string, unknown>) => app.call('count', { collection, where });
  const stored = await count('mailMessages');
  const threadless = await count('mailMessages', { threadId: null });
  const bodies = await count('mailBodies');
  return [
    stored !== messages && `${stored} of ${messages} messages`,
    threadless > 0 && `${threadless} messages without a thread`,
    bodies !== messages && `${bodies} of ${messages} texts`,
  ]
    .filter(Boolean)
    .join(', ');
}
