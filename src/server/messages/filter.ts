/** A block's filter, read by allow-lists into conditions: whatever is not in src/shared/messageFields.ts is refused. Pure. */
import { parseDate } from '@nocobase/utils';
import {
  FILTER_LIMITS,
  FILTER_OPERATORS,
  MESSAGE_FIELDS,
  messageFieldOf,
  type MessageField,
} from '../../shared/messageFields';
import { MailError } from '../errors';

export type DateRange = { from: Date; to: Date };

export type Condition =
  { all: Condition[] } | { any: Condition[] } | { not: Condition } | { field: MessageField; test: Test };

export type Test =
  | { is: 'oneOf'; values: string[] }
  | { is: 'containing'; text: string }
  | { is: 'empty' }
  | { is: 'flag'; value: boolean }
  | { is: 'before' | 'after'; date: Date; orEqual: boolean }
  | { is: 'within'; range: DateRange };

const refused = (code: string, params: Record<string, string> = {}) => new MailError('permanent', code, { params });
const shorten = (name: string) => name.replace(/[^\w.$]/g, '').slice(0, 60);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param filter as it came with the request; nothing at all matches everything
 * @throws MailError permanent `fieldNotAllowed` | `operatorNotAllowed` | `filterValueInvalid` | `filterTooComplex`
 */
export function readFilter(filter: unknown): Condition {
  const budget = { conditions: 0 };
  if (filter === undefined || filter === null || filter === '') return { all: [] };
  return readGroup(filter, 0, budget);
}

interface Budget {
  conditions: number;
}

function readGroup(value: unknown, depth: number, budget: Budget): Condition {
  if (!isRecord(value)) throw refused('filterValueInvalid', { field: 'filter' });
  if (depth > FILTER_LIMITS.depth) throw refused('filterTooComplex');
  const parts: Condition[] = [];
  for (const [key, inner] of Object.entries(value)) {
    // The host fills in what is absent with undefined; nothing asked is nothing to check.
    if (inner === undefined) continue;
    if (key === '$and') parts.push({ all: readList(inner, depth, budget) });
    else if (key === '$or') parts.push(anyOf(readList(inner, depth, budget)));
    else parts.push(readField(key, inner, budget));
  }
  return { all: parts };
}

/** An empty choice asks nothing, as in the host's own filters. */
const anyOf = (conditions: Condition[]): Condition => (conditions.length > 0 ? { any: conditions } : { all: [] });

function readList(value: unknown, depth: number, budget: Budget): Condition[] {
  if (!Array.isArray(value)) throw refused('filterValueInvalid', { field: 'filter' });
  if (value.length > FILTER_LIMITS.conditions) throw refused('filterTooComplex');
  return value.map((item) => readGroup(item, depth + 1, budget));
}

function readField(key: string, value: unknown, budget: Budget): Condition {
  // `subject.$includes` is the same as `subject: {$includes}`; any other path leads elsewhere.
  const path = /^(\w+)\.(\$\w+)$/.exec(key);
  const name = path?.[1] ?? key;
  const field = messageFieldOf(name);
  if (!field?.filterable) throw refused('fieldNotAllowed', { field: shorten(key) });
  const tests = path ? { [path[2]!]: value } : isRecord(value) ? value : { $eq: value };
  const conditions = Object.entries(tests)
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => {
      if (++budget.conditions > FILTER_LIMITS.conditions) throw refused('filterTooComplex');
      if (!FILTER_OPERATORS[field.kind].includes(operator)) {
        throw refused('operatorNotAllowed', { field: field.name, operator: shorten(operator) });
      }
      return readTest(field, operator, operand);
    });
  return conditions.length === 1 ? conditions[0]! : { all: conditions };
}

function readTest(field: MessageField, operator: string, operand: unknown): Condition {
  const positive = (test: Test): Condition => ({ field, test });
  const negative = (test: Test): Condition => ({ not: { field, test } });
  if (operator === '$empty' || operator === '$notEmpty') {
    const wanted = (operator === '$empty') === (operand !== false && operand !== 'false');
    return wanted ? positive({ is: 'empty' }) : negative({ is: 'empty' });
  }
  if (field.kind === 'flag') return positive({ is: 'flag', value: flagOf(field, operator, operand) });
  if (operator === '$eq' && operand === null) return positive({ is: 'empty' });
  if (operator === '$ne' && operand === null) return negative({ is: 'empty' });
  if (field.kind === 'date') return dateTest(field, operator, operand);
  switch (operator) {
    case '$includes':
    case '$notIncludes': {
      // The host's filter form sends a list where several words are typed: any of them.
      const words = listOf(field, operand).filter((text) => text !== '');
      const any = anyOf(words.map((text) => positive({ is: 'containing', text })));
      return words.length > 0 && operator === '$notIncludes' ? { not: any } : any;
    }
    case '$ne':
    case '$notIn':
      return negative({ is: 'oneOf', values: listOf(field, operand) });
    default:
      return positive({ is: 'oneOf', values: listOf(field, operand) });
  }
}

