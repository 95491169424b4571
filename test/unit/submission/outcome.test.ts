import { describe, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import {
  afterAttempt,
  afterCrash,
  afterGathering,
  concernsAccount,
  nextLook,
} from '../../../src/server/submission/outcome';
import { findCopy } from '../../../src/server/submission/sentCopy';
import { canBecome, outboxStep, type OutboxEvent } from '../../../src/shared/states';

const now = new Date('2026-03-01T12:00:00Z');
const facts = { attempts: 1, sendAt: now, now, random: 0 };
const failed = (error: MailError) => ({ kind: 'failed' as const, error });

test('every event of the outbox is an allowed transition', () => {
  const events: OutboxEvent[] = [
    ...(['send', 'cancel', 'start', 'accepted', 'refused', 'postponed'] as const),
    ...(['lost', 'giveUp', 'retry', 'edit', 'arrived', 'sendAgain'] as const),
  ];
  for (const event of events) {
    const { from, to } = outboxStep(event);
    expect(canBecome(from, to), `${event}: ${from} → ${to}`).toBe(true);
  }
});

test('nothing leads out of sent, and an uncertain mail is never sent by itself', () => {
  expect(canBecome('sent', 'queued')).toBe(false);
  expect(canBecome('uncertain', 'sending')).toBe(false);
  expect(canBecome('failed', 'sending')).toBe(false);
});

describe('after an attempt', () => {
  test('that the server accepted, the mail is sent', () => {
    const outcome = { kind: 'accepted' as const, responseCode: 250, serverMessageId: '<s@x>', rejected: [] };
    expect(afterAttempt(outcome, facts)).toEqual({
      event: 'accepted',
      values: { sentAt: now, serverMessageId: '<s@x>', nextAttemptAt: null, lastError: null },
    });
  });

  test('that ended in silence, it is uncertain and Sent is looked at soon', () => {
    const { event, values } = afterAttempt({ kind: 'uncertain' }, facts);
    expect(event).toBe('lost');
    expect(values.nextAttemptAt!.getTime() - now.getTime()).toBe(5000);
  });

  test.each([
    [1, 30],
    [2, 60],
    [5, 480],
    [9, 3600],
  ])('the %i. that failed for a moment, it waits %i s', (attempts, seconds) => {
    const { event, values } = afterAttempt(failed(new MailError('transient', 'serverBusy')), { ...facts, attempts });
    expect(event).toBe('postponed');
    expect((values.nextAttemptAt!.getTime() - now.getTime()) / 1000).toBe(seconds);
    expect(values.endingAt).toBeNull();
  });

  test('at which the server asked for a pause, it waits at least as long', () => {
    const error = new MailError('throttled', 'dailyLimit', { retryAfterMs: 86_400_000 });
    expect(afterAttempt(failed(error), facts).values.nextAttemptAt).toEqual(new Date(now.getTime() + 86_400_000));
  });

  test.each(['permanent', 'reauthorize'] as const)('that failed for good (%s), it is failed', (kind) => {
    expect(afterAttempt(failed(new MailError(kind, 'messageRejected')), facts)).toMatchObject({
      event: 'refused',
      values: { nextAttemptAt: null, lastError: { code: 'messageRejected' } },
    });
  });

  test('that only the administrator can make succeed, the mail waits for him', () => {
    const error = new MailError('permanent', 'providerMisconfigured', { who: 'administrator' });
    expect(afterAttempt(failed(error), facts)).toMatchObject({
      event: 'postponed',
      values: { nextAttemptAt: new Date(now.getTime() + 30_000), lastError: error.toView() },
    });
  });

  test('two days after it was due, it is given up with its last reason', () => {
    const sendAt = new Date(now.getTime() - 2 * 86_400_000);
    const error = new MailError('transient', 'serverUnreachable');
    expect(afterAttempt(failed(error), { ...facts, attempts: 50, sendAt })).toMatchObject({
      event: 'refused',
      values: { lastError: { code: 'serverUnreachable' } },
    });
    // The app was off meanwhile.
    expect(afterAttempt(failed(error), { ...facts, attempts: 4, sendAt }).event).toBe('postponed');
  });

  test('that we stopped ourselves, it goes on at once and nothing is counted', () => {
    const { event, values } = afterAttempt(failed(new MailError('transient', 'stopping')), { ...facts, attempts: 3 });
    expect(event).toBe('postponed');
    expect(values).toMatchObject({ attempts: 2, nextAttemptAt: now, lastError: null });
  });
});

describe('after a crash', () => {
  const stranded = { endingAt: null, attempts: 1, sendAt: now };
  test('only the moment of the end decides', () => {
    expect(afterCrash(stranded, now)).toMatchObject({ event: 'postponed', values: { nextAttemptAt: now } });
    expect(afterCrash({ ...stranded, endingAt: now }, now).event).toBe('lost');
  });

  test('of several in a row, the mail waits ever longer, so that it cannot stop the app again and again', () => {
    const { event, values } = afterCrash({ ...stranded, attempts: 5 }, now, 0);
    expect(event).toBe('postponed');
    expect((values.nextAttemptAt!.getTime() - now.getTime()) / 1000).toBe(480);
    expect(values.lastError?.code).toBe('sendingInterrupted');
  });

  test('of many in two days, it is given up', () => {
    const sendAt = new Date(now.getTime() - 2 * 86_400_000);
    expect(afterCrash({ ...stranded, attempts: 40, sendAt }, now)).toMatchObject({
      event: 'refused',
      values: { lastError: { code: 'sendingInterrupted' } },
    });
    expect(afterCrash({ ...stranded, attempts: 40, sendAt, endingAt: now }, now).event).toBe('lost');
  });
});

describe('files that could not be fetched', () => {
  const busy = new MailError('transient', 'serverBusy');
  test('are tried again, and the mail waits', () => {
    expect(afterGathering(busy, facts)).toMatchObject({
      event: null,
      values: { nextAttemptAt: new Date(now.getTime() + 30_000), lastError: { code: 'serverBusy' } },
    });
    const scheduled = new Date(now.getTime() + 9 * 86_400_000);
    expect(afterGathering(busy, { ...facts, attempts: 300, sendAt: scheduled }).event).toBeNull();
  });

  test('two days after the mail was due are given up with it', () => {
    const sendAt = new Date(now.getTime() - 2 * 86_400_000);
    expect(afterGathering(busy, { ...facts, attempts: 60, sendAt })).toMatchObject({
      event: 'giveUp',
      values: { nextAttemptAt: null, lastError: { code: 'serverBusy' } },
    });
  });
});

test('Sent is looked at ever more rarely, and no longer after three days', () => {
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  const wait = (seconds: number) => (nextLook(ago(seconds), now)!.getTime() - now.getTime()) / 1000;
  expect([0, 5, 60, 600, 86_400].map(wait)).toEqual([5, 5, 60, 600, 3600]);
  expect(nextLook(ago(4 * 86_400), now)).toBeNull();
});

test('an account’s own trouble is told from that of one mail', () => {
  expect(concernsAccount(new MailError('reauthorize', 'anything'))).toBe(true);
  expect(concernsAccount(new MailError('throttled', 'tooManyConnections'))).toBe(true);
  // From is the account's own address in all of its mail.
  expect(concernsAccount(new MailError('permanent', 'sendAsDenied'))).toBe(true);
  expect(concernsAccount(new MailError('permanent', 'recipientRejected'))).toBe(false);
  expect(concernsAccount(new MailError('permanent', 'attachmentMissing'))).toBe(false);
});

describe('the copy in Sent', () => {
  const row = { messageId: '<ours@x>', serverMessageId: null };
  const copy = (messageId: string | null, originalMessageId: string | null = null) => ({
    messageId,
    originalMessageId,
  });
  test.each([
    ['carries our id', copy('<ours@x>')],
    ['carries our id without brackets', copy('ours@x')],
    ['keeps our id beside the server’s', copy('<server@prod.outlook.com>', '<ours@x>')],
  ])('is found when it %s', (_name, sent) => expect(findCopy(row, [copy('<other@x>'), sent])).toBe(sent));

  test('is found by the id the server named', () => {
    const sent = copy('<server@prod.outlook.com>');
    expect(findCopy({ ...row, serverMessageId: '<server@prod.outlook.com>' }, [sent])).toBe(sent);
  });

  test('is not another mail, nor one without an id', () => {
    expect(findCopy(row, [copy('<other@x>'), copy(null), copy('')])).toBeNull();
    expect(findCopy({ messageId: null, serverMessageId: null }, [copy(null), copy('')])).toBeNull();
  });
});
