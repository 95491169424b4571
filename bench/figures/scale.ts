/** Pages and searches where there is a million messages. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storageRoot } from '../../scripts/lib/repo';
import { alice } from '../../sandbox/outlook/fixtures';
import { apiClient } from '../client';
import type { Figure, FigureGroup, Settings } from '../measure';
import { startApp, type AppProcess, type AppSettings, type DatabaseEnvironment, type SandboxProcess } from '../parts';
import type { Scale } from '../scale/fill';
import { scaleNames } from '../scale/measure';
import { absolute, median, quantile, ratio } from '../statistics';
import { withDialect, withSandbox, type Dialect } from '../world';

/** A change of what is written, or of our tables, needs another number. */
const VERSION = 2;
const PAGE = 20;
const WARM_UP = 5;
const PAGES = 60;

const QUICK: Scale = { messages: 12_000, largest: 8000, others: 2000, words: 90 };
const FULL: Scale = {
  messages: 1_000_000,
  largest: 200_000,
  others: 16_000,
  words: 90,
};

const sizeOf = ({ quick }: Settings) => (quick ? '12k' : '1M');
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
  const { filled, measured } = dialect === 'sqlite' ? inFile(settings) : onServer(dialect, database);
  const complete = filled.marker && path.join(folderOf(settings), filled.marker);
  if (!complete || !existsSync(complete)) {
    if (filled.app.databaseFile) rmSync(filled.app.databaseFile, { force: true });
    mkdirSync(folderOf(settings), { recursive: true });
    await withRunning(await startApp(box, filled.app), (app) => fill(settings, app));
    if (complete) writeFileSync(complete, '');
  }
  return withRunning(await startApp(box, { ...measured, installed: true }), (app) =>
    ask(settings, app, names, dialect),
  );
}

const folderOf = (settings: Settings) => path.join(storageRoot, 'bench', `scale-${sizeOf(settings)}-${VERSION}`);

/** How the database is filled, and how it is opened again, as after a restart. */
interface Place {
  /** A file that says that it was filled, where it stays. */
  filled: { app: AppSettings; marker?: string };
  measured: AppSettings;
}

/** A database file with everything in it, made once. */
function inFile(settings: Settings): Place {
  const databaseFile = path.join(folderOf(settings), 'app.sqlite');
  return { filled: { app: { databaseFile }, marker: 'complete' }, measured: { databaseFile } };
}

/** Tables that go with the second app; those of a DB_TABLE_PREFIX that was named stay, to be measured again. */
function onServer(dialect: Dialect, server: DatabaseEnvironment): Place {
  const named = process.env.DB_TABLE_PREFIX;
  const measured = { ...server, DB_TABLE_PREFIX: named ?? `bench${randomBytes(4).toString('hex')}_` };
  const kept = { ...measured, DB_KEEP_TABLES: 'true' };
  return {
    filled: { app: { database: kept }, ...(named && { marker: `${dialect}-${named}` }) },
    measured: { database: named ? kept : measured },
  };
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
