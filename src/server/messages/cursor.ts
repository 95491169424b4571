/** Where a page ended: the date and the id of its last row, so that equal dates neither repeat nor lose anything. Pure. */
import { Op, type WhereOptions } from 'sequelize';
import { rowIdOf } from '../access/owned';
import { MailError } from '../errors';

export interface Cursor {
  date: Date;
  id: string;
}

/** The text a client passes back as `before`. */
export function writeCursor({ date, id }: Cursor): string {
  return Buffer.from(`${date.getTime()}.${id}`).toString('base64url');
}

/** @returns null for the first page. @throws MailError permanent `cursorInvalid` */
export function readCursor(value: unknown): Cursor | null {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'string' ? Buffer.from(value.slice(0, 100), 'base64url').toString('latin1') : '';
  const [, time, last] = /^(-?\d{1,15})\.(\d{1,19})$/.exec(text) ?? [];
  // A page may also end after all rows of a date: no id is smaller than 0.
  const id = last === '0' ? last : rowIdOf(last);
  if (!time || !id) throw new MailError('permanent', 'cursorInvalid');
  return { date: new Date(Number(time)), id };
}

/** Rows that come after the cursor, newest first; the first comparison is what an index starts from. */
export function beyond(cursor: Cursor | null, dateColumn: string): WhereOptions {
  if (!cursor) return {};
  return {
    [Op.and]: [
      { [dateColumn]: { [Op.lte]: cursor.date } },
      { [Op.or]: [{ [dateColumn]: { [Op.lt]: cursor.date } }, { id: { [Op.lt]: cursor.id } }] },
    ],
  };
}
