import { ensureCertificates } from '../../sandbox/outlook/certificates';
import { ensureDebianPackages, SANDBOX_PACKAGES } from '../../sandbox/outlook/packages';
import { ensureHost } from '../host';
import { run } from '../lib/install.mjs';
import { repoRoot } from '../lib/repo';

/** Brings along what the torture needs and runs it: Node reads its certificates at its start, so in a process of its own. */
async function main(args: string[]): Promise<void> {
  await ensureHost();
  ensureDebianPackages(SANDBOX_PACKAGES, (line) => console.log(line));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ensureCertificates().ca, LOGGER_LEVEL: 'error' };
  await run(process.execPath, ['--import', 'tsx', 'test/torture/main.ts', ...args], repoRoot, env);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // The torture has said what failed.
  if (!String(error).includes('test/torture/main.ts')) console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
