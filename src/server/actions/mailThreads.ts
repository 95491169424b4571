/** HTTP actions of `mailThreads`. */
import { searchThreads } from '../messages/search';
import { getThread, listThreads } from '../messages/threads';
import type { ActionDefinitions } from './action';

export const mailThreads: ActionDefinitions = {
  list: { access: 'loggedIn', handler: ({ viewer, params }, mail) => listThreads(mail, viewer, params) },
  get: { access: 'loggedIn', handler: ({ viewer, id, params }, mail) => getThread(mail, viewer, id, params) },
  // POST: words of a search must not stand in a URL.
  search: { access: 'loggedIn', handler: ({ viewer, values }, mail) => searchThreads(mail, viewer, values) },
};
