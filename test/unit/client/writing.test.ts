import { refOf, toggled } from '../../../src/client/compose/chosenFiles';
import { describe, expect, test } from 'vitest';
import { joinRich, signed, splitRich } from '../../../src/client/compose/content';
import { sendGuards, outsiders } from '../../../src/client/compose/guards';
import { obstacleGone } from '../../../src/client/compose/outcome';
import { schedulePresets } from '../../../src/client/compose/schedule';
import { defaultOf } from '../../../src/client/compose/signature';
import { suggestedFor } from '../../../src/client/mail/addresses';
import { dayAndTime } from '../../../src/client/mail/dates';
import type { OutboxInput, SignatureView } from '../../../src/shared/types';

describe('a signature', () => {
  const signature = signed('<p>Ann<br />Sales</p>');

  test('lies between what is written and what is quoted, and is found there again', () => {
    const parts = { own: '<p>Hi</p>', signature, quote: '<p>On Monday, Bob wrote:</p><blockquote>Hi</blockquote>' };
    expect(splitRich(joinRich(parts))).toEqual(parts);
    expect(splitRich(joinRich({ ...parts, quote: '' }))).toEqual({ ...parts, quote: '' });
    expect(splitRich(joinRich({ ...parts, signature: '' }))).toEqual({ ...parts, signature: '' });
  });

  test('of the quoted message is not mine', () => {
    const html = `<p>Hi</p><p>Bob wrote:</p><blockquote><p>text</p>${signature}</blockquote>`;
    expect(splitRich(html)).toMatchObject({ own: '<p>Hi</p>', signature: '' });
  });

  test('that is empty leaves no line', () => expect(signed('  ')).toBe(''));

  test('by default is that of the account', () => {
    const one = (id: string, accountId: string, isDefault: boolean): SignatureView => ({
      ...{ id, accountId, isDefault, name: id, html: '' },
    });
    const list = [one('a', '1', false), one('b', '1', true), one('c', '2', true)];
    expect([defaultOf(list, '1')?.id, defaultOf(list, '2')?.id, defaultOf(list, '3')]).toEqual(['b', 'c', null]);
  });
});

describe('before a mail goes out', () => {
  const people = (count: number, domain = 'x.example') =>
    Array.from({ length: count }, (_, index) => ({ name: '', address: `p${index}@${domain}` }));
  const mail = (changes: Partial<OutboxInput> = {}): OutboxInput => ({
    ...{ accountId: '1', to: people(1), subject: 'Plan', html: null, text: 'hi' },
    ...changes,
  });
  const codes = (input: OutboxInput, strangers: string[] = []) =>
    sendGuards(input, { canSend: true, attachments: 0, ownText: 'hi', strangers }).map(({ code }) => code);

  test('many who see each other are asked about, and not those in Bcc', () => {
    expect(codes(mail({ to: people(12), cc: people(8, 'y.example') }))).toEqual(['manyVisible']);
    expect(codes(mail({ to: people(1), bcc: people(100, 'y.example') }))).toEqual([]);
  });

  test.each(['no-reply@x.example', 'NoReply@x.example', 'do-not-reply@x.example', 'mailer-daemon@x.example'])(
    '%s is asked about',
    (address) => expect(codes(mail({ to: [{ name: '', address }] }))).toEqual(['noReply']),
  );

  test('strangers outside the own domain are asked about', () => {
    const input = mail({ to: [...people(1), ...people(1, 'own.example')] });
    expect(outsiders(input, 'ann@OWN.example')).toEqual(['p0@x.example']);
    expect(codes(input, ['p0@x.example'])).toEqual(['strangers']);
  });
});

describe('a mail put off', () => {
  test.each([
    ['uk-UA', /\D08:05$/],
    ['en-US', /\D8:05\sAM$/],
  ])('says its time as %s writes times', (locale, time) =>
    expect(dayAndTime(new Date(2026, 2, 4, 8, 5), locale)).toMatch(time),
  );

  const labels = (now: string) =>
    schedulePresets(new Date(now)).map(({ label, at }) => [label, at.getDate(), at.getHours()]);

  test('leaves tomorrow or next Monday, in local time', () => {
    // A Wednesday.
    expect(labels('2026-03-04T23:30:00')).toEqual([
      ['Tomorrow morning', 5, 8],
      ['Tomorrow afternoon', 5, 14],
      ['Monday morning', 9, 8],
    ]);
  });

  test('on a Monday waits for the next one, and on a Sunday tomorrow is Monday', () => {
    expect(labels('2026-03-02T10:00:00').at(-1)).toEqual(['Monday morning', 9, 8]);
    expect(labels('2026-03-08T10:00:00')).toHaveLength(2);
  });
});

test('who begins with what is typed is offered before who only holds it', () => {
  const people = ['nobody@x.co', 'abbo@x.co'].map((address) => ({ name: '', address }));
  const bob = { name: 'Lindqvist, Bob', address: 'bl@x.co' };
  expect(suggestedFor('bo', [...people, bob])).toEqual([bob, ...people]);
  expect(suggestedFor('zz', [...people, bob])).toEqual([]);
});

describe('files of NocoBase', () => {
  const file = { collection: 'papers', id: '1', filename: 'a.txt', contentType: '', size: 1, createdAt: null };
  const record = { collection: 'orders', id: '7', field: 'paper' };

  test('are chosen and left again, once each wherever they are found', () => {
    const other = { ...file, collection: 'attachments' };
    expect(toggled(toggled([], file), other)).toEqual([file, other]);
    expect(toggled([file, other], { ...file, record })).toEqual([other]);
  });

  test('are asked for by what names them, and nothing else', () => {
    expect(refOf(file)).toEqual({ collection: 'papers', id: '1' });
    expect(refOf({ ...file, record })).toEqual({ collection: 'papers', id: '1', record });
  });
});

describe('the reason why a mail did not leave is told no longer', () => {
  const works = { storedState: 'active', state: 'upToDate', sendBlocked: null } as const;
  const blocked = {
    ...works,
    sendBlocked: { code: 'smtpAuthDisabled', kind: 'permanent', who: 'administrator' },
  } as const;
  const broken = { ...works, state: 'providerBroken' } as const;
  const paused = { ...works, storedState: 'paused', state: 'paused' } as const;

  test.each([
    ['a paused account that was resumed', 'accountPaused', works, true],
    ['one that is still paused', 'accountPaused', paused, false],
    ['one that was resumed while the registration is refused', 'accountPaused', broken, false],
    ['a lost sign-in that was renewed', 'accountReauthorize', works, true],
    ['a registration that was mended', 'providerMisconfigured', works, true],
    ['one that is still refused', 'providerMisconfigured', broken, false],
    ['sending that the administrator allowed', 'smtpAuthDisabled', works, true],
    ['sending that is still not allowed', 'smtpAuthDisabled', blocked, false],
    ['a mail that the server refused', 'messageTooLarge', works, false],
    ['an account that is gone', 'accountPaused', undefined, false],
  ])('%s: %s', (_what, code, account, gone) => {
    expect(obstacleGone({ code }, account)).toBe(gone);
  });
});
