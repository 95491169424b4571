/**
 * `npm run bench`: measures, prints a table, and writes the figures where `--json FILE` says.
 *
 *   --quick         2,000 messages, loopback, SQLite; under three minutes
 *   --full          also what takes many minutes
 *   --only PATTERN  figures whose names begin so; `*` stands for anything; may be given again
 *   --json FILE     an array of the figures of measure.ts
 *   --profile DIR   writes a CPU profile of every first sync there
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureHost } from '../scripts/host';
import { ensureDebianPackages } from '../sandbox/outlook';
import { groups } from './figures';
import type { Figure, Settings } from './measure';
import { isWanted, readOptions } from './options';
import { buildProcesses } from './processes/build';
import { stopAll } from './processes/rpc';
import { tableOf } from './table';

async function main(args: string[]): Promise<boolean> {
  const { quick, full, json, only, profile } = readOptions(args);
  const say = (line: string) => console.log(line);
  const settings: Settings = {
    quick,
    full,
    profile: profile && path.resolve(profile),
    say,
    wants: (name) => isWanted(name, only),
  };
  if (settings.profile) mkdirSync(settings.profile, { recursive: true });
  await ensureHost();
  ensureDebianPackages(undefined, say);
  await buildProcesses();

  const figures: Figure[] = [];
  let failed = false;
  const started = Date.now();
  for (const group of groups.filter((one) => one.figures(settings).some(settings.wants))) {
    const since = Date.now();
    try {
      for await (const figure of group.measure(settings)) if (settings.wants(figure.name)) figures.push(figure);
    } catch (error) {
      // What one group cannot measure must not hide what others have.
      failed = true;
      console.error(`${group.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    say(`${group.name}: ${Math.round((Date.now() - since) / 1000)} s in all`);
  }
  if (json) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  console.log(`\n${tableOf(figures)}\n\n${figures.length} figures in ${minutes} minutes`);
  return !failed && figures.length > 0 && figures.every(({ pass }) => pass);
}

// What was started ends first, and takes its folders and tables with it.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(code)));
}

main(process.argv.slice(2)).then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
