import { describe, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { summariseThread, type ThreadMember } from '../../../src/server/sync/counters';
import { afterFailure, afterSuccess, isNotOurs, restAfter } from '../../../src/server/sync/policy';
import { previewOf, readableTextOf } from '../../../src/server/sync/texts/preview';
import { assignThreads } from '../../../src/server/sync/threading';

const MINUTE = 60_000;
const now = new Date('2026-01-01T00:00:00Z');
const minutes = (date: Date | null) => (date ? (date.getTime() - now.getTime()) / MINUTE : null);

describe('threads', () => {
  const ids = () => {
    let next = 100;
    return () => String(next++);
  };
  const assign = (messages: [own: string[], references: string[]][], known: [string, string][] = []) =>
    assignThreads(
      messages.map(([own, references]) => ({ own, references })),
      { byKey: new Map(known) },
      ids(),
    );

  test('follow references and nothing else', () => {
    expect(
      assign([
        [['a'], []],
        [['b'], ['a']],
        [['c'], []],
      ]).threads,
    ).toEqual(['100', '100', '101']);
  });

  test('of children that came before their parent are one from the start', () => {
    expect(
      assign([
        [['b'], ['a']],
        [['c'], ['a']],
        [['a'], []],
      ]).threads,
    ).toEqual(['100', '100', '100']);
  });

  test('that a late parent joins end in the older one', () => {
    const { threads, merged, references } = assign(
      [[['p'], ['x', 'y']]],
      [
        ['x', '20'],
        ['y', '9'],
      ],
    );
    expect(threads).toEqual(['9']);
    expect([...merged]).toEqual([['20', '9']]);
    expect(references.get('x')).toBe('9');
    expect(references.get('p')).toBe('9');
  });

  test('that exist win over new ones', () => {
    const { threads, merged, created } = assign(
      [
        [['b'], []],
        [['c'], ['b', 'x']],
      ],
      [['x', '500']],
    );
    expect(threads).toEqual(['500', '500']);
    expect([...merged]).toEqual([]);
    expect([...created]).toEqual([]);
  });

  test('join in chains', () => {
    const { threads, merged } = assign(
      [
        [['p'], ['x', 'y']],
        [['q'], ['y', 'z']],
      ],
      [
        ['x', '3'],
        ['y', '2'],
        ['z', '1'],
      ],
    );
    expect(threads).toEqual(['1', '1']);
    expect(new Map(merged)).toEqual(
      new Map([
        ['3', '1'],
        ['2', '1'],
      ]),
    );
  });

  test('of nameless messages are their own', () => {
    expect(
      assign([
        [[], []],
        [[], []],
      ]).threads,
    ).toEqual(['100', '101']);
  });

  test('of equal names are the same one', () => {
    expect(
      assign([
        [['a'], []],
        [['a'], []],
      ]).threads,
    ).toEqual(['100', '100']);
  });
});

describe('what a list shows of a thread', () => {
  const member = (more: Partial<ThreadMember>): ThreadMember => ({
    threadId: '1',
    mailboxId: '10',
    internalDate: now,
    uid: 1,
    seen: true,
    flagged: false,
    hasAttachments: false,
    subject: 'S',
    from: { name: 'A', address: 'a@x' },
    preview: null,
    ...more,
  });

  test('is counted per mailbox', () => {
    const later = new Date(now.getTime() + MINUTE);
    const summary = summariseThread([
      member({ seen: false, preview: 'first' }),
      member({
        internalDate: later,
        mailboxId: '11',
        from: { name: 'a', address: 'A@X' },
        preview: 'last',
        flagged: true,
      }),
      member({ seen: false, mailboxId: null }),
    ]);
    expect(summary).toMatchObject({ messageCount: 3, flagged: true, preview: 'last', lastDate: later });
    expect(summary.participants).toEqual([{ name: 'A', address: 'a@x' }]);
    expect([...summary.mailboxes]).toEqual([
      ['10', { lastDate: now, messageCount: 1, unreadCount: 1 }],
      ['11', { lastDate: later, messageCount: 1, unreadCount: 0 }],
    ]);
  });

  test('of none is nothing', () => {
    expect(summariseThread([])).toMatchObject({ messageCount: 0, lastDate: null, subject: '' });
  });
});

describe('after a pass', () => {
  test('that failed by chance it is tried again, later and later, within an hour', () => {
    const lost = new MailError('transient', 'connectionLost');
    const waits = [0, 1, 2, 20].map((failures) => minutes(afterFailure(lost, failures, now, { random: 0 }).nextSyncAt));
    expect(waits).toEqual([0.5, 1, 2, 60]);
    expect(afterFailure(lost, 20, now, { random: 0, progressed: true }).syncFailures).toBe(1);
  });

  test('that was throttled it waits as told', () => {
    const error = new MailError('throttled', 'throttled', { retryAfterMs: 50 * MINUTE });
    const facts = afterFailure(error, 0, now, { random: 0 });
    expect(minutes(facts.backOffUntil)).toBe(50);
    expect(facts.lastError).toMatchObject({ code: 'throttled', who: 'nobody' });
  });

  test('that needs a person it is looked at every hour, so that nobody must press a button', () => {
    for (const error of [
      new MailError('reauthorize', 'loginRefused'),
      new MailError('permanent', 'providerMisconfigured'),
    ]) {
      const facts = afterFailure(error, 3, now);
      expect(minutes(facts.nextSyncAt)).toBe(60);
      expect(facts.backOffUntil).toBeNull();
    }
  });

  test('over a mailbox that does not open it waits 5, 15, 60 minutes and then lists the causes', () => {
    const error = new MailError('transient', 'notConnected');
    const facts = [0, 1, 2, 7].map((failures) => afterFailure(error, failures, now));
    expect(facts.map(({ nextSyncAt }) => minutes(nextSyncAt))).toEqual([5, 15, 60, 60]);
    expect(facts.map(({ lastError }) => lastError?.code)).toEqual([
      'notConnected',
      'notConnected',
      'noMailbox',
      'noMailbox',
    ]);
  });

  test('that was fine it waits for the poll, and goes on at once where more is to be done', () => {
    expect(minutes(afterSuccess(now, 5 * MINUTE, false, 0.5).nextSyncAt)).toBe(5);
    expect(minutes(afterSuccess(now, 5 * MINUTE, true).nextSyncAt)).toBe(0);
  });

  test('whose account went to somebody else nothing is written', () => {
    expect(isNotOurs(new MailError('transient', 'leaseLost'))).toBe(true);
    expect(isNotOurs(new MailError('transient', 'timeout'))).toBe(false);
  });
});

describe('a preview', () => {
  const of = (body: { text: string | null; html: string | null }) => previewOf(readableTextOf(body));
  test('is the first words without quotes', () => {
    expect(of({ text: '> quoted\r\n\r\nHello   there\r\n-----\r\nBye', html: '<p>x</p>' })).toBe('Hello there Bye');
  });
  test('of html is its text, without styles', () => {
    expect(of({ text: null, html: '<style>a{}</style><h1>Sale</h1><p>Now <b>50 %</b></p>' })).toBe('Sale Now 50 %');
    expect(of({ text: ' ', html: '<p>Only here</p>' })).toBe('Only here');
    expect(of({ text: null, html: `<style>${'x'.repeat(100_000)}` })).toBe('');
  });
  test('is short, and nothing of nothing', () => {
    expect(of({ text: 'x'.repeat(5000), html: null })).toHaveLength(200);
    expect(of({ text: null, html: null })).toBe('');
  });
});

describe('an account whose IDLE ended', () => {
  const HOURS = 60 * MINUTE;
  const lost = new MailError('transient', 'connectionLost');
  const seconds = ({ until }: { until: Date }) => (until.getTime() - now.getTime()) / 1000;

  test('is listened to again within seconds after a long time, at a moment of its own', () => {
    expect(seconds(restAfter(lost, 7, HOURS, now, 0))).toBe(1);
    expect(seconds(restAfter(lost, 7, HOURS, now, 1))).toBe(10);
    expect(restAfter(lost, 7, HOURS, now, 0).failures).toBe(1);
  });

  test('waits longer and longer while it never lasts', () => {
    const waits = [0, 1, 2, 20].map((failures) => seconds(restAfter(lost, failures, 10, now, 0)));
    expect(waits).toEqual([30, 60, 120, 3600]);
  });

  test('waits as the server told, however long it lasted', () => {
    const throttled = new MailError('throttled', 'throttled', { retryAfterMs: 5 * MINUTE });
    expect(seconds(restAfter(throttled, 0, HOURS, now, 0))).toBe(300);
  });

  test('that is authenticated and not connected is not knocked at every half minute', () => {
    const refused = new MailError('transient', 'notConnected');
    expect([0, 1, 2, 3].map((failures) => seconds(restAfter(refused, failures, 0, now, 0)) / 60)).toEqual([
      5, 15, 60, 60,
    ]);
  });

  test('that needs a person is left alone', () => {
    expect(seconds(restAfter(new MailError('reauthorize', 'loginRefused'), 0, 0, now, 0))).toBe(3600);
  });
});
