/** HTTP actions of `mailSettings`. */
import type { ActionDefinitions } from './action';

export const mailSettings: ActionDefinitions = {};
