/** The host's generic actions, association routes and other ways to read a collection never reach mail, for root neither. */
import type { Context } from '@nocobase/actions';
import type { Application } from '@nocobase/server';
import { closeCollections } from './closed';
import { gate, type OwnActions } from './gate';

/** Refuses everything on mail collections that is not an action of ours. To be called when the collections are defined. */
export function denyGenericActions(app: Application, ownActions: OwnActions): void {
  const middleware = gate(ownActions);
  app.resourceManager.use((ctx, next) => middleware(ctx as Context, next), {
    tag: 'mailGate',
    before: ['validate-filter-params', 'auth', 'csrf', 'parseVariables', 'acl', 'dataTemplate', 'default'],
  });
  closeCollections(app.db, app.log);
}
