/**
 * Mail collections as the rest of the host sees them: no repository to query, and no association that leads to them. So charts,
 * variables of pages, workflow nodes and whatever else is given a collection's name read nothing, whoever asks. Our own code uses models.
 */
import type { Collection, Database } from '@nocobase/database';
import type { MailContext } from '../context';
import { isMailCollection } from './gate';
import { isMailTable, namingOf } from './tables';

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

/** Whether a collection is one of mail, or lies over a table of one under another name (defined while this plugin was off). */
function holdsMail(db: Database, collection: Collection): boolean {
  return isMailCollection(collection.name) || isMailTable(collection.model.tableName, namingOf(db));
}

/** Whether a field leads from anywhere into mail, or from mail to anywhere. */
function leadsToMail(db: Database, collection: Collection, field: FieldLike): boolean {
  const leads = (name: unknown) =>
    isMailCollection(name) ||
    (typeof name === 'string' && db.hasCollection(name) && holdsMail(db, db.getCollection(name)));
  if ([field.target, field.options?.target, field.options?.through].some(leads)) return true;
  const isAssociation = Boolean(field.options?.target ?? field.target);
  return isAssociation && holdsMail(db, collection);
}

/** Closes the mail collections there are, and those that are defined anew or changed later. */
export function closeCollections(db: Database, log: MailContext['log']): void {
  const closed = new WeakSet<object>();
  const close = (collection: Collection) => {
    if (!holdsMail(db, collection) || closed.has(collection.repository)) return;
    collection.repository = closedRepository(collection.repository, collection.name);
    closed.add(collection.repository);
  };
  const cut = (collection: Collection, field: FieldLike) => {
    if (!leadsToMail(db, collection, field)) return;
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
    const names = [row.get('name'), ...(Array.isArray(inherited) ? inherited : [inherited])];
    const tables = ['name', 'tableName', 'viewName', 'view'].map((option) => row.get(option));
    if (names.some(isMailCollection) || isMailTable(tables, namingOf(db))) {
      throw new ClosedCollectionError(`collection ${String(row.get('name'))}`);
    }
  });
  db.on('fields.beforeSave', (row: { get(name: string): unknown }) => {
    const isAssociation = /^(belongsTo|hasOne|hasMany|belongsToMany|belongsToArray)$/.test(String(row.get('type')));
    const names = [row.get('collectionName'), row.get('target'), row.get('through')];
    // Without a target the host takes the plural of the name.
    if (isAssociation && !row.get('target')) names.push(...plurals(row.get('name')));
    if (names.some(isMailCollection)) throw new ClosedCollectionError(`field ${String(row.get('name'))}`);
  });
}
