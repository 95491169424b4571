/** Thread that makes hostile html safe away from the event loop; built as a file of its own, dist/server/sanitiseWorker.js. */
import { parentPort } from 'node:worker_threads';
import { htmlToText } from './htmlToText';
import { sanitise } from './sanitise';
import type { SanitiseAnswer, SanitiseJob } from './sanitiseThread';

parentPort?.on('message', (job: SanitiseJob) => {
  const answer: SanitiseAnswer = {
    id: job.id,
    ...sanitise(job.html, new Map(job.inline)),
    text: job.withText ? htmlToText(job.html) : null,
  };
  parentPort?.postMessage(answer);
});
