/** The door of every HTTP request: on mail resources only our own actions pass, and what was posted is out of reach of the log. */
import type { Context, Next } from '@nocobase/actions';
import { MAIL_COLLECTIONS } from '../../shared/mailCollections';
import { isMailTable, namingOf } from './tables';

/** Resource → its actions, as src/server/actions defines them. */
export type OwnActions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const MAIL: ReadonlySet<string> = new Set(MAIL_COLLECTIONS);
const POSTED = Symbol('posted values');

/** Whether a collection holds mail, settings or sign-ins of this plugin. */
export function isMailCollection(name: unknown): boolean {
  return typeof name === 'string' && MAIL.has(name);
}

/**
 * Whether an action may run; pure.
 * @param resource as the host resolved it: `mailThreads`, or `users.mailAccounts` for an association route
 * @returns `own` for an action of ours, `denied` for anything else that names mail, `foreign` for what is not ours
 */
export function judge(resource: string, action: string, ownActions: OwnActions): 'own' | 'denied' | 'foreign' {
  const names = resource.split('.');
  const ours = Object.hasOwn(ownActions, resource);
  if (!ours && !names.some(isMailCollection)) return 'foreign';
  return ours && Object.hasOwn(ownActions[resource] ?? {}, action) ? 'own' : 'denied';
}

/**
 * Middleware of the resource manager; must run before all others, since they read, resolve and log what was posted.
 * Denied alike for everybody, root included.
 */
export function gate(ownActions: OwnActions) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const { resourceName, actionName } = ctx.action as { resourceName: string; actionName: string };
    const params = ctx.action.params as Record<string, unknown>;
    // The host's preview of a view reads whatever table it is given the name of.
    const isPreview = resourceName === 'dbViews' && isMailTable(params.filterByTk, namingOf(ctx.db));
    const verdict = isPreview ? 'denied' : judge(resourceName, actionName, ownActions);
    if (verdict === 'foreign') return next();
    (ctx.state as Record<symbol, unknown>)[POSTED] = params.values;
    if (params.values !== undefined) params.values = '[redacted]';
    if (verdict === 'own') return next();
    ctx.withoutDataWrapping = true;
    ctx.status = 403;
    ctx.body = {
      errors: [{ code: 'forbidden', kind: 'permanent', who: 'user', message: 'Mail is not open to this action.' }],
    };
  };
}

/** What was posted to an action of ours. */
export function postedValues(ctx: Context): unknown {
  return (ctx.state as Record<symbol, unknown>)[POSTED];
}
