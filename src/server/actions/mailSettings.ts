/** HTTP actions of `mailSettings`: administrators only. */
import { readSettings, saveSettings } from '../accounts/settings';
import type { ActionDefinitions } from './action';

export const mailSettings: ActionDefinitions = {
  get: { access: 'settings', handler: (_request, mail) => readSettings(mail) },
  save: { access: 'settings', handler: ({ values }, mail) => saveSettings(mail, values) },
};
