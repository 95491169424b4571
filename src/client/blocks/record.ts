/** The record beside which an action stands: of its row or block, else of the popup around it. */
import type { FlowContext } from '@nocobase/flow-engine';
import type { RecordRef } from '../../shared/types';
import { MAIL_BLOCK_COLLECTION } from './collections';

/** Records of the main data source only; a row of mail is none, but the popup that a table of mail stands in may be about one. */
export async function recordOf(context: FlowContext): Promise<RecordRef | undefined> {
  const { collection, record } = context;
  const own =
    collection && record && refOf(collection.dataSourceKey, collection.name, keyOf(record, collection.filterTargetKey));
  if (own) return own;
  const about = await aboutOf(context);
  return about && refOf(about.dataSourceKey, about.collectionName, about.filterByTk);
}

/** What the popup around is about. One that cannot be read is about nothing: mail is opened and written all the same. */
async function aboutOf(context: FlowContext) {
  try {
    return (await context.popup)?.resource;
  } catch {
    return undefined;
  }
}

function keyOf(record: Record<string, unknown>, key: string | string[] = 'id'): unknown {
  const names = Array.isArray(key) ? key : [key];
  return names.length === 1 ? record[names[0] ?? 'id'] : undefined;
}

function refOf(dataSource: string | undefined, collection: string | undefined, id: unknown): RecordRef | undefined {
  const named = (typeof id === 'string' && id !== '') || typeof id === 'number';
  if (!named || !collection || collection === MAIL_BLOCK_COLLECTION || (dataSource ?? 'main') !== 'main')
    return undefined;
  return { collection, id: String(id) };
}
