/**
 * Changes by the user. They are written down first (enqueue*), shown at once, and pushed by the next pass (push): what is
 * shown is what the server has plus what is pending. docs/changes.md tells the whole story.
 */
export { decideOp } from './decide';
export { enqueueFlags } from './enqueueFlags';
export { enqueueMove, enqueueRemoval } from './enqueueMoves';
export { hasPendingOps } from './pending';
export { pushOps } from './push';
export { selectMessages } from './select';
