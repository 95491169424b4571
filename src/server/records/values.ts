/** What a template may say of a record: each value as a person reads it, and only what the user may read. */
import type { Context } from '@nocobase/actions';
import { decodeHTML } from 'entities';
import type { RecordRef } from '../../shared/types';
import { isAssociation } from './permission';
import { keyOf, readRecord, type ReadableRecord } from './read';

/** How values are written: in the language and time zone of the author. */
export interface Wording {
  moment: (value: Date) => string;
  /** @param value what a clock shows, whatever the time zone, as if it were UTC */
  clock: (value: Date) => string;
  /** @param value YYYY-MM-DD */
  day: (value: string) => string;
  yes: string;
  no: string;
  /** A label of the host, which may be an expression. */
  label: (text: string) => string;
}

/** Rows of an association that are named; further ones are left out. */
const MOST_ROWS = 20;

type Path = readonly string[];

/**
 * The values of paths such as `customer.name`. A path without a value, or to what the user may not read, is left out: of a record that is
 * missing or closed to him, all of them.
 */
export async function recordValues(
  ctx: Context,
  ref: RecordRef,
  paths: readonly string[],
  wording: Wording,
): Promise<Map<string, string>> {
  const split = paths.map((path) => path.split('.'));
  const record = await readRecord(ctx, ref, associationsOf(ctx, ref.collection, split));
  return record ? valuesOf(ctx, record, split, wording) : new Map();
}

function associationsOf(ctx: Context, name: string, paths: readonly Path[]): string[] {
  const collection = ctx.db.hasCollection(name) ? ctx.db.getCollection(name) : null;
  const heads = [...new Set(paths.map(([head]) => head ?? ''))];
  return collection ? heads.filter((head) => isAssociation(collection, head)) : [];
}

async function valuesOf(
  ctx: Context,
  record: ReadableRecord,
  paths: readonly Path[],
  wording: Wording,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const heads = [...new Set(paths.map(([head]) => head ?? ''))].filter((head) => record.may(head));
  for (const head of heads) {
    const asked = paths.filter(([first]) => first === head);
    if (isAssociation(record.collection, head)) {
      const tails = asked.map(([, ...tail]) => tail);
      for (const [tail, text] of await valuesBeyond(ctx, record, head, tails, wording)) {
        found.set([head, tail].filter(Boolean).join('.'), text);
      }
      continue;
    }
    const text = asked.some(({ length }) => length === 1) ? written(record, head, wording) : null;
    if (text !== null) found.set(head, text);
  }
  return found;
}

/** Values of the rows an association leads to, each read with the user's permissions there; several stand in one line. */
async function valuesBeyond(
  ctx: Context,
  record: ReadableRecord,
  name: string,
  tails: readonly Path[],
  wording: Wording,
): Promise<Map<string, string>> {
  const { options } = record.collection.getField(name) as { options: { target: string } };
  const target = ctx.db.hasCollection(options.target) ? ctx.db.getCollection(options.target) : null;
  const key = target && keyOf(target);
  if (!target || !key) return new Map();
  const value = record.values[name];
  const rows = (Array.isArray(value) ? value : value ? [value] : []) as Record<string, unknown>[];
  // An association without a field means what its rows are known by.
  const title = String(target.options.titleField ?? key);
  const asked = tails.map((tail) => (tail.length === 0 ? [title] : tail));
  const texts = new Map<string, string[]>();
  for (const row of rows.slice(0, MOST_ROWS)) {
    const ref = { collection: target.name, id: String(row[key]) };
    const read = await readRecord(ctx, ref, associationsOf(ctx, target.name, asked));
    const values = read ? await valuesOf(ctx, read, asked, wording) : new Map<string, string>();
    tails.forEach((tail, index) => {
      const text = values.get((asked[index] ?? []).join('.'));
      const path = tail.join('.');
      if (text !== undefined) texts.set(path, [...(texts.get(path) ?? []), text]);
    });
  }
  return new Map([...texts].map(([path, all]) => [path, all.join(', ')]));
}

interface FieldOptions {
  type?: string;
  interface?: string;
  uiSchema?: { enum?: unknown };
}

/** A value as a person reads it; null for what is empty, and for what is no text. */
function written({ collection, values }: ReadableRecord, name: string, wording: Wording): string | null {
  const value = values[name];
  const { options } = collection.getField(name) as { options: FieldOptions };
  if (value === null || value === undefined || value === '') return null;
  const labels = Array.isArray(options.uiSchema?.enum) ? (options.uiSchema.enum as unknown[]) : null;
  if (labels) return labelled(value, labels, wording);
  if (typeof value === 'boolean') return value ? wording.yes : wording.no;
  if (options.type === 'dateOnly') return wording.day(String(value).slice(0, 10));
  if (options.type === 'datetimeNoTz') {
    const shown = new Date(`${String(value).replace(' ', 'T')}Z`);
    return Number.isNaN(shown.getTime()) ? null : wording.clock(shown);
  }
  if (value instanceof Date) return wording.moment(value);
  if (/^(date|datetimeTz|unixTimestamp)$/.test(options.type ?? '')) {
    const moment = new Date(value as string | number);
    return Number.isNaN(moment.getTime()) ? null : wording.moment(moment);
  }
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return null;
  return options.interface === 'richText' ? wordsOf(value) || null : value;
}

const wordsOf = (html: string): string =>
  decodeHTML(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

function labelled(value: unknown, labels: readonly unknown[], { label }: Wording): string | null {
  const texts = (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    const option = labels.find((entry) => (isOption(entry) ? entry.value : entry) === one);
    return label(String(isOption(option) ? (option.label ?? one) : one));
  });
  return texts.length > 0 ? texts.join(', ') : null;
}

const isOption = (entry: unknown): entry is { value: unknown; label?: unknown } =>
  typeof entry === 'object' && entry !== null && 'value' in entry;
