/** HTTP actions of `mailboxes`. */
import type { ActionDefinitions } from './action';

export const mailboxes: ActionDefinitions = {};
