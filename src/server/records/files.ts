/** Files of the host that a user may attach: of a record's fields, of file collections he may read, and those he uploaded himself. */
import type { Context } from '@nocobase/actions';
import { rowIdOf } from '../../shared/ids';
import type { HostFileRef, HostFileView, HostFolder, RecordFiles } from '../../shared/types';
import { MailError } from '../errors';
import { allowed, isAssociation } from './permission';
import { keyOf, readRecord, recordRef, requireRecord, type ReadableRecord } from './read';

/** The host's collection of uploads that belong to fields. It lists them to nobody. */
export const UPLOADS = 'attachments';
const PAGE = 30;
const LONGEST_QUERY = 200;

type Collection = ReadableRecord['collection'];

/** A row of a file collection. */
export type FileRow = Record<string, unknown>;

const isFileCollection = (collection: Collection | undefined | null): boolean =>
  Boolean(collection && (collection.name === UPLOADS || collection.options.template === 'file'));

/** File collections the user may list, his own uploads first. */
export async function listFolders(ctx: Context): Promise<HostFolder[]> {
  const folders: HostFolder[] = [{ collection: UPLOADS, title: null }];
  for (const collection of ctx.db.collections.values()) {
    if (!isFileCollection(collection) || collection.name === UPLOADS) continue;
    if (await allowed(ctx, collection, 'list'))
      folders.push({ collection: collection.name, title: titleOf(collection) });
  }
  return folders;
}

const titleOf = (collection: Collection): string => String(collection.options.title ?? collection.name);

/**
 * A page of a file collection, newest first.
 * @throws MailError permanent `notFound` for a collection that the user may not list, or that holds no files
 */
export async function listFiles(
  ctx: Context,
  name: unknown,
  query: unknown,
  page: unknown,
): Promise<{ files: HostFileView[]; more: boolean }> {
  const collection = typeof name === 'string' && ctx.db.hasCollection(name) ? ctx.db.getCollection(name) : null;
  if (!collection || !isFileCollection(collection)) throw new MailError('permanent', 'notFound');
  const own = collection.name === UPLOADS;
  const may = own ? null : await allowed(ctx, collection, 'list');
  if (!own && !may) throw new MailError('permanent', 'notFound');
  const words = typeof query === 'string' ? query.trim().slice(0, LONGEST_QUERY) : '';
  const searched = words !== '' && (own || may?.field('title'));
  const conditions = [
    ...(own ? [ownUploads(ctx)] : may?.filter ? [may.filter] : []),
    ...(searched ? [{ title: { $includes: words } }] : []),
  ];
  const number = typeof page === 'number' && Number.isInteger(page) && page > 1 && page < 10_000 ? page : 1;
  const rows = await collection.repository.find({
    ...(conditions.length > 0 && { filter: { $and: conditions } }),
    sort: [`-${keyOf(collection) ?? 'id'}`],
    offset: (number - 1) * PAGE,
    limit: PAGE + 1,
    context: ctx,
  } as Parameters<typeof collection.repository.find>[0]);
  const files = rows.slice(0, PAGE).map((row: { toJSON(): object }) => viewOf(collection, row.toJSON() as FileRow));
  return { files, more: rows.length > PAGE };
}

const ownUploads = (ctx: Context) => ({ createdById: ctx.state.currentUser?.id ?? 0 });

/**
 * The files of a record's fields, as far as the user may read them.
 * @throws MailError permanent `notFound` for a record he may not read | `invalidInput`
 */
export async function filesOfRecord(ctx: Context, record: unknown): Promise<RecordFiles[]> {
  const ref = recordRef(record);
  const collection = ctx.db.hasCollection(ref.collection) ? ctx.db.getCollection(ref.collection) : null;
  const fields = collection ? fileFields(ctx, collection) : [];
  const found = await requireRecord(ctx, ref, fields);
  const all: RecordFiles[] = [];
  for (const field of fields) {
    const files = (await filesOfField(ctx, found, field)).map(({ row, collection: of }) => viewOf(of, row));
    if (files.length > 0) all.push({ field, title: fieldTitle(found.collection, field), files });
  }
  return all;
}

/** Fields that hold files: associations with a file collection, and addresses of files. */
function fileFields(ctx: Context, collection: Collection): string[] {
  return [...collection.fields.keys()].filter((name) => {
    const { options } = collection.getField(name) as { options: { target?: string; interface?: string } };
    const target = options.target && ctx.db.hasCollection(options.target) ? ctx.db.getCollection(options.target) : null;
    return isFileCollection(target) && (isAssociation(collection, name) || options.interface === 'attachmentURL');
  });
}

const fieldTitle = (collection: Collection, name: string): string => {
  const { uiSchema } = (collection.getField(name) as { options: { uiSchema?: { title?: unknown } } }).options;
  return typeof uiSchema?.title === 'string' ? uiSchema.title : name;
};

interface FoundFile {
  collection: Collection;
  row: FileRow;
}

