/** Runs the sanitiser in a worker thread with limits of time and memory: hostile html can stop a thread, never the host. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { SECOND } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { LONGEST_HTML, type SanitisedHtml } from './sanitise';

export interface SanitiseJob {
  id: number;
  html: string;
  /** Content-ID → data: URI. */
  inline: [string, string][];
  /** Whether the message has no text of its own. */
  withText: boolean;
}
export interface SanitiseAnswer extends SanitisedHtml {
  id: number;
  text: string | null;
}

interface ThreadSettings {
  /** The worker's file; given by tests. */
  file?: string;
  /** How long one message may take, in milliseconds. */
  timeLimit?: number;
  /** Without work for so long, the thread ends. */
  idleTime?: number;
}

/** Beside the bundle when built, beside this file when run from source. */
function workerFile(): string {
  const built = path.join(__dirname, 'sanitiseWorker.js');
  return existsSync(built) ? built : path.join(__dirname, 'sanitiseWorker.ts');
}

/** Code that loads a TypeScript file in a thread: only in a checkout, where the loader is installed. */
function loadSource(file: string): string {
  return `const load = require('node:module').createRequire(${JSON.stringify(file)}); load('tsx/cjs'); load(${JSON.stringify(file)});`;
}

/** One thread, one message at a time; a thread that hangs or dies is replaced for the next message. */
export class SanitiseThread {
  private worker: Worker | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | null = null;
  private jobs = 0;
  private readonly file: string;
  private readonly timeLimit: number;
  private readonly idleTime: number;

  constructor(settings: ThreadSettings = {}) {
    this.file = settings.file ?? workerFile();
    this.timeLimit = settings.timeLimit ?? 10 * SECOND;
    this.idleTime = settings.idleTime ?? 30 * SECOND;
  }

  /**
   * @throws MailError permanent `htmlUnsafe` where the html is too long, takes too long or breaks the thread
   */
  run(html: string, inline: ReadonlyMap<string, string>, withText: boolean): Promise<SanitiseAnswer> {
    if (html.length > LONGEST_HTML) return Promise.reject(new MailError('permanent', 'htmlUnsafe', { who: 'nobody' }));
    const job = { id: ++this.jobs, html, inline: [...inline], withText };
    const answer = this.queue.then(() => this.runNow(job));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    if (this.idle) clearTimeout(this.idle);
    await worker?.terminate();
  }

  private async runNow(job: SanitiseJob): Promise<SanitiseAnswer> {
    if (this.idle) clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    try {
      return await answerOf(worker, job, this.timeLimit);
    } catch (cause) {
      await this.stop();
      throw new MailError('permanent', 'htmlUnsafe', { who: 'nobody', cause });
    } finally {
      this.idle = setTimeout(() => void this.stop(), this.idleTime);
      this.idle.unref();
    }
  }

  private start(): Worker {
    const fromSource = this.file.endsWith('.ts');
    const worker = new Worker(fromSource ? loadSource(this.file) : this.file, {
      eval: fromSource,
      resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
      // Nothing of the host's environment is needed there.
      env: {},
      execArgv: [],
    });
    worker.unref();
    // Without a listener the error of an idle thread would end the process.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }
}

function answerOf(worker: Worker, job: SanitiseJob, timeLimit: number): Promise<SanitiseAnswer> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => done(() => reject(new Error('the time limit is over'))), timeLimit);
    const onMessage = (answer: SanitiseAnswer) => answer.id === job.id && done(() => resolve(answer));
    const onError = (error: Error) => done(() => reject(error));
    const onExit = () => done(() => reject(new Error('the thread ended')));
    const done = (settle: () => void) => {
      clearTimeout(limit);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      settle();
    };
    worker.ref();
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}

const threads = new WeakMap<MailContext, SanitiseThread>();

/** The thread of an app: several apps may share a process. */
export function sanitiseThreadOf(mail: MailContext): SanitiseThread {
  let thread = threads.get(mail);
  if (!thread) threads.set(mail, (thread = new SanitiseThread()));
  return thread;
}
