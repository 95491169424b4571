/** HTTP actions of `mailProviders`: administrators only. */
import { listProviders, removeProvider, saveProvider } from '../accounts/providerSettings';
import { verifyProvider } from '../accounts/verify';
import type { ActionDefinitions } from './action';
import { redirectUriFor } from './origin';

export const mailProviders: ActionDefinitions = {
  list: {
    access: 'settings',
    handler: ({ ctx }, mail) => listProviders(mail, redirectUriFor(ctx)),
  },
  save: {
    access: 'settings',
    handler: ({ ctx, values }, mail) => saveProvider(mail, values, redirectUriFor(ctx)),
  },
  remove: {
    access: 'settings',
    handler: ({ values }, mail) => removeProvider(mail, values.name),
  },
  verify: {
    access: 'settings',
    handler: ({ ctx, values }, mail) => verifyProvider(mail, values.name, redirectUriFor(ctx)),
  },
};
