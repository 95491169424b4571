/** Worker threads, built or run from source. */
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Code that loads a TypeScript file in a thread: only in a checkout, where the loader is installed. */
function loadSource(file: string): string {
  return `const load = require('node:module').createRequire(${JSON.stringify(file)}); load('tsx/cjs'); load(${JSON.stringify(file)});`;
}

/**
 * The file of a thread: beside the bundle when built, beside its caller when run from source.
 * @param folder `__dirname` of the caller
 */
export function threadFile(folder: string, name: string): string {
  const built = path.join(folder, `${name}.js`);
  return existsSync(built) ? built : path.join(folder, `${name}.ts`);
}

/** How a process finds other machines: options of the command line that a thread does not get by itself. */
export interface NetworkHabits {
  order: ReturnType<typeof dns.getDefaultResultOrder>;
  autoSelectFamily: boolean;
}

/** Starts a thread. It does not keep the process alive, and an error of its own does not end it. */
export function startThread(file: string, options: Pick<WorkerOptions, 'resourceLimits'>): Worker {
  const fromSource = file.endsWith('.ts');
  const worker = new Worker(fromSource ? loadSource(file) : file, {
    ...options,
    eval: fromSource,
    // Nothing of the host's environment is needed there.
    env: {},
    workerData: {
      order: dns.getDefaultResultOrder(),
      autoSelectFamily: net.getDefaultAutoSelectFamily(),
    } satisfies NetworkHabits,
    execArgv: [],
  });
  worker.unref();
  worker.on('error', () => undefined);
  return worker;
}
