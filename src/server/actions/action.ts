/** How every action of this plugin is run: who asks, input taken out of reach of the log, errors answered in our words. */
import type { Context, Next } from '@nocobase/actions';
import { PACKAGE_NAME } from '../../shared/constants';
import type { MailContext } from '../context';
import { httpStatusOf, loggable, MailError, toMailError } from '../errors';
import { postedValues } from '../access/gate';
import { viewerOf, type Viewer } from '../access/viewer';

/** What a handler is given: checked identity, raw input (to be validated by the handler), and the Koa context for headers and streams. */
export interface ActionRequest {
  viewer: Viewer;
  /** `filterByTk`, as a string; empty when absent. */
  id: string;
  /** Query parameters. */
  params: Record<string, unknown>;
  /** The posted body. */
  values: Record<string, unknown>;
  ctx: Context;
}

export type Handler = (request: ActionRequest, mail: MailContext) => Promise<unknown>;

export interface ActionDefinition {
  handler: Handler;
  /**
   * settings: needs the snippet `pm.email-manager`; loggedIn: any signed-in user, scoped by the handler to what is his;
   * public: anybody, because the request itself proves what it may have (a download ticket). Its handler gets a viewer who owns nothing.
   */
  access: 'loggedIn' | 'settings' | 'public';
}
export type ActionDefinitions = Record<string, ActionDefinition>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NOBODY: Viewer = { userId: '0' };

/** A Koa handler for one action. */
export function actionHandler(mail: MailContext, definition: ActionDefinition) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const { values: _redacted, filterByTk, ...params } = ctx.action.params as Record<string, unknown>;
    // The host logs the values of every request at INFO: the gate has put them aside.
    const values = postedValues(ctx);
    try {
      const viewer = definition.access === 'public' ? NOBODY : viewerOf(ctx);
      const body = await definition.handler(
        {
          viewer,
          id: typeof filterByTk === 'string' || typeof filterByTk === 'number' ? String(filterByTk) : '',
          params,
          values: isRecord(values) ? values : {},
          ctx,
        },
        mail,
      );
      if (body !== undefined) ctx.body = body;
    } catch (thrown) {
      answerError(ctx, mail, toMailError(thrown));
      return;
    }
    await next();
  };
}

/** Answers in the host's error shape, with our view beside it. */
function answerError(ctx: Context, mail: MailContext, error: MailError): void {
  const view = error.toView();
  if (error.code === 'bug') {
    const reference = Math.random().toString(36).slice(2, 10);
    view.params = { reference };
    mail.log.error('unexpected error', { reference, error: loggable(error.cause ?? error) });
  }
  ctx.withoutDataWrapping = true;
  ctx.status = httpStatusOf(error);
  ctx.body = { errors: [{ ...view, message: ctx.t(`error.${view.code}`, { ns: PACKAGE_NAME, ...view.params }) }] };
}
