/** Every resource of this plugin and its actions: the whole HTTP surface at a glance. */
import type { ActionDefinitions } from './action';
import { mailAccounts } from './mailAccounts';
import { mailFiles } from './mailFiles';
import { mailMessages } from './mailMessages';
import { mailOutbox } from './mailOutbox';
import { mailProviders } from './mailProviders';
import { mailSettings } from './mailSettings';
import { mailSyncLog } from './mailSyncLog';
import { mailCorrespondents, mailSignatures, mailTemplates } from './mailWriting';
import { mailThreads } from './mailThreads';
import { mailboxes } from './mailboxes';

export const resources: Record<string, ActionDefinitions> = {
  mailProviders,
  mailAccounts,
  mailboxes,
  mailThreads,
  mailMessages,
  mailOutbox,
  mailFiles,
  mailSignatures,
  mailTemplates,
  mailCorrespondents,
  mailSettings,
  mailSyncLog,
};
