import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyMailState, MailLive } from '../../../src/client/mailLive';
import { LIVE_EVENTS } from '../../../src/shared/constants';

const account = (id: string, unread: number) => ({ id, unread });

describe('the shared state of mail', () => {
  const eventBus = new EventTarget();
  const page = Object.assign(new EventTarget(), { hidden: false });
  let answer: () => Promise<unknown>;
  let token: string | null;
  const request = vi.fn((_config: unknown) => answer());
  let live: MailLive;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', page);
    vi.stubGlobal('window', new EventTarget());
    request.mockClear();
    token = 'token';
    page.hidden = false;
    answer = () => Promise.resolve({ data: { data: { accounts: [account('1', 2), account('2', 3)], providers: [] } } });
    const apiClient = {
      request,
      auth: {
        get token() {
          return token;
        },
      },
    };
    live = new MailLive({ apiClient, eventBus } as never, emptyMailState());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const tell = (event: string, detail?: object) =>
    eventBus.dispatchEvent(Object.assign(new Event(`ws:message:${event}`), { detail }));
  const settle = () => vi.advanceTimersByTimeAsync(1000);

  test('is read on first use, and counts over all accounts', async () => {
    const release = live.use();
    await settle();
    expect(live.state).toMatchObject({ loaded: true, unread: 5, error: null });
    release();
  });

  test('is empty when somebody else signs in, whatever was asked for the one before', async () => {
    const release = live.use();
    await settle();
    let late: (value: unknown) => void = () => undefined;
    answer = () => new Promise((resolve) => (late = resolve));
    void live.refresh();
    live.forget();
    expect(live.state).toEqual(emptyMailState());
    late({ data: { data: { accounts: [account('1', 2)], providers: [] } } });
    answer = () => Promise.resolve({ data: { data: { accounts: [account('9', 1)], providers: [] } } });
    await settle();
    expect(live.state).toMatchObject({ loaded: true, unread: 1, accounts: [{ id: '9' }] });
    release();
  });

  test('is read once for a burst of events', async () => {
    const release = live.use();
    await settle();
    for (let i = 0; i < 20; i++) tell(LIVE_EVENTS.thread, { accountId: '1' });
    await settle();
    expect(request).toHaveBeenCalledTimes(2);
    release();
  });

  test('is looked at once a minute while no event comes, and lists are told only of a difference', async () => {
    const told = vi.fn();
    const release = live.on(LIVE_EVENTS.thread, told);
    await settle();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request).toHaveBeenCalledTimes(2);
    expect(told).not.toHaveBeenCalled();
    answer = () => Promise.resolve({ data: { data: { accounts: [account('1', 9)], providers: [] } } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveBeenCalledWith(null);
    page.hidden = true;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(request).toHaveBeenCalledTimes(3);
    release();
    page.hidden = false;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(request).toHaveBeenCalledTimes(3);
  });

  test('is not read for what happens in the outbox', async () => {
    const release = live.use();
    await settle();
    tell(LIVE_EVENTS.outbox, { outboxId: '1' });
    await settle();
    expect(request).toHaveBeenCalledTimes(1);
    release();
  });

  test('is read again, and listeners are told to, when the websocket is signed in again', async () => {
    const heard: unknown[] = [];
    const release = live.on(LIVE_EVENTS.mailbox, (payload) => heard.push(payload));
    await settle();
    tell(LIVE_EVENTS.mailbox, { mailboxId: '7' });
    tell('authorized');
    await settle();
    expect(heard).toEqual([{ mailboxId: '7' }, null]);
    expect(request).toHaveBeenCalledTimes(2);
    release();
  });

  test('is read again when the tab was away for long, not after a glance elsewhere', async () => {
    const release = live.use();
    await settle();
    const away = async (milliseconds: number) => {
      page.hidden = true;
      page.dispatchEvent(new Event('visibilitychange'));
      await vi.advanceTimersByTimeAsync(milliseconds);
      page.hidden = false;
      page.dispatchEvent(new Event('visibilitychange'));
      await settle();
    };
    await away(5000);
    expect(request).toHaveBeenCalledTimes(1);
    await away(60_000);
    expect(request).toHaveBeenCalledTimes(2);
    release();
  });

  test('listens no longer when the last user is gone', async () => {
    const [first, second] = [live.use(), live.use()];
    await settle();
    first();
    tell(LIVE_EVENTS.account);
    await settle();
    expect(request).toHaveBeenCalledTimes(2);
    second();
    tell(LIVE_EVENTS.account);
    await settle();
    expect(request).toHaveBeenCalledTimes(2);
  });

  test('keeps what it knew when a later read fails, and says so', async () => {
    const release = live.use();
    await settle();
    answer = () => Promise.reject({ response: { status: 502 } });
    await live.refresh();
    expect(live.state).toMatchObject({ unread: 5, error: { code: 'serverUnavailable' } });
    release();
  });

  test('a change during a read is followed by another read', async () => {
    let first: (value: unknown) => void = () => undefined;
    const late = { data: { data: { accounts: [account('1', 9)], providers: [] } } };
    answer = () => new Promise((resolve) => (first = resolve));
    const reading = live.refresh();
    const asked = live.refresh();
    answer = () => Promise.resolve(late);
    first({ data: { data: { accounts: [], providers: [] } } });
    await Promise.all([reading, asked]);
    expect(live.state.unread).toBe(9);
  });

  test('nobody is asked for visitors who are not signed in', async () => {
    token = null;
    const release = live.use();
    await settle();
    expect(request).not.toHaveBeenCalled();
    release();
  });
});
