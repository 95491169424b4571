/** Thread that makes hostile html safe away from the event loop; built as a file of its own, dist/server/sanitiseWorker.js. */
import { parentPort } from 'node:worker_threads';
import { htmlToText } from './htmlToText';
import { sanitise } from './sanitise';
import type { SanitiseAnswer, SanitiseJob } from './sanitiseThread';

parentPort?.on('message', (job: SanitiseJob) => {
  const safe = sanitise(job.html, new Map(job.inline));
  // Of the safe html: text that is read, quoted and made into links holds no address that was refused.
  const text = job.withText ? htmlToText(safe.html) : null;
  const answer: SanitiseAnswer = { id: job.id, ...safe, text };
  parentPort?.postMessage(answer);
});
