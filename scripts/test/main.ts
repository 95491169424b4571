import { buildPlugin } from '../build';
import { ensureHost } from '../host';
import { ensureCertificates } from '../../sandbox/outlook/certificates';
import { ensureDebianPackages, SANDBOX_PACKAGES } from '../../sandbox/outlook/packages';
import { withDatabase } from './databases';
import { countOf, joined, NO_RESULTS, toRepeat, withRepeated, type Results } from './results';
import { runFolder } from './vitest';

/** The folders of `npm test`, quickest first; `dialect` is a command of its own. */
const folders = ['unit', 'server', 'torture', 'sandbox', 'package', 'browser'] as const;
const dialects = ['postgres', 'mariadb'] as const;

const browserFolders = ['package', 'browser'];

/** A file that fails is run once more by itself; what passes then is told as unsteady. For CI, whose machine has hiccups of its own. */
const REPEAT = '--repeat-failed';

async function main(args: string[]): Promise<Results> {
  const known = [...folders, 'dialect', REPEAT] as string[];
  const named = args.filter((arg) => known.includes(arg) && arg !== REPEAT);
  const passedOn = args.filter((arg) => !known.includes(arg));
  const chosen = named.length > 0 ? named : [...folders];
  const env = await prepare(chosen);
  const run = async (folder: string, database: Record<string, string> = {}, dialect?: string): Promise<Results> => {
    const all = { ...env, ...database };
    const first = await runFolder(folder, all, passedOn, dialect);
    const again = args.includes(REPEAT) ? toRepeat(first) : [];
    return again.length > 0 ? withRepeated(first, await runFolder(folder, all, again, dialect)) : first;
  };
  let results = NO_RESULTS;
  for (const folder of chosen) {
    if (folder === 'dialect') {
      for (const dialect of dialects) {
        results = joined(results, await withDatabase(dialect, (database) => run(folder, database, dialect)));
      }
    } else {
      results = joined(results, await run(folder));
    }
  }
  return results;
}

/** Brings along whatever the chosen folders need, and says what takes a while. */
async function prepare(chosen: string[]): Promise<Record<string, string>> {
  await ensureHost();
  const say = (line: string) => console.log(line);
  if (chosen.some((folder) => folder !== 'unit')) ensureDebianPackages(SANDBOX_PACKAGES, say);
  if (chosen.some((folder) => browserFolders.includes(folder))) {
    ensureDebianPackages(['chromium'], say);
    await buildPlugin();
  }
  // Node reads its certificates once, when it starts: so before the tests' processes do.
  return { NODE_EXTRA_CA_CERTS: ensureCertificates().ca, MAIL_ALLOWED_HOSTS: 'localhost,127.0.0.1' };
}

// Lets what was started end too.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

main(process.argv.slice(2)).then(
  (results) => {
    for (const { name, reason } of results.unsteady) console.log(`unsteady: ${name}: ${reason}`);
    for (const { failures } of results.files) {
      for (const { name, reason } of failures) console.log(`failed: ${name}: ${reason}`);
    }
    const { passed, failed } = countOf(results);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  },
);
