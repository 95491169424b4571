import { describe, expect, test } from 'vitest';
import { FILTER_LIMITS, MESSAGE_FIELDS } from '../../../src/shared/messageFields';
import { readFields, readFilter, readSort } from '../../../src/server/messages/filter';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'accepted';
};

const nested = (depth: number): object => (depth === 0 ? { subject: 'x' } : { $and: [nested(depth - 1)] });

describe('a filter of a block', () => {
  test('becomes conditions on known fields', () => {
    expect(
      readFilter({ $and: [{ subject: { $includes: 'a' } }, { $or: [{ seen: false }, { flagged: true }] }] }),
    ).toEqual({
      all: [
        {
          all: [
            {
              all: [
                {
                  any: [{ field: expect.objectContaining({ name: 'subject' }), test: { is: 'containing', text: 'a' } }],
                },
              ],
            },
            {
              all: [
                {
                  any: [
                    { all: [{ field: expect.objectContaining({ name: 'seen' }), test: { is: 'flag', value: false } }] },
                    {
                      all: [{ field: expect.objectContaining({ name: 'flagged' }), test: { is: 'flag', value: true } }],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test.each([
    undefined,
    null,
    '',
    {},
    { $and: [] },
    { $and: [{}] },
    { subject: {} },
    { subject: undefined },
    { $or: [] },
  ])('that asks nothing (%j) is accepted', (filter) => {
    expect(codeOf(() => readFilter(filter))).toBe('accepted');
  });

  test.each([
    ['the owner', { userId: 1 }],
    ['a hidden column', { messageIdHash: { $eq: 'x' } }],
    ['the Message-ID', { messageId: 'x' }],
    ['another collection', { 'account.credentials': { $includes: 'a' } }],
    ['another collection, as an object', { account: { credentials: { $includes: 'a' } } }],
    ['an association', { thread: { subject: 'x' } }],
    ['a column by its quoted name', { '"userId"': 1 }],
    ['a path into json', { 'to.address': 'x' }],
    ['addresses, which are not indexed text', { to: { $includes: 'x' } }],
    ['a field of every object', { constructor: 'x' }],
    ['a prototype', { $and: [JSON.parse('{"__proto__":{"$eq":1}}')] }],
    ['an unknown group', { $nor: [{ subject: 'x' }] }],
    ['negation', { $not: { subject: 'x' } }],
    ['a deep path', { 'subject.$and.$eq': 'x' }],
  ])('may not ask about %s', (_name, filter) => {
    expect(codeOf(() => readFilter(filter))).toBe('fieldNotAllowed');
  });

  test.each([
    [{ subject: { $like: '%' } }],
    [{ subject: { $regexp: '.*' } }],
    [{ subject: { $startsWith: 'a' } }],
    [{ subject: { $gt: 'a' } }],
    [{ seen: { $includes: 't' } }],
    [{ date: { $includes: '2026' } }],
    [{ id: { $gt: '1' } }],
    [{ subject: { $exists: true } }],
    [{ subject: { toString: 1 } }],
    [{ 'subject.$col': 'userId' }],
    [{ subject: { userId: 1 } }],
  ])('may not compare like %j', (filter) => {
    expect(codeOf(() => readFilter(filter))).toBe('operatorNotAllowed');
  });

  test.each([
    [{ subject: { $eq: { $col: 'preview' } } }],
    [{ subject: { $eq: [['a']] } }],
    [{ subject: { $includes: 'x'.repeat(FILTER_LIMITS.textLength + 1) } }],
    [{ subject: 'a\0b' }],
    [{ id: "1' OR 1=1" }],
    [{ id: { $in: ['1', null] } }],
    [{ seen: 'maybe' }],
    [{ date: { $gt: 'yesterday or so' } }],
    [{ date: { $dateOn: { type: 'nonsense' } } }],
    [{ date: { $gt: { $col: 'sentAt' } } }],
    [{ $and: { subject: 'x' } }],
    [{ $and: ['subject'] }],
    ['subject'],
    [[{ subject: 'x' }]],
  ])('may not hold the value of %j', (filter) => {
    expect(codeOf(() => readFilter(filter))).toBe('filterValueInvalid');
  });

  test('has limits of depth, number and length', () => {
    expect(codeOf(() => readFilter(nested(FILTER_LIMITS.depth)))).toBe('accepted');
    expect(codeOf(() => readFilter(nested(FILTER_LIMITS.depth + 1)))).toBe('filterTooComplex');
    const many = (count: number) => ({ $or: Array.from({ length: count }, () => ({ subject: 'x' })) });
    expect(codeOf(() => readFilter(many(FILTER_LIMITS.conditions)))).toBe('accepted');
    expect(codeOf(() => readFilter(many(FILTER_LIMITS.conditions + 1)))).toBe('filterTooComplex');
    expect(codeOf(() => readFilter({ $and: [many(26), many(26)] }))).toBe('filterTooComplex');
    const list = Array.from({ length: FILTER_LIMITS.listValues + 1 }, String);
    expect(codeOf(() => readFilter({ id: { $in: list } }))).toBe('filterTooComplex');
  });

  const day = (date: string) => new Date(`${date}T00:00:00.000Z`);
  test.each([
    [
      { date: { $gt: '2026-03-01T10:00:00.000Z' } },
      { is: 'after', date: new Date('2026-03-01T10:00:00Z'), orEqual: false },
    ],
    [{ date: { $dateAfter: '2026-03-01' } }, { is: 'after', date: day('2026-03-02'), orEqual: true }],
    [{ date: { $dateNotAfter: '2026-03-01' } }, { is: 'before', date: day('2026-03-02'), orEqual: false }],
    [{ date: { $dateBefore: '2026-03' } }, { is: 'before', date: day('2026-03-01'), orEqual: false }],
    [{ date: { $dateOn: '2026-03-01' } }, { is: 'within', range: { from: day('2026-03-01'), to: day('2026-03-02') } }],
    [
      { date: { $dateBetween: ['2026-03-01', '2026-03-03', '[]', '+00:00'] } },
      { is: 'within', range: { from: day('2026-03-01'), to: day('2026-03-04') } },
    ],
  ])('understands the dates of the host: %j', (filter, expected) => {
    expect(readFilter(filter)).toEqual({ all: [{ field: expect.objectContaining({ name: 'date' }), test: expected }] });
  });
});

describe('order and fields', () => {
  test.each(['userId', '-messageIdHash', 'account.address', 'to', 'seenWanted', '__proto__', 'constructor', '--date'])(
    'a list is not sorted by %s',
    (sort) => {
      expect(codeOf(() => readSort(sort))).toBe('fieldNotAllowed');
    },
  );

  test('a list is sorted by what it shows', () => {
    expect(readSort('-date,subject').map(({ field, descending }) => [field.name, descending])).toEqual([
      ['date', true],
      ['subject', false],
    ]);
  });

  test.each([
    [['html'], undefined, undefined],
    [['userId'], undefined, undefined],
    [['account.credentials'], undefined, undefined],
    [undefined, ['credentials'], undefined],
    [undefined, undefined, ['account']],
    [undefined, undefined, 'body'],
    [[{ only: 'html' }], undefined, undefined],
  ])('fields %j except %j with %j are refused', (fields, except, appends) => {
    expect(codeOf(() => readFields(fields, except, appends))).toBe('fieldNotAllowed');
  });

  test('an answer has the fields asked for and always the id', () => {
    expect(readFields(['subject'], undefined, [])).toEqual(['id', 'subject']);
    expect(readFields('subject,from', ['from'], undefined)).toEqual(['id', 'subject']);
    expect(readFields(undefined, undefined, undefined)).toEqual(MESSAGE_FIELDS.map((field) => field.name));
  });
});
