/**
 * Mail collections as the rest of the host sees them: no repository to query, and no association that leads to them. So charts,
 * variables of pages, workflow nodes and whatever else is given a collection's name read nothing, whoever asks. Our own code uses models.
 */
import type { Collection, Database } from '@nocobase/database';
import type { MailContext } from '../context';
import { isMailCollection } from './gate';

/** Shown by the host as it is. */
export class ClosedCollectionError extends Error {
  override readonly name = 'ClosedCollectionError';
  readonly status = 403;
  readonly code = 'forbidden';
  constructor(what: string) {
    super(`Mail is closed to generic access: ${what}`);
  }
}

type Repository = Collection['repository'];

/** A repository all of whose methods refuse. */
function closedRepository(repository: Repository, name: string): Repository {
  return new Proxy(repository, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function' || property === 'constructor') return value;
      return () => {
        throw new ClosedCollectionError(`${name}.${String(property)}`);
      };
    },
  });
}

/** An association as far as it matters here. */
interface FieldLike {
  name?: unknown;
  target?: unknown;
  options?: { target?: unknown; through?: unknown };
}

/** Whether a field leads from anywhere into mail, or from mail to anywhere. */
function leadsToMail(collection: string, field: FieldLike): boolean {
  const targets = [field.target, field.options?.target, field.options?.through];
  if (targets.some(isMailCollection)) return true;
  const isAssociation = Boolean(field.options?.target ?? field.target);
  return isAssociation && isMailCollection(collection);
}

/** Closes the mail collections there are, and those that are defined anew or changed later. */
export function closeCollections(db: Database, log: MailContext['log']): void {
  const closed = new WeakSet<object>();
  const close = (collection: Collection) => {
    if (!isMailCollection(collection.name) || closed.has(collection.repository)) return;
    collection.repository = closedRepository(collection.repository, collection.name);
    closed.add(collection.repository);
  };
  const cut = (collection: Collection, field: FieldLike) => {
    if (!leadsToMail(collection.name, field)) return;
    // Made while this plugin was off, or by another plugin's code.
    log.warn('an association with mail was left out', { collection: collection.name, field: field.name });
    collection.removeField(String(field.name));
  };
  for (const collection of db.collections.values()) {
    close(collection);
    for (const field of [...collection.fields.values()] as FieldLike[]) cut(collection, field);
  }
  db.on('afterDefineCollection', close);
  db.on('afterUpdateCollection', close);
  db.on('field.afterAdd', ({ collection, field }: { collection: Collection; field: FieldLike }) =>
    cut(collection, field),
  );
  refuseDefinitions(db);
}

const plurals = (name: unknown): unknown[] => (typeof name === 'string' ? [name, `${name}s`, `${name}es`] : []);

/** What an administrator stores about collections and fields: nothing that names mail. */
function refuseDefinitions(db: Database): void {
  db.on('collections.beforeSave', (row: { get(name: string): unknown }) => {
    const inherited = row.get('inherits');
    const names = [row.get('name'), row.get('tableName'), ...(Array.isArray(inherited) ? inherited : [inherited])];
    if (names.some(isMailCollection)) throw new ClosedCollectionError(`collection ${String(row.get('name'))}`);
  });
  db.on('fields.beforeSave', (row: { get(name: string): unknown }) => {
    const isAssociation = /^(belongsTo|hasOne|hasMany|belongsToMany|belongsToArray)$/.test(String(row.get('type')));
    const names = [row.get('collectionName'), row.get('target'), row.get('through')];
    // Without a target the host takes the plural of the name.
    if (isAssociation && !row.get('target')) names.push(...plurals(row.get('name')));
    if (names.some(isMailCollection)) throw new ClosedCollectionError(`field ${String(row.get('name'))}`);
  });
}
