import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OAUTH_CALLBACK_PATH, SIGN_IN_LIFETIME } from '../../../src/shared/constants';
import { parseAnswer, safePath, sameAgain } from '../../../src/client/accounts/signInAnswer';
import { isOver, stageOf, STAGES } from '../../../src/client/accounts/stages';

describe('the callback’s address', () => {
  test('gives code and state from the fragment', () => {
    expect(parseAnswer('', '#code=abc&state=xyz&session_state=1').signIn).toEqual({ code: 'abc', state: 'xyz' });
  });

  test('gives a refusal, which may also come in the query', () => {
    const refusal = { error: 'access_denied', errorDescription: 'AADSTS65004: declined', state: 'xyz' };
    const text = 'error=access_denied&error_description=AADSTS65004%3A+declined&state=xyz';
    expect(parseAnswer(`?${text}`, '').signIn).toEqual(refusal);
    expect(parseAnswer('', `#${text}`).signIn).toEqual(refusal);
  });

  test.each([
    ['', ''],
    ['?code=abc', ''],
    ['?state=xyz', '#other'],
  ])('%j %j is no answer', (search, hash) => {
    expect(parseAnswer(search, hash)).toEqual({ signIn: null, approval: null });
  });

  test('tells an approval from a sign-in, and a refused one from a given one', () => {
    expect(parseAnswer('?admin_consent=True&tenant=t&state=s', '')).toEqual({
      signIn: null,
      approval: { approved: true },
    });
    expect(parseAnswer('?admin_consent=True&error=access_denied', '').approval).toEqual({ approved: false });
    // Every sign-in has a state, which comes back with its refusal.
    const refused = '?error=permission_denied&error_description=The+admin+canceled+the+request';
    expect(parseAnswer(refused, '')).toEqual({ signIn: null, approval: { approved: false } });
  });
});

describe('the answer in the browser', () => {
  const replaced = vi.fn();
  let kept: Map<string, string>;

  const openAt = async (pathname: string, search: string, hash = '') => {
    vi.stubGlobal('window', {
      location: { pathname, search, hash, origin: 'https://crm.example.org' },
      history: { state: null, replaceState: replaced },
    });
    vi.resetModules();
    const page = await import('../../../src/client/accounts/signInAnswer');
    page.takeAnswer();
    return page;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    kept = new Map();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    replaced.mockReset();
  });

  test('leaves the address bar at once and is stored nowhere', async () => {
    const page = await openAt(`/nocobase${OAUTH_CALLBACK_PATH}`, '', '#code=abc&state=xyz');
    expect(replaced).toHaveBeenCalledWith(null, '', `/nocobase${OAUTH_CALLBACK_PATH}`);
    expect(page.currentAnswer()).toEqual({ code: 'abc', state: 'xyz' });
    expect([...kept.values()].join()).not.toContain('abc');
  });

  test('is not looked for on other pages', async () => {
    const page = await openAt('/admin/mail', '?code=abc&state=xyz');
    expect(replaced).not.toHaveBeenCalled();
    expect(page.currentAnswer()).toBeNull();
  });

  test('survives a sign-in to NocoBase, once', async () => {
    const before = await openAt(OAUTH_CALLBACK_PATH, '', '#code=abc&state=xyz');
    before.keepAnswer();
    const after = await openAt(OAUTH_CALLBACK_PATH, '');
    expect(after.currentAnswer()).toEqual({ code: 'abc', state: 'xyz' });
    expect(kept.size, 'it must be gone as soon as it is read').toBe(0);
  });

  test('is forgotten when its state has ended meanwhile', async () => {
    const before = await openAt(OAUTH_CALLBACK_PATH, '', '#code=abc&state=xyz');
    before.keepAnswer();
    vi.advanceTimersByTime(SIGN_IN_LIFETIME + 1);
    const after = await openAt(OAUTH_CALLBACK_PATH, '');
    expect(after.currentAnswer()).toBeNull();
  });

  test('is dropped after use', async () => {
    const page = await openAt(OAUTH_CALLBACK_PATH, '', '#code=abc&state=xyz');
    page.keepAnswer();
    page.dropAnswer();
    expect(page.currentAnswer()).toBeNull();
  });
});

describe('where a person is brought back to', () => {
  beforeEach(() => vi.stubGlobal('window', { location: { origin: 'https://crm.example.org' } }));
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ['/v/admin/mail?x=1#y', '/v/admin/mail?x=1#y'],
    ['/admin/mail', '/admin/mail'],
    ['//evil.example/', '/home'],
    ['/\\evil.example', '/home'],
    ['/.//evil.example', '/home'],
    ['/x/..//evil.example', '/home'],
    ['/\t/evil.example', '/home'],
    ['https://evil.example/', '/home'],
    ['javascript:alert(1)', '/home'],
    ['', '/home'],
    [null, '/home'],
  ])('%j leads to %s', (path, expected) => {
    expect(safePath(path, '/home')).toBe(expected);
  });
});

describe('a sign-in that is tried again', () => {
  test('is the same one: of the same mailbox, or from the same first day', () => {
    const started = { connectId: '7', provider: 'microsoft', returnPath: '/admin/mail' };
    expect(sameAgain({ ...started, accountId: '3' })).toEqual({ account: { id: '3', provider: 'microsoft' } });
    const startDate = '2026-01-02T00:00:00.000Z';
    expect(sameAgain({ ...started, startDate })).toEqual({ provider: 'microsoft', startDate });
    expect(sameAgain(null)).toEqual({ provider: 'microsoft' });
  });
});

describe('the stages of a sign-in', () => {
  test('go on with the server’s state', () => {
    expect(STAGES[stageOf('returned')]).toBe('Signing in…');
    expect(STAGES[stageOf('probingImap')]).toBe('Checking mailbox…');
    expect(STAGES[stageOf('probingSmtp')]).toBe('Checking sending…');
    expect(stageOf('done')).toBe(STAGES.length);
  });

  test('are over when done or failed', () => {
    expect(['done', 'failed', 'exchanging'].map((state) => isOver(state as never))).toEqual([true, true, false]);
  });
});
