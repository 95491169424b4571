/** Push to the owner's browsers: ids only, after the commit that made them true. */
import type { Application } from '@nocobase/server';
import type { MailContext } from './context';

/** `push` of {@link MailContext}, over the host's websocket. */
export function livePush(app: Application): MailContext['push'] {
  return (userId, event, payload) => {
    app.emit('ws:sendToUser', { userId: Number(userId), message: { type: event, payload } });
  };
}
