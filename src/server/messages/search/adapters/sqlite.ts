/**
 * SQLite: an FTS5 table that keeps words only (https://www.sqlite.org/fts5.html#contentless_delete_tables). Its rowid grows with the
 * date, so the newest matches come first without sorting; a table beside it says which message a rowid is.
 */
import type { Transaction } from 'sequelize';
import { SECOND } from '../../../../shared/constants';
import type { MailContext } from '../../../context';
import type { Cursor } from '../../cursor';
import { keyOf, senderKeyOf } from '../document';
import type { IndexedMessage } from '../spelling';
import { marks, pieces, quotedTable, run, select } from './sql';
import type { Hit, SearchAdapter, Stretch, WordQuery } from './types';

/** Rowids of one second: the lowest bits of the message's id, or the next free number. 33 bits of seconds stay below 2^53. */
const A_SECOND = 2 ** 20;
const LAST_SECOND = 2 ** 33 - 1;
const ROWS = 100;

const secondOf = (date: Date): number =>
  Math.min(Math.max(Math.floor(date.getTime() / SECOND) || 0, 0), LAST_SECOND) * A_SECOND;
/** Where a message lies in the index unless another one lies there. Pure. */
export const preferredRowid = (id: string, date: Date): number =>
  secondOf(date) + Number(BigInt(id) % BigInt(A_SECOND));

/** The first rowid that a search from here on does not look at. */
const endOf = ({ date, id }: Cursor): number =>
  secondOf(date) + (id === '0' && date.getTime() % SECOND === 0 ? 0 : A_SECOND);

const newestFirst = (a: Hit, b: Hit): number =>
  b.date.getTime() - a.date.getTime() || (BigInt(b.id) > BigInt(a.id) ? 1 : -1);
const isBeyond = (hit: Hit, cursor: Cursor): boolean =>
  hit.date < cursor.date || (hit.date.getTime() === cursor.date.getTime() && BigInt(hit.id) < BigInt(cursor.id));

/** The terms as FTS5 reads them; pure. */
export function fts5Query({ userId, terms }: WordQuery): string {
  return terms
    .map(({ words, prefix, sender }) => {
      const key = sender ? senderKeyOf(userId) : keyOf(userId);
      return `"${words.map((word) => key + word).join(' ')}"${prefix ? ' *' : ''}`;
    })
    .join(' AND ');
}

