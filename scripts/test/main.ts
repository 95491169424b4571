import { buildPlugin } from '../build';
import { ensureHost } from '../host';
import { ensureCertificates } from '../../sandbox/outlook/certificates';
import { ensureDebianPackages, SANDBOX_PACKAGES } from '../../sandbox/outlook/packages';
import { withDatabase } from './databases';
import { type Count, runFolder } from './vitest';

/** The folders of `npm test`, quickest first; `dialect` is a command of its own. */
const folders = ['unit', 'server', 'torture', 'sandbox', 'package', 'browser'] as const;
const dialects = ['postgres', 'mariadb'] as const;

const browserFolders = ['package', 'browser'];

async function main(args: string[]): Promise<Count> {
  const known = [...folders, 'dialect'] as string[];
  const named = args.filter((arg) => known.includes(arg));
  const passedOn = args.filter((arg) => !known.includes(arg));
  const chosen = named.length > 0 ? named : [...folders];
  const env = await prepare(chosen);
  const total: Count = { passed: 0, failed: 0, failures: [] };
  const add = (count: Count) => {
    total.passed += count.passed;
    total.failed += count.failed;
    total.failures.push(...count.failures);
  };
  for (const folder of chosen) {
    if (folder === 'dialect') {
      for (const dialect of dialects) {
        add(await withDatabase(dialect, (database) => runFolder(folder, { ...env, ...database }, passedOn, dialect)));
      }
    } else {
      add(await runFolder(folder, env, passedOn));
    }
  }
  return total;
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
  ({ passed, failed, failures }) => {
    for (const failure of failures) console.log(`failed: ${failure}`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  },
);
