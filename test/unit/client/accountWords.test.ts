import { describe, expect, test } from 'vitest';
import { causesOf, commandOf, countedSentence } from '../../../src/client/accounts/causes';
import { actionsOf, ago, clock, progressOf, stateWords } from '../../../src/client/accounts/words';
import { MAILBOX_REFUSED_CODES, type AccountState } from '../../../src/shared/states';

const STATES: AccountState[] = [
  'active',
  'paused',
  'reauthorize',
  'disconnected',
  'firstSync',
  'syncing',
  'upToDate',
  'backingOff',
  'mailboxRefused',
  'providerBroken',
];

describe('an account', () => {
  test.each(STATES)('has a word and a tone in the state %s', (state) => {
    expect(stateWords(state)).toMatchObject({ label: expect.stringMatching(/\w/), tone: expect.any(String) });
  });

  test('that needs somebody comes before one that only waits', () => {
    const urgent = [...STATES].sort((a, b) => stateWords(b).urgency - stateWords(a).urgency);
    expect(urgent.slice(0, 4)).toEqual(['providerBroken', 'reauthorize', 'mailboxRefused', 'backingOff']);
    expect(stateWords('paused').urgency).toBe(0);
  });

  test('that works can be synced, paused and disconnected, not reconnected', () => {
    expect(actionsOf({ storedState: 'active', state: 'upToDate' })).toEqual({
      sync: true,
      pause: true,
      resume: false,
      reconnect: false,
      disconnect: true,
      deleteMail: false,
    });
  });

  test('that lost its sign-in is reconnected; one that the registration broke is not', () => {
    expect(actionsOf({ storedState: 'reauthorize', state: 'reauthorize' })).toMatchObject({
      reconnect: true,
      sync: false,
    });
    expect(actionsOf({ storedState: 'active', state: 'providerBroken' })).toMatchObject({
      reconnect: false,
      sync: false,
    });
  });

  test('that is disconnected keeps mail which can be deleted', () => {
    expect(actionsOf({ storedState: 'disconnected', state: 'disconnected' })).toMatchObject({
      disconnect: false,
      deleteMail: true,
      reconnect: true,
      sync: false,
    });
  });
});

describe('the progress of a first sync', () => {
  test.each([
    [
      { stored: 12, onServer: null },
      { stored: 12, total: null, percent: null },
    ],
    [
      { stored: 0, onServer: 0 },
      { stored: 0, total: 0, percent: 0 },
    ],
    [
      { stored: 4210, onServer: 14338 },
      { stored: 4210, total: 14338, percent: 29 },
    ],
    [
      { stored: 100, onServer: 100 },
      { stored: 100, total: 100, percent: 99 },
    ],
    [
      { stored: 120, onServer: 100 },
      { stored: 120, total: 120, percent: 99 },
    ],
  ])('%j is shown as %j', (account, expected) => {
    expect(progressOf(account)).toEqual(expected);
  });
});

describe('times', () => {
  const now = new Date('2026-11-23T14:00:00Z');
  test.each([
    ['2026-11-23T13:59:45Z', 'now'],
    ['2026-11-23T13:55:10Z', '4 minutes ago'],
    ['2026-11-23T11:00:00Z', '3 hours ago'],
    ['2026-11-21T14:00:00Z', '2 days ago'],
    ['2026-11-23T14:00:30Z', 'now'],
  ])('%s is %s', (iso, expected) => {
    expect(ago(iso, now, 'en-US')).toBe(expected);
  });

  test('follow the language', () => {
    expect(ago('2026-11-23T13:55:00Z', now, 'uk-UA')).toBe('5 хвилин тому');
  });

  test('of another day come with their date', () => {
    const tomorrow = new Date(now.getTime() + 24 * 3_600_000).toISOString();
    expect(clock(tomorrow, now, 'en-US')).toMatch(/Nov/);
    expect(clock(now.toISOString(), now, 'en-US')).not.toMatch(/Nov/);
  });
});

describe('help with an error', () => {
  test.each(MAILBOX_REFUSED_CODES)('%s lists the likely causes', (code) => {
    expect(causesOf(code).length).toBeGreaterThan(2);
  });

  test('an error that says it all has none', () => {
    expect(causesOf('signInCancelled')).toEqual([]);
  });

  test('gives the administrator the server’s command and nothing else', () => {
    const view = { code: 'smtpAuthDisabled', kind: 'permanent', who: 'administrator' } as const;
    expect(commandOf({ ...view, params: { command: 'Set-CASMailbox …' } })).toBe('Set-CASMailbox …');
    expect(commandOf(view)).toBeNull();
    expect(commandOf({ ...view, params: { command: 5 } })).toBeNull();
  });

  test('takes a sentence that counts causes apart', () => {
    expect(
      countedSentence('It is closed. Likely causes: 1. no 2.5 % licence; 2. off in 365. 3. else. Nothing was saved.'),
    ).toEqual({
      before: 'It is closed. Likely causes:',
      items: ['no 2.5 % licence', 'off in 365', 'else'],
      after: 'Nothing was saved.',
    });
    expect(countedSentence('原因：1. 甲；2. 乙。未保存。')).toEqual({
      before: '原因：',
      items: ['甲', '乙'],
      after: '未保存。',
    });
  });

  test.each(['Microsoft 365. Connect 1. time.', 'Plain.'])('leaves %j whole', (sentence) => {
    expect(countedSentence(sentence)).toEqual({ before: sentence, items: [], after: '' });
  });
});
