import { describe, expect, test } from 'vitest';
import {
  asked,
  EVERYTHING,
  filteredPlace,
  isFiltered,
  partsOf,
  typedBeside,
  type ListFilter,
} from '../../../src/client/mail/search/filter';
import { segmentsOf, soughtWords } from '../../../src/client/mail/search/highlight';
import type { Place } from '../../../src/client/mail/changes/place';

const INBOX: Place = { kind: 'role', role: 'inbox' };
const filter = (more: Partial<ListFilter>): ListFilter => ({ ...EVERYTHING, ...more });

describe('a filter', () => {
  test.each([
    [{}, 'list', { role: 'inbox', unread: false }],
    [{ unread: true }, 'list', { role: 'inbox', unread: true }],
    [{ words: 'hel*', unread: true }, 'search', { role: 'inbox', query: 'hel*', unread: true }],
    [{ flagged: true, attachment: true }, 'search', { role: 'inbox', flagged: true, attachment: true }],
    [{ words: 'a', where: 'everywhere' }, 'search', { query: 'a' }],
    [{ where: 'everywhere', accountId: '7' }, 'search', { accountId: '7' }],
    [{ where: '42', from: 'ann' }, 'search', { mailboxId: '42', from: 'ann' }],
    // An account left over from a search everywhere means nothing here.
    [{ words: 'a', accountId: '7' }, 'search', { role: 'inbox', query: 'a' }],
  ] as const)('%j asks for a %s', (more, kind, query) => expect(asked(INBOX, filter(more))).toEqual({ kind, query }));

  test('counts whole days of the reader, both included', () => {
    const { query } = asked(INBOX, filter({ since: '2025-03-01', until: '2025-03-31' }));
    expect(query).toMatchObject({
      since: new Date(2025, 2, 1).toISOString(),
      until: new Date(2025, 3, 1).toISOString(),
    });
  });

  test('is on when anything differs', () => {
    expect(isFiltered(EVERYTHING)).toBe(false);
    expect(isFiltered(filter({ words: 'x' }))).toBe(true);
    expect(isFiltered(filter({ where: 'everywhere' }))).toBe(true);
  });

  test('can be taken off part by part', () => {
    const parts = partsOf(filter({ where: 'everywhere', accountId: '7', from: 'ann', since: '2025-01-01' }));
    expect(parts.map(({ part }) => part)).toEqual(['where', 'account', 'from', 'dates']);
    expect(parts[0].without).toMatchObject({ where: 'here', accountId: '', from: 'ann' });
    expect(parts[3].without).toMatchObject({ since: '', until: '', from: 'ann' });
    expect(partsOf(filter({ words: 'x', unread: true }))).toEqual([]);
  });

  test('moves the reader to where it looks', () => {
    const roleOf = () => 'archive' as const;
    expect(filteredPlace(INBOX, EVERYTHING, roleOf)).toBe(INBOX);
    expect(filteredPlace(INBOX, filter({ where: 'everywhere' }), roleOf)).toEqual({ kind: 'everywhere' });
    expect(filteredPlace(INBOX, filter({ where: '42' }), roleOf)).toMatchObject({ mailboxId: '42', role: 'archive' });
  });
});

describe('words of a search in a text', () => {
  const marked = (text: string, query: string) =>
    segmentsOf(text, soughtWords(query))
      .map(({ text: part, hit }) => (hit ? `[${part}]` : part))
      .join('');

  test.each([
    ['Invoice 42 for invoices', 'inv*', '[Inv]oice 42 for [inv]oices'],
    ['the end of time', 'end time', 'the [end] of [time]'],
    ['bend it', 'end', 'bend it'],
    ['as it  stands now', '"it stands"', 'as [it  stands] now'],
    ['Рахунок № 5', 'рахун*', '[Рахун]ок № 5'],
    ['会议邀请', '邀请', '会议[邀请]'],
    ['a.b and axb', 'a.b', '[a.b] and axb'],
    ['foo (bar)', '(bar', 'foo [(bar])'],
    ['nothing', '', 'nothing'],
    ['', 'x', ''],
  ])('%j for %j', (text, query, result) => expect(marked(text, query)).toBe(result));

  test('are few, without repetition', () => {
    expect(soughtWords('a A "a" * b*')).toEqual(['a', 'b']);
    expect(soughtWords('1 2 3 4 5 6 7 8 9 10 11 12')).toHaveLength(10);
  });
});

describe('what is being typed into the search field', () => {
  test('keeps the blank before the next word when the search for the words before begins', () => {
    expect(typedBeside('invoice ', 'invoice')).toBe('invoice ');
  });

  test('follows a search that was changed elsewhere', () => {
    expect(typedBeside('invoice ', '')).toBe('');
    expect(typedBeside('', 'invoice')).toBe('invoice');
  });
});
