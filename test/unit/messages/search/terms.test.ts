import { describe, expect, test } from 'vitest';
import { fts5Query } from '../../../../src/server/messages/search/adapters/sqlite';
import { matchOf } from '../../../../src/server/messages/search/adapters/mysql';
import { tsqueryOf } from '../../../../src/server/messages/search/adapters/postgres';
import { documentOf, keyOf } from '../../../../src/server/messages/search/document';
import { tsvectorOf, wordText } from '../../../../src/server/messages/search/spelling';
import { readSender, readTerms } from '../../../../src/server/messages/search/terms';

/** A term as a person would write it down. */
const shown = (terms: ReturnType<typeof readTerms>) =>
  terms?.map(({ words, prefix }) => words.join(' ') + (prefix ? '*' : '')) ?? null;

describe('a search', () => {
  test.each<[unknown, string[] | null]>([
    ['Offer 2026', ['offer', '2026']],
    ['offer Offer', ['offer']],
    ['hel* WORLD', ['hel*', 'world']],
    ['"Best  Regards" ann', ['best regards', 'ann']],
    ['"not closed', ['not closed']],
    ['"hel*"', ['hel']],
    ['offer_price 12.50', ['offer price', '12 50']],
    ['foo-ba*', ['foo ba*']],
    ['Ann.Lee@x.example', ['ann_lee_x_example']],
    ['ann@x*', ['ann_x*']],
    ['@x.example', ['x example']],
    ['发票', ['发票']],
    ['发票已', ['发票 票已']],
    ['票', ['票*']],
    ['"发票 ok"', ['发票 票 ok']],
    ["об'єкт", ['обєкт']],
    ['* - !', null],
    ['  ', []],
    ['', []],
    [undefined, []],
    [null, []],
  ])('%j asks for %j', (query, expected) => {
    expect(shown(readTerms(query))).toEqual(expected);
  });

  test.each([
    ['x'.repeat(501), 'searchTooLong'],
    [Array.from({ length: 11 }, (_, i) => `w${i}`).join(' '), 'searchTooLong'],
    [`"${'a '.repeat(61)}"`, 'searchTooLong'],
    [{ $ne: 1 }, 'invalidInput'],
    [['a'], 'invalidInput'],
  ])('is limited, case %#', (query, code) => {
    expect(() => readTerms(query)).toThrow(expect.objectContaining({ code }));
  });

  test('for a sender takes beginnings of words in any order', () => {
    expect(shown(readSender('Koval olen'))).toEqual(['koval*', 'olen*']);
    expect(shown(readSender('olena@partner.example'))).toEqual(['olena_partner_example*']);
    expect(shown(readSender('!'))).toBeNull();
    expect(readSender('ann')).toEqual([{ words: ['ann'], prefix: true, sender: true }]);
  });
});

const row = (...words: string[]) => ({ key: 'k_', words });
const document = documentOf({
  id: '5',
  userId: '1000',
  internalDate: new Date(0),
  subject: 'Hello',
  from: { name: 'Ann', address: 'ann@x.example' },
  recipients: [{ name: '', address: 'bob@y.example' }],
  attachmentNames: ['Звіт.pdf'],
  text: 'hello again',
});

describe('a message in the index', () => {
  test('has words of every part under the key of its user, and the sender apart', () => {
    expect(keyOf('1000')).toBe('rs_');
    expect(document.rows.map((row) => row.words.map((word) => row.key + word).join(' '))).toEqual([
      'rs_hello',
      'rs_ann rs_ann rs_x rs_example',
      'rs_bob rs_y rs_example',
      'rs_звіт rs_pdf',
      'rs_hello rs_again',
      'rs_ann_x_example rs_bob_y_example',
      'rs__ann rs__ann rs__x rs__example rs__ann_x_example',
    ]);
  });

  test('keeps the positions of its words on PostgreSQL, and a gap between its parts', () => {
    expect(tsvectorOf({ rows: [row('a', 'b'), row('a')] })).toBe("'k_a':1,4 'k_b':2 ");
    const long = tsvectorOf({ rows: [row(...Array.from({ length: 20_000 }, (_, i) => String(i % 20_000)))] });
    expect(long).toContain("'k_16382':16383 'k_16383' ");
  });

  test('is text on MariaDB, letters unknown there spelled out', () => {
    expect(wordText({ rows: [row('a', 'b'), row('𠮷野')] })).toBe(' k_a k_b . k__2vg7_野 ');
  });
});

describe('the same question', () => {
  const query = {
    userId: '1000',
    terms: [...readTerms('hello "best regards" foo-ba*')!, ...readSender('ann')!],
  };

  test('on SQLite', () => {
    expect(fts5Query(query)).toBe('"rs_hello" AND "rs_best rs_regards" AND "rs_foo rs_ba" * AND "rs__ann" *');
  });
  test('on PostgreSQL', () => {
    expect(tsqueryOf(query)).toBe(
      "('rs_hello') & ('rs_best' <-> 'rs_regards') & ('rs_foo' <-> 'rs_ba':*) & ('rs__ann':*)",
    );
  });
  test('on MariaDB', () => {
    expect(matchOf(query)).toEqual({
      boolean: '+rs_hello +rs_best +rs_regards +rs_foo +rs_ba* +rs__ann*',
      pieces: [' rs_hello ', ' rs_best rs_regards ', ' rs_foo rs_ba', ' rs__ann'],
    });
  });
});
