import { describe, expect, test } from 'vitest';
import {
  afterLook,
  decideMove,
  decideOp,
  decideRemoval,
  isSameMessage,
  pairCopies,
  type Identity,
  type PlaceFacts,
} from '../../../src/server/sync/ops/decide';
import { halve } from '../../../src/server/sync/ops/halve';
import { afterRefusal } from '../../../src/server/sync/ops/outcome';
import type { PendingOp } from '../../../src/server/sync/ops/pending';
import { planWish, type EarlierOp, type WishFacts } from '../../../src/server/sync/ops/planWish';
import { MAX_ATTEMPTS } from '../../../src/server/sync/ops/verbs';

describe('a wish for a flag', () => {
  test.each([
    [false, true, false, 'store'],
    [false, true, true, 'done'],
    [true, true, false, 'overtaken'],
    [false, true, undefined, 'overtaken'],
  ] as const)('from %s to %s, with %s on the server, is %s', (base, wanted, current, decision) => {
    expect(decideOp(base, wanted, current)).toBe(decision);
  });
});

const facts = (more: Partial<PlaceFacts> = {}): PlaceFacts => ({
  base: 'A',
  mailboxId: 'A',
  vanished: false,
  placed: true,
  onServer: true,
  tried: false,
  followed: true,
  ...more,
});

describe('a move from A to B', () => {
  test.each<[string, Partial<PlaceFacts>, string]>([
    ['of a message that is in A', {}, 'move'],
    ['of one that Outlook moved to B', { mailboxId: 'B', onServer: false }, 'done'],
    ['of one that Outlook moved to C', { mailboxId: 'C' }, 'overtaken'],
    ['of one that Outlook deleted', { mailboxId: null, vanished: true, placed: false, onServer: false }, 'overtaken'],
    ['whose message is not in A any more', { onServer: false }, 'wait'],
    ['whose message is not in A any more, which nobody compares', { onServer: false, followed: false }, 'overtaken'],
    ['that was sent and not carried out', { tried: true }, 'move'],
    ['that was sent, and the message is not in A any more', { tried: true, onServer: false }, 'look'],
    [
      'that was sent, and a pass hid the row',
      { tried: true, mailboxId: null, vanished: true, onServer: false },
      'look',
    ],
    ['whose UID means nothing under a new UIDVALIDITY', { placed: false, onServer: false }, 'wait'],
  ])('%s', (_name, more, decision) => expect(decideMove('B', facts(more))).toBe(decision));

  test('that was looked for in vain ends as if it had never been sent', () => {
    expect(afterLook(facts({ tried: true, onServer: false }))).toBe('wait');
    expect(afterLook(facts({ tried: true, onServer: false, followed: false }))).toBe('overtaken');
    expect(afterLook(facts({ tried: true, vanished: true }))).toBe('overtaken');
  });
});

describe('a removal from A', () => {
  test.each<[string, Partial<PlaceFacts>, string]>([
    ['of a message that is there', {}, 'remove'],
    ['of one that Outlook removed', { vanished: true, mailboxId: null }, 'done'],
    ['of one that Outlook moved elsewhere', { mailboxId: 'C' }, 'overtaken'],
    ['that was sent, and it is not there any more', { tried: true, onServer: false }, 'done'],
    ['whose message is not there any more', { onServer: false }, 'wait'],
    ['whose message is not there any more, where nobody compares', { onServer: false, followed: false }, 'overtaken'],
  ])('%s', (_name, more, decision) => expect(decideRemoval(facts(more))).toBe(decision));
});

const identity = (more: Partial<Identity> = {}): Identity => ({
  messageIdHash: 'id',
  headerHash: 'head',
  internalDate: new Date('2026-01-01T00:00:00Z'),
  size: 100,
  unreadable: false,
  ...more,
});

describe('the same message', () => {
  test.each<[string, Partial<Identity>, boolean]>([
    ['agrees in everything', {}, true],
    ['may have another size: Exchange estimates', { size: 101 }, true],
    ['has the same id', { messageIdHash: 'other' }, false],
    ['has the same header', { headerHash: 'other' }, false],
    ['arrived at the same time', { internalDate: new Date('2026-01-01T00:00:01Z') }, false],
    ['is as readable', { unreadable: true }, false],
  ])('%s', (_name, more, same) => expect(isSameMessage(identity(), identity(more))).toBe(same));

  test('without an id has the same size', () => {
    const nameless = identity({ messageIdHash: null });
    expect(isSameMessage(nameless, identity({ messageIdHash: null }))).toBe(true);
    expect(isSameMessage(nameless, identity({ messageIdHash: null, size: 101 }))).toBe(false);
  });
});

describe('copies in the target', () => {
  const row = (uid: number, more: Partial<Identity> = {}) => ({ ...identity(more), uid });
  const paired = (rows: ReturnType<typeof row>[], copies: ReturnType<typeof row>[]) =>
    [...pairCopies(rows, copies)].map(([a, b]) => [a.uid, b.uid]);

  test('go to their rows', () => {
    expect(
      paired(
        [row(1), row(2, { headerHash: 'x' })],
        [row(11, { headerHash: 'x' }), row(12), row(13, { size: 1, headerHash: 'y' })],
      ),
    ).toEqual([
      [1, 12],
      [2, 11],
    ]);
  });
  test('of equal messages go in the order of their UIDs', () => {
    expect(paired([row(2), row(1)], [row(12), row(11)])).toEqual([
      [1, 11],
      [2, 12],
    ]);
  });
  test('that are more or fewer than their rows go to none of them', () => {
    expect(paired([row(1)], [row(11), row(12)])).toEqual([]);
    expect(paired([row(1), row(2)], [row(11)])).toEqual([]);
  });
});

