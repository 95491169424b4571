/** The read model of blocks: `mailMessages:list` and `:get` over the viewer's own messages, flat and by allow-lists. */
import { Op, type Order as SqlOrder, type WhereOptions } from 'sequelize';
import { LARGEST_PAGE, type MessageField, type MessageRow } from '../../shared/messageFields';
import type { MailCollection } from '../../shared/mailCollections';
import { requireOwned, withStringIds } from '../access/owned';
import { ofNone, ownerlessAccounts } from '../access/ownerless';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { readRows } from '../readRows';
import { isQuietly } from './columns';
import { conditionOf, type Place } from './conditions';
import { readFields, readFilter, readSort, type Order } from './filter';
import { mailboxName, messageRow, shownMailbox, text, type Values } from './views';

/** Query of `mailMessages:list`, as it came. */
export type ListQuery = Partial<
  Record<'page' | 'pageSize' | 'filter' | 'sort' | 'fields' | 'except' | 'appends', unknown>
>;

export interface RowPage {
  rows: Partial<MessageRow>[];
  count: number;
  page: number;
  pageSize: number;
  totalPage: number;
}

/** Columns behind the rows; the rest of a message never leaves the database here. */
const ATTRIBUTES = [
  ...['id', 'userId', 'accountId', 'mailboxId', 'threadId', 'subject', 'fromName', 'fromAddress', 'to', 'cc'],
  ...['internalDate', 'sentAt', 'seen', 'seenWanted', 'flagged', 'flaggedWanted', 'answered', 'hasAttachments'],
  ...['preview', 'mailboxWanted'],
];

/** The viewer's mailboxes by id, with what rows say of them. */
export async function placesOf(mail: MailContext, viewer: Viewer): Promise<Map<string, Place>> {
  const read = async (collection: MailCollection, attributes: string[]): Promise<Values[]> =>
    (await readRows(mail, collection, { attributes, where: { userId: viewer.userId } })).map(withStringIds);
  const [mailboxes, accounts] = await Promise.all([
    read('mailboxes', ['id', 'accountId', 'path', 'delimiter', 'role']),
    read('mailAccounts', ['id', 'address']),
  ]);
  const addressOf = new Map(accounts.map((row) => [row.id, text(row.address)]));
  return new Map(
    mailboxes.map((row) => [
      row.id as string,
      {
        mailboxId: row.id as string,
        accountId: row.accountId as string,
        role: text(row.role) || 'none',
        name: mailboxName(text(row.path), row.delimiter as string | null),
        address: addressOf.get(row.accountId) ?? '',
      },
    ]),
  );
}

/**
 * A page of the viewer's messages in the shape of the host's own lists.
 * @throws MailError permanent, see filter.ts
 */
export async function listRows(mail: MailContext, viewer: Viewer, query: ListQuery): Promise<RowPage> {
  const fields = readFields(query.fields, query.except, query.appends);
  const order = readSort(query.sort);
  const condition = readFilter(query.filter);
  const page = wholeNumber(query.page, 1, 100_000);
  const pageSize = wholeNumber(query.pageSize, 20, LARGEST_PAGE);
  const [places, ownerless] = await Promise.all([placesOf(mail, viewer), ownerlessAccounts(mail)]);
  const { rows, count } = await mail.db.getCollection('mailMessages').model.findAndCountAll({
    attributes: ATTRIBUTES,
    where: {
      [Op.and]: [visibleTo(mail, viewer, ownerless), conditionOf(mail, [...places.values()], condition)],
    } as WhereOptions,
    order: sqlOrder(order),
    limit: pageSize,
    offset: (page - 1) * pageSize,
  });
  return {
    rows: rows.map((row) => pick(rowOf(row.get({ plain: true }) as Values, places), fields)),
    count,
    page,
    pageSize,
    totalPage: Math.ceil(count / pageSize),
  };
}

/** One message of the viewer as a row. @throws MailError permanent `notFound` | see filter.ts */
export async function getRow(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  query: ListQuery,
): Promise<Partial<MessageRow>> {
  const fields = readFields(query.fields, query.except, query.appends);
  const [row, places] = await Promise.all([requireMessage(mail, viewer, id), placesOf(mail, viewer)]);
  return pick(rowOf(row, places), fields);
}

/** A message the viewer may see: his own, and still on the server. @throws MailError permanent `notFound` */
export async function requireMessage(mail: MailContext, viewer: Viewer, id: unknown): ReturnType<typeof requireOwned> {
  const row = await requireOwned(mail, viewer, 'mailMessages', id);
  if (row.vanishedAt || row.removeWanted) throw new MailError('permanent', 'notFound');
  return row;
}

/** The same of messages that are asked for by their ids or threads: see {@link isQuietly}. */
export const visibleAmong = (mail: MailContext, viewer: Viewer, ownerless: readonly string[]): WhereOptions =>
  ({
    [Op.and]: [
      isQuietly(mail, 'mailMessages', 'userId', viewer.userId),
      { vanishedAt: null, removeWanted: { [Op.not]: true } },
      ofNone(mail, 'mailMessages', ownerless),
    ],
  }) as WhereOptions;

/**
 * Rows a viewer sees: his own, still on the server, and not on their way to be removed.
 * @param ownerless accounts whose mail is being removed
 */
export const visibleTo = (mail: MailContext, viewer: Viewer, ownerless: readonly string[]): WhereOptions =>
  ({
    [Op.and]: [
      { userId: viewer.userId, vanishedAt: null, removeWanted: { [Op.not]: true } },
      ofNone(mail, 'mailMessages', ownerless),
    ],
  }) as WhereOptions;

const rowOf = (values: Values, places: Map<string, Place>): MessageRow =>
  messageRow(values, places.get(shownMailbox(values) ?? ''));

function pick(row: MessageRow, fields: MessageField['name'][]): Partial<MessageRow> {
  return Object.fromEntries(fields.map((name) => [name, row[name]]));
}

/** Columns to sort by; the id decides between equals, so that pages neither repeat nor lose a row. */
function sqlOrder(order: Order[]): SqlOrder {
  const asked = order.length > 0 ? order : readSort('-date');
  const sql = asked.flatMap(({ field, descending }) =>
    (SORT_COLUMNS[field.name] ?? [field.name]).map((name): [string, string] => [name, descending ? 'DESC' : 'ASC']),
  );
  return sql.some(([name]) => name === 'id') ? sql : [...sql, ['id', sql[0]?.[1] ?? 'DESC']];
}

const SORT_COLUMNS: Partial<Record<MessageField['name'], string[]>> = {
  date: ['internalDate'],
  from: ['fromName', 'fromAddress'],
};

/** A count from a query string within 1 and `largest`; anything else is the default. */
export function wholeNumber(value: unknown, byDefault: number, largest: number): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isInteger(number) && number >= 1 ? Math.min(number, largest) : byDefault;
}
