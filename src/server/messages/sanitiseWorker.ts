/** Thread that makes hostile html safe away from the event loop; built as a file of its own, dist/server/sanitiseWorker.js. */
import { parentPort } from 'node:worker_threads';
import { MailError } from '../errors';
import { htmlToText } from './htmlToText';
import { sanitise, sanitiseForEditor } from './sanitise';
import type { SanitiseAnswer, SanitiseJob, SanitiseRefusal } from './sanitiseThread';

parentPort?.on('message', (job: SanitiseJob) => parentPort?.postMessage(answerTo(job)));

function answerTo(job: SanitiseJob): SanitiseAnswer | SanitiseRefusal {
  try {
    const safe = job.editor
      ? { html: sanitiseForEditor(job.html, new Map(job.inline)), remoteImages: 0 }
      : sanitise(job.html, new Map(job.inline));
    // Of the safe html: text that is read, quoted and made into links holds no address that was refused.
    return { id: job.id, ...safe, text: job.withText ? htmlToText(safe.html) : null };
  } catch (error) {
    // A refusal leaves the thread as it was; anything else may not, and ends it.
    if (error instanceof MailError) return { id: job.id, refused: true };
    throw error;
  }
}
