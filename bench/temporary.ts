/** Folders that last as long as a measurement, and go with the process even where a signal ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folders = new Set<string>();
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

process.on('exit', () => folders.forEach(remove));

/** Gives some work a new folder under the system's temporary one. */
export async function withFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    remove(folder);
    folders.delete(folder);
  }
}
