/**
 * PostgreSQL: a table with stored tsvectors (made of our words, so no dictionary changes them) and a GIN index. The index knows no
 * order, so the newest messages are looked through first: a word that is in many of them fills a page at once, and only a word that
 * is not asks the index, which then gives few.
 */
import type { MailContext } from '../../../context';
import { keyOf, senderKeyOf } from '../document';
import { bareTable, mapped, marks, pieces, quotedTable, run, select } from './sql';
import {
  foundUpTo,
  isEnough,
  lookedThrough,
  type Hit,
  type SearchAdapter,
  type Stretch,
  type WordQuery,
} from './types';

const ROWS = 100;
/** The terms as the text of a tsquery; pure. */
export function tsqueryOf({ userId, terms }: WordQuery): string {
  return terms
    .map(({ words, prefix, sender }) => {
      const key = sender ? senderKeyOf(userId) : keyOf(userId);
      return `(${words.map((word) => `'${key}${word}'`).join(' <-> ')}${prefix ? ':*' : ''})`;
    })
    .join(' & ');
}

interface HitRow {
  id: string;
  date: string;
}
const hitOf = ({ id, date }: HitRow): Hit => ({ id: String(id), date: new Date(Number(date)) });

const LAST = { date: new Date(8.64e15), id: '0' };

export function postgresSearch(mail: MailContext): SearchAdapter {
  const table = quotedTable(mail, 'mailSearch');
  const index = (name: string) => `"${bareTable(mail, 'mailSearch')}_${name}"`;

  return {
    async create() {
      await run(
        mail,
        `CREATE TABLE IF NOT EXISTS ${table} (id bigint PRIMARY KEY, owner bigint NOT NULL, date bigint NOT NULL, words tsvector NOT NULL)`,
      );
      await run(mail, `CREATE INDEX IF NOT EXISTS ${index('newest')} ON ${table} (owner, date, id)`);
      await run(mail, `CREATE INDEX IF NOT EXISTS ${index('words')} ON ${table} USING gin (words)`);
    },

    async write(messages, transaction) {
      const rows = mapped(messages, ({ id, userId, internalDate, text }) => [id, userId, internalDate.getTime(), text]);
      for (const some of pieces(rows, ROWS)) {
        const tuples = some.map((_, at) => `(${marks(3, at * 4 + 1)}, $${at * 4 + 4}::text::tsvector)`).join(', ');
        await run(
          mail,
          `INSERT INTO ${table} (id, owner, date, words) VALUES ${tuples}
           ON CONFLICT (id) DO UPDATE SET owner = EXCLUDED.owner, date = EXCLUDED.date, words = EXCLUDED.words`,
          some.flat(),
          transaction,
        );
      }
    },

    async remove(messageIds, transaction) {
      await run(mail, `DELETE FROM ${table} WHERE id = ANY ($1::bigint[])`, [[...messageIds]], transaction);
    },

    async newest(query: WordQuery, { before, since }: Stretch, limit: number) {
      const { date, id } = before ?? LAST;
      const bind = [query.userId, date.getTime(), id, since?.getTime() ?? -8.64e15];
      const here = 'owner = $1 AND (date, id) < ($2, $3) AND date >= $4';
      const newestFirst = 'ORDER BY date DESC, id DESC';
      const window = lookedThrough(query);
      const [near, [edge]] = await Promise.all([
        select<HitRow>(
          mail,
          `SELECT id, date FROM (SELECT id, date, words FROM ${table} WHERE ${here} ${newestFirst} LIMIT ${window}) AS newest
           WHERE words @@ $5::tsquery ${newestFirst} LIMIT $6`,
          [...bind, tsqueryOf(query), limit],
        ),
        select<HitRow>(
          mail,
          `SELECT id, date FROM ${table} WHERE ${here} ${newestFirst} LIMIT 1 OFFSET ${window - 1}`,
          bind,
        ),
      ]);
      const hits = near.map(hitOf);
      if (hits.length === limit || !edge) return foundUpTo(hits, limit);
      if (isEnough(hits, limit)) return { hits, next: hitOf(edge) };
      // OFFSET 0 keeps the planner from walking along the dates again.
      const all = await select<HitRow>(
        mail,
        `SELECT id, date FROM (SELECT id, owner, date FROM ${table} WHERE words @@ $5::tsquery OFFSET 0) AS found
         WHERE ${here} ${newestFirst} LIMIT $6`,
        [...bind, tsqueryOf(query), limit],
      );
      return foundUpTo(all.map(hitOf), limit);
    },

    async holding(query, messageIds) {
      const found = await select<{ id: string }>(
        mail,
        `SELECT id FROM (SELECT id, words FROM ${table} WHERE id = ANY ($2::bigint[]) OFFSET 0) AS given WHERE words @@ $1::tsquery`,
        [tsqueryOf(query), [...messageIds]],
      );
      return new Set(found.map(({ id }) => String(id)));
    },
  };
}
