/** Pages and searches where there is a million messages. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storageRoot } from '../../scripts/lib/repo';
import { alice } from '../../sandbox/outlook/fixtures';
import { apiClient } from '../client';
import type { Figure, FigureGroup, Settings } from '../measure';
import { startApp, type AppProcess, type DatabaseEnvironment, type SandboxProcess } from '../parts';
import type { Scale } from '../scale/fill';
import { scaleNames } from '../scale/measure';
import { absolute, median, quantile, ratio } from '../statistics';
import { withDialect, withSandbox, type Dialect } from '../world';

/** A change of what is written, or of our tables, needs another number. */
const VERSION = 1;
const PAGE = 20;
const WARM_UP = 5;
const PAGES = 60;

const QUICK: Scale = { messages: 30_000, largest: 15_000, others: 5000, words: 90 };
const FULL: Scale = { messages: 1_000_000, largest: 200_000, others: 16_000, words: 90 };

const sizeOf = ({ quick }: Settings) => (quick ? '30k' : '1M');
const dialectsOf = ({ full }: Settings): Dialect[] => (full ? ['sqlite', 'postgres', 'mariadb'] : ['sqlite']);

function namesOf(dialect: Dialect) {
  const name = (what: string) => `scale.${what}.${dialect}`;
  return {
    restart: name('list.afterRestart'),
    writer: name('list.besideWriter'),
    api: name('list.overApi'),
  };
}

const allNames = (dialect: Dialect) => [...Object.values(namesOf(dialect)), ...scaleNames(dialect)];

export const scale: FigureGroup = {
  name: 'scale',
  figures: (settings) => dialectsOf(settings).flatMap(allNames),
  async *measure(settings) {
    for (const dialect of dialectsOf(settings)) {
      if (!allNames(dialect).some(settings.wants)) continue;
      yield* await withSandbox(settings, [{ user: alice, mailbox: null }], (box) =>
        withDialect(dialect, (database) => measureDialect(settings, dialect, box, database)),
      );
    }
  },
};

async function measureDialect(
  settings: Settings,
  dialect: Dialect,
  box: SandboxProcess,
  database: DatabaseEnvironment,
): Promise<Figure[]> {
  const names = namesOf(dialect);
  if (dialect === 'sqlite') {
    const databaseFile = await ensureFile(settings, box);
    return withRunning(await startApp(box, { databaseFile, installed: true }), (app) =>
      ask(settings, app, names, 'sqlite'),
    );
  }
  // Tables of an app on a server go with it: written anew, and never seen after a restart.
  return withRunning(await startApp(box, { database }), async (app) => {
    await fill(settings, app);
    const figures = await ask(settings, app, names, dialect);
    return figures.filter(({ name }) => name !== names.restart);
  });
}

/** A database file with everything in it, made once. */
async function ensureFile(settings: Settings, box: SandboxProcess): Promise<string> {
  const folder = path.join(storageRoot, 'bench', `scale-${sizeOf(settings)}-${VERSION}`);
  const databaseFile = path.join(folder, 'app.sqlite');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return databaseFile;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await withRunning(await startApp(box, { databaseFile }), (app) => fill(settings, app));
  writeFileSync(complete, '');
  return databaseFile;
}

async function fill(settings: Settings, app: AppProcess): Promise<void> {
  const size = settings.quick ? QUICK : FULL;
  settings.say(`scale: writing ${size.messages} messages`);
  const started = Date.now();
  await app.call('fill', { scale: size, plainRows: PAGE });
  settings.say(`scale: written in ${Math.round((Date.now() - started) / 1000)} s`);
}

async function withRunning<T>(app: AppProcess, work: (app: AppProcess) => Promise<T>): Promise<T> {
  try {
    return await work(app);
  } finally {
    await app.stop();
  }
}

async function ask(
  settings: Settings,
  app: AppProcess,
  names: ReturnType<typeof namesOf>,
  dialect: Dialect,
): Promise<Figure[]> {
  settings.say(`scale: pages and searches on ${dialect}`);
  const { mailboxId } = await app.call('largestInbox');
  const list = (query: object, times: number) => app.call('list', { query: { ...query, limit: PAGE }, times });
  const first = await list({ mailboxId }, 1);
  const figures = await app.call('scale');
  const stopped = app.call('writeMeanwhile');
  const beside = (await list({ mailboxId }, WARM_UP + PAGES)).slice(WARM_UP);
  await app.call('stopWriting');
  await stopped;
  return [
    absolute(names.restart, 'ms', 50, first),
    ...figures,
    absolute(names.writer, 'ms', 50, beside, quantile(beside, 0.95)),
    await overApi(app, names.api, mailboxId),
  ];
}

/** A page of ours and a page of the host's users, in turn. */
async function overApi(app: AppProcess, name: string, mailboxId: string): Promise<Figure> {
  const client = apiClient(app.origin, await app.call('administrator'));
  const timed = async (query: string) => {
    const started = performance.now();
    await client.get(query);
    return performance.now() - started;
  };
  const ours = () => timed(`mailThreads:list?mailboxId=${mailboxId}&limit=${PAGE}`);
  const plain = () => timed(`users:list?pageSize=${PAGE}`);
  const rounds = [];
  for (let round = 0; round < WARM_UP + PAGES; round++) rounds.push({ value: await ours(), anchor: await plain() });
  // Single requests are too short to be compared one by one: batches of ten are.
  const kept = rounds.slice(WARM_UP);
  const batches = Array.from({ length: PAGES / 10 }, (_none, batch) => kept.slice(batch * 10, batch * 10 + 10));
  const pairs = batches.map((batch) => ({
    value: median(batch.map(({ value }) => value)),
    anchor: median(batch.map(({ anchor }) => anchor)),
  }));
  return ratio(name, 1.5, pairs);
}
