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

/**
 * Whether an id column has this value, said so that no index of it is used. SQLite without statistics takes any index whose first
 * column is compared for a good one, and would read all mail of a user to look at a few messages it was given the ids of.
 * A number, because SQLite finds no text equal to what a function gives; ids stay below 2^53.
 */
export function isQuietly(mail: MailContext, collection: string, attribute: string, id: string): WhereOptions {
  return where(fn('COALESCE', column(mail, collection, attribute), 0), { [Op.eq]: Number(id) }) as WhereOptions;
}
