/** Reads a record of the host for a user: only what the host itself would show him. */
import type { Context } from '@nocobase/actions';
import { rowIdOf } from '../../shared/ids';
import { recordRefOf } from '../../shared/recordRef';
import type { RecordRef } from '../../shared/types';
import { MailError } from '../errors';
import { allowed, type Allowed } from './permission';

export interface ReadableRecord {
  /** Values as the host shows them; to be asked for by {@link ReadableRecord.may} first. */
  values: Record<string, unknown>;
  may: Allowed['field'];
  collection: NonNullable<ReturnType<Context['db']['getCollection']>>;
  id: string;
}

/** A record that a browser names; only the main data source is read. @throws MailError permanent `invalidInput` (record) */
export function recordRef(value: unknown): RecordRef {
  const ref = recordRefOf(value);
  if (!ref) throw new MailError('permanent', 'invalidInput', { params: { field: 'record' } });
  return ref;
}

/**
 * One record, with the associations that are asked for.
 * @returns null for one that is missing and one that the user may not read alike
 */
export async function readRecord(
  ctx: Context,
  { collection: name, id }: RecordRef,
  appends: readonly string[] = [],
): Promise<ReadableRecord | null> {
  const collection = ctx.db.hasCollection(name) ? ctx.db.getCollection(name) : null;
  const may = collection && (await allowed(ctx, collection, 'get'));
  if (!collection || !may || !isKey(collection, id)) return null;
  const row = await collection.repository.findOne({
    filterByTk: id,
    ...(may.filter ? { filter: may.filter } : {}),
    appends: appends.filter(may.field),
    context: ctx,
  } as Parameters<typeof collection.repository.findOne>[0]);
  if (!row) return null;
  return { values: row.toJSON() as Record<string, unknown>, may: may.field, collection, id };
}

/** The record, or an error. @throws MailError permanent `notFound` */
export async function requireRecord(
  ctx: Context,
  ref: RecordRef,
  appends: readonly string[] = [],
): Promise<ReadableRecord> {
  const record = await readRecord(ctx, ref, appends);
  if (!record) throw new MailError('permanent', 'notFound');
  return record;
}

/** The column that names a row of a collection; null where it takes several. */
export function keyOf(collection: ReadableRecord['collection']): string | null {
  const key: unknown = collection.filterTargetKey;
  if (Array.isArray(key)) return key.length === 1 ? String(key[0]) : null;
  return typeof key === 'string' ? key : null;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Databases answer a malformed number or UUID with an error of their own. */
function isKey(collection: ReadableRecord['collection'], id: string): boolean {
  const key = keyOf(collection);
  if (!key) return false;
  const type = String((collection.getField(key) as { type?: unknown } | undefined)?.type ?? 'bigInt');
  if (type === 'uuid') return UUID.test(id);
  if (type === 'integer') return /^\d{1,9}$/.test(id);
  return /^(bigInt|snowflakeId|sort)$/.test(type) ? rowIdOf(id) !== null : true;
}