function flagOf(field: MessageField, operator: string, operand: unknown): boolean {
  const said =
    operand === true || operand === 'true' || operand === 1 || operand === '1'
      ? true
      : operand === false || operand === 'false' || operand === 0 || operand === '0' || operand === null
        ? false
        : undefined;
  if (said === undefined) throw refused('filterValueInvalid', { field: field.name });
  return operator === '$ne' || operator === '$isFalsy' ? !said : said;
}

function listOf(field: MessageField, operand: unknown): string[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length > FILTER_LIMITS.listValues) throw refused('filterTooComplex');
  return values.map((value) => {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    const valid =
      typeof text === 'string' &&
      text.length <= FILTER_LIMITS.textLength &&
      !text.includes('\0') &&
      (field.kind !== 'id' || /^\d{1,19}$/.test(text));
    if (!valid) throw refused('filterValueInvalid', { field: field.name });
    return text;
  });
}

function dateTest(field: MessageField, operator: string, operand: unknown): Condition {
  const parsed = rangeOf(operand);
  if (!parsed) throw refused('filterValueInvalid', { field: field.name });
  const { from, to, exact } = parsed;
  const before = (date: Date, orEqual: boolean): Condition => ({ field, test: { is: 'before', date, orEqual } });
  const after = (date: Date, orEqual: boolean): Condition => ({ field, test: { is: 'after', date, orEqual } });
  const within: Condition = exact
    ? { all: [after(from, true), before(from, true)] }
    : { field, test: { is: 'within', range: { from, to } } };
  switch (operator) {
    case '$gt':
    case '$dateAfter':
      return exact ? after(from, false) : after(to, true);
    case '$gte':
    case '$dateNotBefore':
      return after(from, true);
    case '$lt':
    case '$dateBefore':
      return before(from, false);
    case '$lte':
    case '$dateNotAfter':
      return exact ? before(from, true) : before(to, false);
    case '$ne':
    case '$dateNotOn':
      return { not: within };
    default:
      return within;
  }
}

/** A moment or a span (a day, a month, "[a,b]") in the forms of the host's date filters. */
function rangeOf(operand: unknown): (DateRange & { exact: boolean }) | null {
  const text = JSON.stringify(operand);
  if (typeof text !== 'string' || text.length > FILTER_LIMITS.textLength) return null;
  let parsed: unknown;
  try {
    parsed = parseDate(operand, { timezone: '+00:00' });
  } catch {
    return null;
  }
  const [from, to] = (Array.isArray(parsed) ? parsed : [parsed, parsed]).map((end) => new Date(String(end)));
  if (!from || !to || Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return null;
  return { from, to, exact: !Array.isArray(parsed) };
}

export interface Order {
  field: MessageField;
  descending: boolean;
}

/**
 * @param sort "-date", "date,subject" or a list of such; as it came with the request
 * @throws MailError permanent `fieldNotAllowed`
 */
export function readSort(sort: unknown): Order[] {
  return namesOf(sort).map((name) => {
    const descending = name.startsWith('-');
    const field = messageFieldOf(name.replace(/^[-+]/, ''));
    if (!field?.sortable) throw refused('fieldNotAllowed', { field: shorten(name) });
    return { field, descending };
  });
}

/**
 * The fields of an answer; nothing asked gives all. The id is always among them.
 * @throws MailError permanent `fieldNotAllowed`
 */
export function readFields(fields: unknown, except: unknown, appends: unknown): MessageField['name'][] {
  const [append] = namesOf(appends);
  if (append !== undefined) throw refused('fieldNotAllowed', { field: shorten(append) });
  const known = (name: string) => {
    const field = messageFieldOf(name);
    if (!field) throw refused('fieldNotAllowed', { field: shorten(name) });
    return field.name;
  };
  const asked = namesOf(fields).map(known);
  const left = new Set(namesOf(except).map(known));
  const chosen = asked.length > 0 ? asked : ALL_NAMES;
  return [...new Set<MessageField['name']>(['id', ...chosen.filter((name) => !left.has(name))])];
}

const ALL_NAMES = MESSAGE_FIELDS.map((field) => field.name);

function namesOf(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  const names: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  if (names.length > 50) throw refused('filterTooComplex');
  return names.map((name) => {
    if (typeof name !== 'string') throw refused('fieldNotAllowed', { field: 'object' });
    return name.trim();
  });
}
