/** What a user's roles allow in the host's own collections: asked of the host's access control, as for the request `<collection>:get`. */
import type { Context } from '@nocobase/actions';
import { isMailCollection } from '../access/gate';

/** What the access control leaves of a request. */
export interface Allowed {
  /** Rows; ids are not among it. */
  filter: unknown;
  /** Whether a field may be read. */
  field: (name: string) => boolean;
}

type Collection = ReturnType<Context['db']['getCollection']>;
interface Params {
  fields?: string[];
  appends?: string[];
  except?: string[];
  filter?: unknown;
}

const isRefusal = (thrown: unknown): boolean => {
  const { name, status } = (thrown ?? {}) as { name?: unknown; status?: unknown };
  return name === 'NoPermissionError' || status === 403 || status === 401;
};

/**
 * Asks for one action of the signed-in user, in the roles of the request. Mail collections are never the host's to give.
 * @returns null where it is refused
 */
export async function allowed(
  ctx: Context,
  collection: Collection,
  actionName: 'get' | 'list',
): Promise<Allowed | null> {
  if (!collection || isMailCollection(collection.name) || !ctx.state.currentUser) return null;
  const names = [...collection.fields.keys()];
  const associations = names.filter((name) => isAssociation(collection, name));
  const fields = names.filter((name) => !associations.includes(name));
  const action = {
    ...{ actionName, name: actionName, resourceName: collection.name, resourceOf: undefined, sourceId: undefined },
    params: { fields, appends: associations } as Params,
    mergeParams: () => undefined,
  };
  // A request of its own for the access control: what it notes must not reach ours.
  const asked = Object.assign(Object.create(ctx) as Context, {
    ...{ action, permission: {}, can: undefined, database: ctx.db },
    getCurrentRepository: () => collection.repository,
    state: { ...ctx.state },
  });
  try {
    await ctx.app.acl.getActionParams(asked);
  } catch (thrown) {
    if (isRefusal(thrown)) return null;
    throw thrown;
  }
  const { permission } = asked as unknown as { permission: { can?: unknown; skip?: boolean } };
  if (!permission.can && !permission.skip) return null;
  const left = action.params;
  const readable = new Set([...(left.fields ?? fields), ...(left.appends ?? associations)]);
  const hidden = new Set(left.except ?? []);
  return {
    filter: left.filter,
    field: (name) => readable.has(name) && !hidden.has(name) && !isSecret(collection, name),
  };
}

/** Whether a field leads to rows of another collection. */
export function isAssociation(collection: Collection, name: string): boolean {
  const field = collection?.getField(name) as { options?: { target?: unknown; type?: unknown } } | undefined;
  return Boolean(field && field.options?.target && field.options.type !== 'string' && field.options.type !== 'text');
}

/** What nobody reads, whatever his roles. */
function isSecret(collection: Collection, name: string): boolean {
  const { options } = (collection?.getField(name) ?? {}) as { options?: { hidden?: unknown; type?: unknown } };
  return !options || Boolean(options.hidden) || options.type === 'password';
}
