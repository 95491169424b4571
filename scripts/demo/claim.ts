import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Sees to it that a folder is used by one process at a time: two would write to the same database and mailboxes.
 * @returns gives the folder free again
 * @throws Error while another process uses it
 */
export function claimFolder(folder: string): () => void {
  const file = path.join(folder, 'used-by');
  mkdirSync(folder, { recursive: true });
  const owner = ownerOf(file);
  if (owner !== process.pid && isRunning(owner)) {
    throw new Error(`Another demo is running here (process ${owner}): end it with Ctrl-C first`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    // The number may have been given to some other program since, after a restart of the machine for example.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return false;
  }
}