export function sqliteSearch(mail: MailContext): SearchAdapter {
  const words = quotedTable(mail, 'mailSearch');
  const rows = quotedTable(mail, 'mailSearchRows');

  const rowidsOf = async (ids: readonly string[], transaction?: Transaction) => {
    const found = await select<{ id: number; rowid: number }>(
      mail,
      `SELECT id, number AS rowid FROM ${rows} WHERE id IN (${marks(ids.length)})`,
      ids.map(Number),
      transaction,
    );
    return new Map(found.map(({ id, rowid }) => [String(id), rowid]));
  };

  /** Rowids for messages that have none yet; two of one second never get the same. */
  const assignRowids = async (
    messages: readonly Pick<IndexedMessage, 'id' | 'internalDate'>[],
    transaction: Transaction,
  ) => {
    const assigned = new Map<string, number>();
    let open = messages.map(({ id, internalDate }) => ({ id, rowid: preferredRowid(id, internalDate) }));
    const given = new Set<number>();
    while (open.length > 0) {
      const taken = await select<{ rowid: number }>(
        mail,
        `SELECT number AS rowid FROM ${rows} WHERE number IN (${marks(open.length)})`,
        open.map(({ rowid }) => rowid),
        transaction,
      );
      taken.forEach(({ rowid }) => given.add(rowid));
      const again: typeof open = [];
      for (const one of open) {
        if (given.has(one.rowid)) {
          again.push({ ...one, rowid: nextFree(one.rowid, given) });
        } else {
          given.add(one.rowid);
          assigned.set(one.id, one.rowid);
        }
      }
      open = again;
    }
    return assigned;
  };

  /** Matches with rowids in a range, newest second first. */
  const matches = async (query: WordQuery, from: number, below: number, limit: number): Promise<Hit[]> => {
    const found = await select<{ id: number; date: number }>(
      mail,
      `SELECT r.id AS id, r.date AS date FROM ${words} AS w CROSS JOIN ${rows} AS r ON r.number = w.rowid
       WHERE w.words MATCH $1 AND w.rowid >= $2 AND w.rowid < $3 ORDER BY w.rowid DESC LIMIT $4`,
      [fts5Query(query), from, below, limit],
    );
    return found.map(({ id, date }) => ({ id: String(id), date: new Date(date) }));
  };

  return {
    async create() {
      // Letters of any script belong to words; `_` joins the key of the user with the word.
      await run(
        mail,
        `CREATE VIRTUAL TABLE IF NOT EXISTS ${words} USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '_'")`,
      );
      await run(
        mail,
        `CREATE TABLE IF NOT EXISTS ${rows} (number INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, date INTEGER NOT NULL)`,
      );
    },

    async write(messages, transaction) {
      for (const some of pieces(messages, ROWS)) {
        const known = await rowidsOf(
          some.map(({ id }) => id),
          transaction,
        );
        const fresh = await assignRowids(
          some.filter(({ id }) => !known.has(id)),
          transaction,
        );
        if (fresh.size > 0) {
          const values = some.flatMap(({ id, internalDate }) => {
            const rowid = fresh.get(id);
            return rowid === undefined ? [] : [rowid, Number(id), internalDate.getTime()];
          });
          await run(
            mail,
            `INSERT INTO ${rows} (number, id, date) VALUES ${tuples(values.length / 3, 3)}`,
            values,
            transaction,
          );
        }
        const written = some
          .map(({ id, text }) => ({ rowid: known.get(id) ?? fresh.get(id)!, text }))
          // Only ascending rowids are written together.
          .sort((a, b) => a.rowid - b.rowid);
        await run(
          mail,
          // What is bound as octets would be kept as a BLOB.
          `INSERT OR REPLACE INTO ${words} (rowid, words) VALUES ${written.map((_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS TEXT))`).join(', ')}`,
          written.flatMap(({ rowid, text }) => [rowid, text]),
          transaction,
        );
      }
    },

    async remove(messageIds, transaction) {
      for (const some of pieces(messageIds, 500)) {
        const rowids = [...(await rowidsOf(some, transaction)).values()];
        if (rowids.length === 0) continue;
        for (const [table, column] of [
          [words, 'rowid'],
          [rows, 'number'],
        ] as const) {
          await run(mail, `DELETE FROM ${table} WHERE ${column} IN (${marks(rowids.length)})`, rowids, transaction);
        }
      }
    },

    async newest(query: WordQuery, { before, since }: Stretch, limit: number) {
      const from = since ? secondOf(since) : 0;
      let hits = await matches(query, from, before ? endOf(before) : Number.MAX_SAFE_INTEGER, limit + 1);
      let next: Cursor | null = null;
      if (hits.length > limit) {
        // Within a second rowids follow each other in no order that means anything: only whole seconds are given.
        const last = secondOf(hits[limit]!.date);
        const whole = hits.filter(({ date }) => secondOf(date) > last);
        hits = whole.length > 0 ? whole : await matches(query, last, last + A_SECOND, A_SECOND);
        next = { date: new Date((secondOf(hits.at(-1)!.date) / A_SECOND) * SECOND), id: '0' };
      }
      return { hits: hits.filter((hit) => !before || isBeyond(hit, before)).sort(newestFirst), next };
    },

    async holding(query, messageIds) {
      const found = new Set<string>();
      for (const some of pieces(messageIds, 500)) {
        const hits = await select<{ id: number }>(
          mail,
          `SELECT r.id AS id FROM ${rows} AS r CROSS JOIN ${words} AS w ON w.rowid = r.number
           WHERE r.id IN (${marks(some.length, 2)}) AND w.words MATCH $1`,
          [fts5Query(query), ...some.map(Number)],
        );
        hits.forEach(({ id }) => found.add(String(id)));
      }
      return found;
    },
  };
}

function nextFree(rowid: number, given: ReadonlySet<number>): number {
  let next = rowid;
  while (given.has(next)) next += 1;
  return next;
}

const tuples = (count: number, width: number): string =>
  Array.from({ length: count }, (_, at) => `(${marks(width, at * width + 1)})`).join(', ');
