/** HTTP actions of `mailOutbox`. */
import type { ActionDefinitions } from './action';

export const mailOutbox: ActionDefinitions = {};
