/** Who asks. Only the owner reads a mailbox, whatever the role. */
import type { Context } from '@nocobase/actions';
import { MailError } from '../errors';

export interface Viewer {
  userId: string;
}

/**
 * The signed-in user of a request.
 * @throws MailError permanent `forbidden` for a guest
 */
export function viewerOf(ctx: Context): Viewer {
  const id: unknown = ctx.state.currentUser?.id;
  if (typeof id !== 'number' && typeof id !== 'string') throw new MailError('permanent', 'forbidden');
  return { userId: String(id) };
}