async function filesOfField(ctx: Context, record: ReadableRecord, name: string): Promise<FoundFile[]> {
  if (!record.may(name)) return [];
  const { options } = record.collection.getField(name) as { options: { target: string } };
  const target = ctx.db.getCollection(options.target);
  const value = record.values[name];
  if (!isAssociation(record.collection, name)) {
    const id = fileOfAddress(ctx, target.name, value);
    const row = id === null ? null : await fileRow(ctx, target, id);
    return row ? [{ collection: target, row }] : [];
  }
  const rows = (Array.isArray(value) ? value : value ? [value] : []) as FileRow[];
  const found: FoundFile[] = [];
  for (const row of rows) {
    // Whoever may read the field may read uploads in it, as in the host; a file collection has rules of its own.
    const readable = target.name === UPLOADS ? row : await fileRow(ctx, target, idOf(target, row));
    if (readable) found.push({ collection: target, row: readable });
  }
  return found;
}

/**
 * The id in an address that a field of the type "Attachment (URL)" holds: `/files/<app>/main/<collection>/<id>.<ext>` of this very app.
 * Other addresses name nothing that could be read with anybody's permission.
 */
function fileOfAddress(ctx: Context, collection: string, value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match = /\/files\/([\w-]+)\/main\/([\w-]+)\/(\d{1,19})(?:\.[^/?#]*)?(?:[?#].*)?$/.exec(value);
  if (!match || /^(?:[a-z]+:)?\/\//i.test(value)) return null;
  const [, app, named, id] = match;
  return app === (ctx.app.name || 'main') && named === collection ? rowIdOf(id) : null;
}

/** A row by its id, read as the host gives its file to this user; uploads it gives to whoever is signed in and knows their address. */
async function fileRow(ctx: Context, collection: Collection, id: string): Promise<FileRow | null> {
  if (collection.name !== UPLOADS) return (await readRecord(ctx, { collection: collection.name, id }))?.values ?? null;
  const row = await collection.repository.findOne({ filterByTk: id });
  return row ? (row.toJSON() as FileRow) : null;
}

const idOf = (collection: Collection, row: FileRow): string => String(row[keyOf(collection) ?? 'id'] ?? '');

/** A file that a browser names. @throws MailError permanent `invalidInput` (file) */
export function fileRef(value: unknown): HostFileRef {
  const { collection, id, record } = (value ?? {}) as Record<string, unknown>;
  const invalid = new MailError('permanent', 'invalidInput', { params: { field: 'file' } });
  const fileId = rowIdOf(id);
  if (typeof collection !== 'string' || !fileId) throw invalid;
  if (record === undefined || record === null) return { collection, id: fileId };
  const { field } = record as Record<string, unknown>;
  if (typeof field !== 'string') throw invalid;
  return { collection, id: fileId, record: { ...recordRef(record), field } };
}

/**
 * A file that the user may read: of a record's field where one is named, else of a file collection or his own uploads.
 * @throws MailError permanent `notFound`, for what he may not read and for forged ids alike
 */
export async function requireFile(ctx: Context, { collection: name, id, record }: HostFileRef): Promise<FileRow> {
  const row = record ? await fileInRecord(ctx, name, id, record) : await fileInCollection(ctx, name, id);
  if (!row) throw new MailError('permanent', 'notFound');
  return row;
}

async function fileInRecord(
  ctx: Context,
  name: string,
  id: string,
  { field, ...ref }: NonNullable<HostFileRef['record']>,
): Promise<FileRow | null> {
  const collection = ctx.db.hasCollection(ref.collection) ? ctx.db.getCollection(ref.collection) : null;
  if (!collection || !fileFields(ctx, collection).includes(field)) return null;
  const found = await readRecord(ctx, ref, [field]);
  const files = found ? await filesOfField(ctx, found, field) : [];
  return files.find((file) => file.collection.name === name && idOf(file.collection, file.row) === id)?.row ?? null;
}

async function fileInCollection(ctx: Context, name: string, id: string): Promise<FileRow | null> {
  const collection = ctx.db.hasCollection(name) ? ctx.db.getCollection(name) : null;
  if (!collection || !isFileCollection(collection)) return null;
  if (collection.name !== UPLOADS) return fileRow(ctx, collection, id);
  const row = await collection.repository.findOne({ filter: { id, ...ownUploads(ctx) } });
  return row ? (row.toJSON() as FileRow) : null;
}

/** The name a file was uploaded with. */
export function fileName({ title, extname, filename }: FileRow): string {
  const extension = typeof extname === 'string' ? extname : '';
  return typeof title === 'string' && title !== '' ? `${title}${extension}` : String(filename ?? 'file');
}

function viewOf(collection: Collection, row: FileRow): HostFileView {
  return {
    collection: collection.name,
    id: idOf(collection, row),
    filename: fileName(row),
    contentType: typeof row.mimetype === 'string' ? row.mimetype : '',
    size: Number(row.size ?? 0) || 0,
    createdAt: row.createdAt instanceof Date ? row.createdAt.toISOString() : ((row.createdAt as string | null) ?? null),
  };
}
