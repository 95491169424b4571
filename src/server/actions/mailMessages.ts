/** HTTP actions of `mailMessages`. */
import type { ActionDefinitions } from './action';

export const mailMessages: ActionDefinitions = {};
