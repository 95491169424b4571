/** HTTP actions of `mailThreads`. */
import type { ActionDefinitions } from './action';

export const mailThreads: ActionDefinitions = {};
