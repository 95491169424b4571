/** HTTP actions of `mailProviders`. */
import type { ActionDefinitions } from './action';

export const mailProviders: ActionDefinitions = {};
