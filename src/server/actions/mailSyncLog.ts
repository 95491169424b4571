/** HTTP actions of `mailSyncLog`: what administrators see of everybody's passes, and every user of his own. */
import { listRuns } from '../sync/syncLog';
import type { ActionDefinitions } from './action';

export const mailSyncLog: ActionDefinitions = {
  list: { access: 'settings', handler: ({ params }, mail) => listRuns(mail, null, params) },
  own: { access: 'loggedIn', handler: ({ params, viewer }, mail) => listRuns(mail, viewer, params) },
};