describe('a wish for a place', () => {
  const wish = (more: Partial<WishFacts> = {}): WishFacts => ({
    mailboxId: 'A',
    mailboxWanted: null,
    removeWanted: false,
    earlier: [],
    ...more,
  });
  const earlier = (id: string, to: string | null, tried = false): EarlierOp => ({
    id,
    verb: to === null ? 'remove' : 'move',
    to,
    tried,
  });
  const toB = { verb: 'move', to: 'B' } as const;
  const toA = { verb: 'move', to: 'A' } as const;
  const away = { verb: 'remove' } as const;

  test('is an op and shows at once', () => {
    expect(planWish(toB, wish())).toEqual({
      drop: [],
      add: { verb: 'move', from: 'A', to: 'B' },
      show: { mailboxWanted: 'B', removeWanted: null },
    });
  });
  test('for where it is shown already is nothing', () => {
    expect(planWish(toA, wish())).toBeNull();
    expect(planWish(toB, wish({ mailboxWanted: 'B', earlier: [earlier('1', 'B')] }))).toBeNull();
    expect(planWish(away, wish({ removeWanted: true, earlier: [earlier('1', null)] }))).toBeNull();
  });
  test('for the place it had leaves no op', () => {
    expect(planWish(toA, wish({ mailboxWanted: 'B', earlier: [earlier('1', 'B')] }))).toEqual({
      drop: ['1'],
      add: null,
      show: { mailboxWanted: null, removeWanted: null },
    });
  });
  test('follows one that was sent, from where that one ends', () => {
    expect(planWish(toA, wish({ mailboxWanted: 'B', earlier: [earlier('1', 'B', true)] }))).toEqual({
      drop: [],
      add: { verb: 'move', from: 'B', to: 'A' },
      show: { mailboxWanted: 'A', removeWanted: null },
    });
  });
  test('for where one that was sent ends drops what came after it', () => {
    const facts = wish({ mailboxWanted: 'C', earlier: [earlier('1', 'B', true), earlier('2', 'C')] });
    expect(planWish(toB, facts)).toEqual({ drop: ['2'], add: null, show: { mailboxWanted: 'B', removeWanted: null } });
  });
  test('takes a removal back that was not sent, and no other', () => {
    expect(planWish(toA, wish({ removeWanted: true, earlier: [earlier('1', null)] }))).toEqual({
      drop: ['1'],
      add: null,
      show: { mailboxWanted: null, removeWanted: null },
    });
    expect(planWish(toA, wish({ removeWanted: true, earlier: [earlier('1', null, true)] }))).toBeNull();
  });
  test('to be rid of it replaces a move', () => {
    expect(planWish(away, wish({ mailboxWanted: 'B', earlier: [earlier('1', 'B')] }))).toEqual({
      drop: ['1'],
      add: { verb: 'remove', from: 'A', to: null },
      show: { mailboxWanted: null, removeWanted: true },
    });
  });
});

test('a wish is given up after some refusals', () => {
  const op = (attempts: number) => ({ attempts }) as PendingOp;
  expect(afterRefusal(op(0), 'moveRefused')).toMatchObject({ state: 'pending', refused: true });
  expect(afterRefusal(op(MAX_ATTEMPTS - 1), 'moveRefused')).toMatchObject({ state: 'failed', code: 'moveRefused' });
});

describe('a command that is refused', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_one, index) => index);
  const sending = async (count: number, guilty: readonly number[]) => {
    const sent: number[][] = [];
    const result = await halve(numbers(count), async (some) => {
      sent.push([...some]);
      return !some.some((one) => guilty.includes(one));
    });
    return { ...result, commands: sent.length };
  };

  test.each<[number, number[]]>([
    [0, []],
    [1, []],
    [1, [0]],
    [500, []],
    [500, [0]],
    [500, [499]],
    [500, [123]],
    [7, [2, 3]],
  ])('for %i, of which %j are the reason, is sent for all the others', async (count, guilty) => {
    const { taken, refused, left } = await sending(count, guilty);
    expect(refused).toEqual(guilty);
    expect(left).toEqual([]);
    expect(taken).toEqual(numbers(count).filter((one) => !guilty.includes(one)));
  });

  test('is one command where nothing is refused, and a few where one is', async () => {
    expect((await sending(500, [])).commands).toBe(1);
    expect((await sending(500, [123])).commands).toBeLessThan(20);
  });

  test('for every one of them is not sent for all one by one: no single one is the reason', async () => {
    const { refused, left, commands } = await sending(500, numbers(500));
    expect(refused).toHaveLength(500);
    expect(left).toEqual([]);
    expect(commands).toBeLessThan(30);
  });

  test('for very many of them goes on in the next round', async () => {
    const odd = numbers(500).filter((one) => one % 2);
    const { taken, refused, left } = await sending(500, odd);
    expect(refused.length).toBeGreaterThan(0);
    expect(odd).toEqual(expect.arrayContaining(refused));
    expect([...taken, ...refused, ...left].sort((a, b) => a - b)).toEqual(numbers(500));
  });
});
