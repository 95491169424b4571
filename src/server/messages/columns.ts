/** Comparisons of text that mean the same on SQLite, PostgreSQL and MariaDB: no wildcards, no difference of case. */
import { col, fn, Op, where, type WhereOptions } from 'sequelize';
import type { MailContext } from '../context';

type Fn = ReturnType<typeof fn>;

/** A column by the name of its attribute: tables may be underscored. */
export function column(mail: MailContext, collection: string, attribute: string): ReturnType<typeof col> {
  const attributes = mail.db.getCollection(collection).model.rawAttributes;
  return col(attributes[attribute]?.field ?? attribute);
}

const isSqlite = (mail: MailContext) => mail.db.sequelize.getDialect() === 'sqlite';

/** The SQL function `lower` of SQLite knows the letters A to Z only. */
const fold = (mail: MailContext, text: string) =>
  isSqlite(mail) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text.toLowerCase();

/** How a word may be written where the database cannot compare without case. */
function spellings(mail: MailContext, text: string): string[] {
  if (!isSqlite(mail) || /^[\u0000-\u007f]*$/.test(text)) return [fold(mail, text)];
  const lower = text.toLowerCase();
  const [first = '', ...rest] = lower;
  return [...new Set([text, lower, text.toUpperCase(), first.toUpperCase() + rest.join('')].map((t) => fold(mail, t)))];
}

const lowered = (mail: MailContext, collection: string, attribute: string): Fn =>
  fn('LOWER', fn('COALESCE', column(mail, collection, attribute), ''));

/** Whether a text column holds the words exactly as they stand, anywhere, in any case. NULL counts as empty. */
export function containing(mail: MailContext, collection: string, attribute: string, text: string): WhereOptions {
  const position = mail.db.sequelize.getDialect() === 'postgres' ? 'STRPOS' : 'INSTR';
  const haystack = lowered(mail, collection, attribute);
  return {
    [Op.or]: spellings(mail, text).map((needle) => where(fn(position, haystack, needle), { [Op.gt]: 0 })),
  };
}

/** Whether a text column is one of these, in any case. NULL counts as empty. */
export function oneOf(mail: MailContext, collection: string, attribute: string, values: string[]): WhereOptions {
  const wanted = values.flatMap((value) => spellings(mail, value));
  return where(lowered(mail, collection, attribute), { [Op.in]: wanted }) as WhereOptions;
}
