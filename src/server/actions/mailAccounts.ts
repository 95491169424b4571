/** HTTP actions of `mailAccounts`. */
import type { ActionDefinitions } from './action';

export const mailAccounts: ActionDefinitions = {};
