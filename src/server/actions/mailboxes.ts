/** HTTP actions of `mailboxes`: every user for the folders of his own accounts. */
import { MailError } from '../errors';
import { chooseMailbox, listMailboxes, repairMailbox } from '../sync/mailboxes';
import type { ActionDefinitions } from './action';

export const mailboxes: ActionDefinitions = {
  list: {
    access: 'loggedIn',
    handler: ({ viewer, params }, mail) => listMailboxes(mail, viewer, params.accountId),
  },
  choose: {
    access: 'loggedIn',
    handler: ({ viewer, id, values }, mail) => {
      const { syncing } = values;
      if (typeof syncing !== 'boolean') {
        throw new MailError('permanent', 'invalidInput', { params: { field: 'syncing' } });
      }
      return chooseMailbox(mail, viewer, id, syncing);
    },
  },
  repair: {
    access: 'loggedIn',
    handler: ({ viewer, id }, mail) => repairMailbox(mail, viewer, id),
  },
};
