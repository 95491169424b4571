import path from 'node:path';
import { ensureInstalled, run } from './lib/install.mjs';

// Runs before anything is installed; the rest is TypeScript.
const root = path.resolve(import.meta.dirname, '..');

try {
  await ensureInstalled(root, { label: 'the tools', estimate: 'about 350 packages, a minute, once' });
  await run(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...process.argv.slice(2)], root);
} catch (error) {
  // The run itself has said what failed.
  if (!String(error).includes('bench/run.ts')) console.error(error);
  process.exitCode = 1;
}
