/**
 * MariaDB and MySQL: a table that lies in the order of dates, with a FULLTEXT index. The index knows no order, so the newest messages
 * are looked through first: a word that is in many of them fills a page at once, and only a word that is not asks the index, which
 * then gives few.
 */
import type { MailContext } from '../../../context';
import { keyOf, senderKeyOf } from '../document';
import { mysqlWord } from '../spelling';
import { mapped, marks, pieces, quotedTable, run, select } from './sql';
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

/**
 * The terms for MATCH, and pieces of the stored text that must be there: the index knows which words a message has, not that they
 * stand in a row. Pure.
 */
export function matchOf({ userId, terms }: WordQuery): { boolean: string; pieces: string[] } {
  const rows = terms.map(({ words, prefix, sender }) => {
    const key = sender ? senderKeyOf(userId) : keyOf(userId);
    return { words: words.map((word) => mysqlWord(key + word)), prefix };
  });
  return {
    boolean: rows.map(({ words, prefix }) => words.map((word) => `+${word}`).join(' ') + (prefix ? '*' : '')).join(' '),
    pieces: rows.map(({ words, prefix }) => ` ${words.join(' ')}${prefix ? '' : ' '}`),
  };
}

interface HitRow {
  id: string | number | bigint;
  date: string | number | bigint;
}
const hitOf = ({ id, date }: HitRow): Hit => ({ id: String(id), date: new Date(Number(date)) });

const LAST = { date: new Date(8.64e15), id: '0' };

export function mysqlSearch(mail: MailContext): SearchAdapter {
  const table = quotedTable(mail, 'mailSearch');
  /** All pieces are in the text. @param from number of the first bound value */
  const holds = (wanted: readonly string[], from: number) =>
    wanted.map((_, at) => `INSTR(words, $${from + at}) > 0`).join(' AND ');

  return {
    async create() {
      await run(
        mail,
        `CREATE TABLE IF NOT EXISTS ${table} (
           owner BIGINT NOT NULL, date BIGINT NOT NULL, id BIGINT NOT NULL,
           words MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
           PRIMARY KEY (owner, date, id), UNIQUE KEY message (id), KEY newest (owner, date), FULLTEXT KEY words (words)
         ) ENGINE = InnoDB`,
      );
    },

    async write(messages, transaction) {
      const rows = mapped(messages, ({ userId, internalDate, id, text }) => {
        return [userId, internalDate.getTime(), id, text.toString()];
      });
      for (const some of pieces(rows, ROWS)) {
        await run(
          mail,
          `INSERT INTO ${table} (owner, date, id, words) VALUES ${some.map((_, at) => `(${marks(4, at * 4 + 1)})`).join(', ')}
           ON DUPLICATE KEY UPDATE words = VALUES(words)`,
          some.flat(),
          transaction,
        );
      }
    },

    async remove(messageIds, transaction) {
      for (const some of pieces(messageIds, 500)) {
        await run(mail, `DELETE FROM ${table} WHERE id IN (${marks(some.length)})`, some, transaction);
      }
    },

    async newest(query: WordQuery, { before, since }: Stretch, limit: number) {
      const { date, id } = before ?? LAST;
      const { boolean, pieces: wanted } = matchOf(query);
      const bind = [query.userId, date.getTime(), id, since?.getTime() ?? -8.64e15];
      const here = 'owner = $1 AND date <= $2 AND (date < $2 OR id < $3) AND date >= $4';
      const newestFirst = 'ORDER BY date DESC, id DESC';
      const [edge] = await select<HitRow>(
        mail,
        `SELECT id, date FROM ${table} FORCE INDEX (newest) WHERE ${here} ${newestFirst} LIMIT 1 OFFSET ${lookedThrough(query) - 1}`,
        bind,
      );
      const near = await select<HitRow>(
        mail,
        `SELECT id, date FROM ${table} FORCE INDEX (PRIMARY) WHERE ${here} AND date >= $5 AND ${holds(wanted, 7)}
         ${newestFirst} LIMIT $6`,
        [...bind, edge ? Number(edge.date) : bind[3], limit, ...wanted],
      );
      const hits = near.map(hitOf);
      if (hits.length === limit || !edge) return foundUpTo(hits, limit);
      // What has the date of the edge was looked through, whatever its id.
      if (isEnough(hits, limit)) return { hits, next: { date: new Date(Number(edge.date)), id: '0' } };
      // Words in a row are looked for in the text; of single words the index knows all.
      const rows = wanted.filter((_, at) => query.terms[at]!.words.length > 1);
      const all = await select<HitRow>(
        mail,
        `SELECT id, date FROM ${table} WHERE MATCH (words) AGAINST ($5 IN BOOLEAN MODE) AND ${here}
         ${rows.length > 0 ? `AND ${holds(rows, 7)}` : ''} ${newestFirst} LIMIT $6`,
        [...bind, boolean, limit, ...rows],
      );
      return foundUpTo(all.map(hitOf), limit);
    },

    async holding(query, messageIds) {
      const { pieces: wanted } = matchOf(query);
      const found = new Set<string>();
      for (const some of pieces(messageIds, 500)) {
        const rows = await select<{ id: HitRow['id'] }>(
          mail,
          `SELECT id FROM ${table} WHERE id IN (${marks(some.length, wanted.length + 1)}) AND ${holds(wanted, 1)}`,
          [...wanted, ...some],
        );
        rows.forEach((row) => found.add(String(row.id)));
      }
      return found;
    },
  };
}
