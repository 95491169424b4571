import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../../src/client/apiError';
import { finishSignIn, type Finish } from '../../../src/client/accounts/finishing';
import type { SignInState } from '../../../src/shared/states';
import type { ConnectStatus } from '../../../src/shared/types';

const at = (state: SignInState) => ({ connectId: '7', state }) as ConnectStatus;
const failed = (code: string, status: number) => new ApiError({ code, kind: 'transient', who: 'nobody' }, status);

describe('a sign-in that is being finished', () => {
  let shown: Finish[];
  let server: SignInState | null;
  let post: { resolve: (status: ConnectStatus) => void; reject: (error: Error) => void };
  let away: AbortController;
  let ended: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: vi.fn(), removeItem: vi.fn() });
    [shown, server, ended, away] = [[], 'exchanging', false, new AbortController()];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const begin = (connectId: string | undefined = '7') => {
    const answer = new Promise<ConnectStatus>((resolve, reject) => (post = { resolve, reject }));
    void finishSignIn({
      post: () => answer,
      status: () => (server ? Promise.resolve(at(server)) : Promise.reject(failed('noAnswer', 0))),
      connectId,
      show: (next) => shown.push(next),
      signal: away.signal,
    }).then(() => (ended = true));
  };
  const rounds = (count: number) => vi.advanceTimersByTimeAsync(700 * count);
  const last = () => shown.at(-1);

  test('shows the progress of the server, and its end', async () => {
    begin();
    await rounds(1);
    expect(last()).toEqual({ step: 'working', status: at('exchanging') });
    post.resolve(at('done'));
    await rounds(1);
    expect(last()).toEqual({ step: 'over', status: at('done') });
    expect(ended).toBe(true);
  });

  test('goes on while the server does, where a proxy did not wait for the answer', async () => {
    begin();
    await rounds(1);
    post.reject(failed('serverUnavailable', 504));
    server = 'probingImap';
    await rounds(100);
    expect(last()).toEqual({ step: 'working', status: at('probingImap') });
    server = 'done';
    await rounds(1);
    expect(last()).toEqual({ step: 'over', status: at('done') });
    expect(ended).toBe(true);
  });

  test.each([
    ['the answer never reached the server', 'started' as const],
    ['the server is not reached any more', null],
  ])('says so where %s', async (_, state) => {
    server = state;
    begin();
    post.reject(failed('noAnswer', 0));
    await rounds(12);
    expect(last()).toMatchObject({ step: 'refused', error: { code: 'noAnswer' } });
    expect(ended).toBe(true);
  });

  test('is refused at once where the server refuses it, or nobody knows which one it was', async () => {
    begin();
    post.reject(failed('signInUsed', 400));
    await rounds(1);
    expect(shown).toMatchObject([{ step: 'refused', error: { code: 'signInUsed' } }]);
    begin('');
    post.reject(failed('serverUnavailable', 504));
    await rounds(1);
    expect(last()).toMatchObject({ step: 'refused', error: { code: 'serverUnavailable' } });
  });

  test('waits for a sign-in to NocoBase itself', async () => {
    begin();
    post.reject(failed('signedOut', 401));
    await rounds(2);
    expect(shown).toEqual([{ step: 'signIn' }]);
  });

  test('shows nothing on a page that is left', async () => {
    begin();
    away.abort();
    post.resolve(at('done'));
    await rounds(2);
    expect(shown).toEqual([]);
    expect(ended).toBe(true);
  });
});
