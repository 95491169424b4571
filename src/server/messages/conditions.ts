/** A checked filter as a condition of the database, over the rows one viewer may see. */
import { fn, Op, where, type WhereOptions } from 'sequelize';
import type { MessageField } from '../../shared/messageFields';
import { rowIdOf } from '../access/owned';
import type { MailContext } from '../context';
import { column, containing, oneOf } from './columns';
import type { Condition, Test } from './filter';

/** A mailbox of the viewer, as far as rows of messages show it. */
export interface Place {
  mailboxId: string;
  accountId: string;
  role: string;
  name: string;
  address: string;
}

const COLLECTION = 'mailMessages';

/** Columns behind the text fields; a sender is found by name and address alike. */
const TEXT_COLUMNS: Partial<Record<MessageField['name'], readonly string[]>> = {
  subject: ['subject'],
  preview: ['preview'],
  from: ['fromName', 'fromAddress'],
  fromName: ['fromName'],
  fromAddress: ['fromAddress'],
};
const DATE_COLUMNS: Partial<Record<MessageField['name'], string>> = { date: 'internalDate', sentAt: 'sentAt' };
const PLACE_VALUES: Partial<Record<MessageField['name'], (place: Place) => string>> = {
  mailboxRole: (place) => place.role,
  mailboxName: (place) => place.name,
  accountAddress: (place) => place.address,
};

const NOTHING: WhereOptions = { id: null };
const EVERYTHING: WhereOptions = { id: { [Op.ne]: null } };

/** @param places the viewer's mailboxes: what is asked of folder and account is decided among them */
export function conditionOf(mail: MailContext, places: readonly Place[], condition: Condition): WhereOptions {
  if ('all' in condition && condition.all.length === 0) return EVERYTHING;
  if ('all' in condition) return { [Op.and]: condition.all.map((inner) => conditionOf(mail, places, inner)) };
  if ('any' in condition) return { [Op.or]: condition.any.map((inner) => conditionOf(mail, places, inner)) };
  if ('not' in condition) return { [Op.not]: conditionOf(mail, places, condition.not) };
  return testOf(mail, places, condition.field, condition.test);
}

/** Never NULL, so that its negation finds what it does not. */
function testOf(mail: MailContext, places: readonly Place[], field: MessageField, test: Test): WhereOptions {
  const valueOf = PLACE_VALUES[field.name];
  if (valueOf) {
    return lyingIn(places.filter((place) => matches(valueOf(place), test)).map((place) => place.mailboxId));
  }
  const dateColumn = DATE_COLUMNS[field.name];
  if (dateColumn) return dateTest(dateColumn, test);
  const textColumns = TEXT_COLUMNS[field.name];
  if (textColumns) return textTest(mail, textColumns, test);
  if (test.is === 'flag') return flagIs(mail, field.name, test.value);
  if (field.kind === 'id' && test.is === 'oneOf') {
    const ids = test.values.map(rowIdOf).filter((id) => id !== null);
    if (field.name === 'mailboxId') return lyingIn(ids);
    return ids.length > 0
      ? { [Op.and]: [{ [field.name]: { [Op.ne]: null } }, { [field.name]: { [Op.in]: ids } }] }
      : NOTHING;
  }
  if (test.is === 'empty') return { [field.name]: null };
  return NOTHING;
}

/** In one of these mailboxes, where the user wants it or else where the server has it. */
export function lyingIn(mailboxIds: readonly string[]): WhereOptions {
  const among = { [Op.and]: [{ [Op.ne]: null }, { [Op.in]: mailboxIds.length > 0 ? [...mailboxIds] : ['0'] }] };
  return { [Op.or]: [{ mailboxWanted: among }, { mailboxWanted: null, mailboxId: among }] };
}

function matches(value: string, test: Test): boolean {
  const text = value.toLowerCase();
  if (test.is === 'oneOf') return test.values.some((wanted) => wanted.toLowerCase() === text);
  if (test.is === 'containing') return text.includes(test.text.toLowerCase());
  return test.is === 'empty' && text === '';
}

function textTest(mail: MailContext, columns: readonly string[], test: Test): WhereOptions {
  if (test.is === 'containing') {
    return { [Op.or]: columns.map((name) => containing(mail, COLLECTION, name, test.text)) };
  }
  if (test.is === 'oneOf') return { [Op.or]: columns.map((name) => oneOf(mail, COLLECTION, name, test.values)) };
  return { [Op.and]: columns.map((name) => oneOf(mail, COLLECTION, name, [''])) };
}

function dateTest(name: string, test: Test): WhereOptions {
  const known = { [name]: { [Op.ne]: null } };
  switch (test.is) {
    case 'before':
      return { [Op.and]: [known, { [name]: { [test.orEqual ? Op.lte : Op.lt]: test.date } }] };
    case 'after':
      return { [Op.and]: [known, { [name]: { [test.orEqual ? Op.gte : Op.gt]: test.date } }] };
    case 'within':
      return { [Op.and]: [known, { [name]: { [Op.gte]: test.range.from, [Op.lt]: test.range.to } }] };
    default:
      return { [name]: null };
  }
}

/** What the user wants counts before what the server has. */
export function flagIs(mail: MailContext, name: string, value: boolean): WhereOptions {
  const pending = name === 'seen' || name === 'flagged' ? [column(mail, COLLECTION, `${name}Wanted`)] : [];
  return where(fn('COALESCE', ...pending, column(mail, COLLECTION, name), false), { [Op.eq]: value }) as WhereOptions;
}
