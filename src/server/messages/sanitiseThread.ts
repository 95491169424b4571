/** Runs the sanitiser in a worker thread with limits of time and memory: hostile html can stop a thread, never the host. */
import type { Worker } from 'node:worker_threads';
import { SECOND } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { startThread, threadFile } from '../threads';
import { htmlToText } from './htmlToText';
import { LONGEST_HTML, sanitiseForEditor, type SanitisedHtml } from './sanitise';

export interface SanitiseJob {
  id: number;
  html: string;
  /** Content-ID → data: URI, or for the editor the `cid:` address it becomes. */
  inline: [string, string][];
  /** Whether the message has no text of its own. */
  withText: boolean;
  /** Html for the editor, not for the reader's frame. */
  editor: boolean;
}
export interface SanitiseAnswer extends SanitisedHtml {
  id: number;
  text: string | null;
}
/** The sanitiser itself refused the html. */
export interface SanitiseRefusal {
  id: number;
  refused: true;
}

/** Html for the editor, and its text where it was asked for. */
export type EditorHtml = Pick<SanitiseAnswer, 'html' | 'text'>;

interface ThreadSettings {
  /** The worker's file; given by tests. */
  file?: string;
  /** How long one message may take, in milliseconds. */
  timeLimit?: number;
  /** Without work for so long, the thread ends. */
  idleTime?: number;
  /** Messages that are worked on or wait; one more is refused. */
  longestQueue?: number;
}

/** One thread, one message at a time; a thread that hangs or dies is replaced for the next message. */
export class SanitiseThread {
  private worker: Worker | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | null = null;
  private jobs = 0;
  private waiting = 0;
  private readonly file: string;
  private readonly timeLimit: number;
  private readonly idleTime: number;
  private readonly longestQueue: number;

  constructor(settings: ThreadSettings = {}) {
    this.file = settings.file ?? threadFile(__dirname, 'sanitiseWorker');
    this.timeLimit = settings.timeLimit ?? 10 * SECOND;
    this.idleTime = settings.idleTime ?? 30 * SECOND;
    this.longestQueue = settings.longestQueue ?? 50;
  }

  /**
   * Html for the reader's frame.
   * @throws MailError permanent `htmlUnsafe` where the html is too long or deep, takes too long or breaks the thread;
   * transient `htmlBusy` where too many wait
   */
  run(html: string, inline: ReadonlyMap<string, string>, withText: boolean): Promise<SanitiseAnswer> {
    return this.enqueue({ id: ++this.jobs, html, inline: [...inline], withText, editor: false });
  }

  /**
   * Html for the editor.
   * @throws MailError permanent `invalidInput` where {@link run} has `htmlUnsafe`; transient `htmlBusy`
   */
  edit(html: string, withText: boolean, inline: ReadonlyMap<string, string> = new Map()): Promise<EditorHtml> {
    return this.enqueue({ id: ++this.jobs, html, inline: [...inline], withText, editor: true });
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    if (this.idle) clearTimeout(this.idle);
    await worker?.terminate();
  }

  private async enqueue(job: SanitiseJob): Promise<SanitiseAnswer> {
    if (job.html.length > LONGEST_HTML) throw refusal(job);
    if (this.waiting >= this.longestQueue) throw new MailError('transient', 'htmlBusy');
    this.waiting += 1;
    const answer = this.queue.then(() => this.runNow(job)).finally(() => (this.waiting -= 1));
    this.queue = answer.catch(() => undefined);
    const result = await answer;
    if ('refused' in result) throw refusal(job);
    return result;
  }

  private async runNow(job: SanitiseJob): Promise<SanitiseAnswer | SanitiseRefusal> {
    if (this.idle) clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    try {
      return await answerOf(worker, job, this.timeLimit);
    } catch (cause) {
      await this.stop();
      throw refusal(job, cause);
    } finally {
      this.idle = setTimeout(() => void this.stop(), this.idleTime);
      this.idle.unref();
    }
  }

  private start(): Worker {
    const worker = startThread(this.file, { resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 } });
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }
}

function refusal({ editor }: SanitiseJob, cause?: unknown): MailError {
  return editor
    ? new MailError('permanent', 'invalidInput', { params: { field: 'html' }, cause })
    : new MailError('permanent', 'htmlUnsafe', { who: 'nobody', cause });
}

function answerOf(worker: Worker, job: SanitiseJob, timeLimit: number): Promise<SanitiseAnswer | SanitiseRefusal> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => done(() => reject(new Error('the time limit is over'))), timeLimit);
    const onMessage = (answer: SanitiseAnswer | SanitiseRefusal) => answer.id === job.id && done(() => resolve(answer));
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

/** Html up to here is worked on at once, in less time than a thread takes to start. Characters. */
export const SHORT_HTML = 100_000;

/**
 * Html for the editor ({@link sanitiseForEditor}), long html in the thread.
 * @param inline images of the original that come along: Content-ID → `cid:` address
 * @throws MailError permanent `invalidInput` | transient `htmlBusy`
 */
export async function editorHtml(
  mail: MailContext,
  html: string,
  withText: boolean,
  inline: ReadonlyMap<string, string> = new Map(),
): Promise<EditorHtml> {
  if (html.length > SHORT_HTML) return sanitiseThreadOf(mail).edit(html, withText, inline);
  const safe = sanitiseForEditor(html, inline);
  return { html: safe, text: withText ? htmlToText(safe) : null };
}
