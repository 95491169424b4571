import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const beat = 15_000;

/**
 * Installs the packages of a folder from its lockfile, unless exactly they are there already.
 * Plain JavaScript, because it runs before anything is installed.
 * @param {string} folder
 * @param {{ label: string, estimate: string }} about what the wait is for and how long it takes the first time
 */
export async function ensureInstalled(folder, { label, estimate }) {
  if (installMatchesLock(folder)) return;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log(`Installing ${label} (${estimate}) …`);
  const timer = setInterval(() => console.log(`  … still installing ${label}, ${seconds()} s so far`), beat);
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  } finally {
    clearInterval(timer);
  }
  console.log(`Installed ${label} in ${seconds()} s`);
}

/**
 * Whether node_modules holds what the lockfile says, so that an install can be skipped.
 * @param {string} folder
 */
export function installMatchesLock(folder) {
  const installed = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesOf(path.join(folder, 'package-lock.json'));
  const present = packagesOf(installed);
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || present[name]?.version === entry.version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Runs a command in the foreground; its failure is an error.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<void>}
 */
export function run(command, args, cwd, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    // Who ends this process means the command too, which may have something to tidy up.
    const end = () => child.kill('SIGTERM');
    process.on('SIGTERM', end);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', end);
      if (code === 0) resolve();
      else reject(new Error(`"${command} ${args.join(' ')}" ended with ${signal ?? `code ${code}`}`));
    });
  });
}
