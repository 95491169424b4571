/** HTTP actions of `mailboxes`: every user for the folders of his own accounts. */
import type { MailboxChoice } from '../../shared/types';
import { readRole } from '../messages/threads';
import { chooseMailbox, repairMailbox } from '../sync/mailboxes/choose';
import { listMailboxes } from '../sync/mailboxes/views';
import type { ActionDefinitions } from './action';
import { invalid } from './selection';

/** @throws MailError permanent `invalidInput` */
function readChoice({ syncing, role }: Record<string, unknown>): MailboxChoice {
  if (syncing !== undefined && typeof syncing !== 'boolean') throw invalid('syncing');
  if (syncing === undefined && role === undefined) throw invalid('syncing');
  return {
    ...(syncing !== undefined && { syncing }),
    ...(role !== undefined && { role: role === null ? null : readRole(role) }),
  };
}

export const mailboxes: ActionDefinitions = {
  list: {
    access: 'loggedIn',
    handler: ({ viewer, params }, mail) => listMailboxes(mail, viewer, params.accountId),
  },
  choose: {
    access: 'loggedIn',
    handler: ({ viewer, id, values }, mail) => chooseMailbox(mail, viewer, id, readChoice(values)),
  },
  repair: {
    access: 'loggedIn',
    handler: ({ viewer, id }, mail) => repairMailbox(mail, viewer, id),
  },
};
