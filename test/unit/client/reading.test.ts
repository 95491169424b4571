import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Place } from '../../../src/client/mail/changes/place';
import type { MessageBody, ThreadDetail, ThreadPage } from '../../../src/shared/types';
import { useThreads, type Threads } from '../../../src/client/mail/list/useThreads';
import { useThread, type OpenThread } from '../../../src/client/mail/useThread';
import type { ThreadsAsked } from '../../../src/client/mail/search/filter';
import { useBody, type OpenBody } from '../../../src/client/mail/useBody';
import { useMarkRead } from '../../../src/client/mail/useMarkRead';
import { recipientsOf } from '../../../src/client/mail/useOutbox';
import { mounted, settle } from './hooks';

/** Answers that wait until the test gives them, in the order they were asked for. */
const asked = vi.hoisted(
  () => [] as { call: unknown[]; give: (answer: unknown) => void; refuse: (error: unknown) => void }[],
);
const ask = vi.hoisted(
  () =>
    (...call: unknown[]) =>
      new Promise((give, refuse) => asked.push({ call, give, refuse })),
);

vi.mock('react', () => import('./hooks'));
vi.mock('../../../src/client/api', () => {
  const api = {
    threads: { list: (...call: unknown[]) => ask('list', ...call), get: (...call: unknown[]) => ask('get', ...call) },
    messages: {
      setFlags: (...call: unknown[]) => ask('setFlags', ...call),
      body: (...call: unknown[]) => ask('body', ...call),
    },
  };
  return { useApi: () => api, errorView: (error: unknown) => error };
});
vi.mock('../../../src/client/live', () => ({ useLiveEvent: () => undefined }));

beforeEach(() => void asked.splice(0));
afterEach(() => void vi.useRealTimers());

describe('a list of conversations', () => {
  const INBOX: ThreadsAsked = { kind: 'list', query: { role: 'inbox', unread: false } };
  const page: ThreadPage = { threads: [], next: null };

  test('that is left while it is read again keeps nobody waiting for it', async () => {
    const hook = mounted<Threads, ThreadsAsked | null>((list) => useThreads(list, null), INBOX);
    asked[0]?.give(page);
    await settle();
    let ended = false;
    void hook.current.reload().then(() => (ended = true));
    // Drafts are no conversations.
    hook.show(null);
    await settle();
    expect(ended).toBe(true);
    hook.unmount();
  });
});

describe('an open conversation', () => {
  const detail = (subject: string): ThreadDetail => ({ id: 't', accountId: '1', subject, messages: [] });

  test('is asked for as it lies where the reader stands, again where he stands elsewhere', () => {
    const inbox: Place = { kind: 'role', role: 'inbox' };
    const hook = mounted<OpenThread, Place>((place) => useThread('t', place), inbox);
    hook.show({ ...inbox });
    hook.show({ kind: 'mailbox', mailboxId: '7', role: 'none', accountId: '1' });
    hook.show({ kind: 'everywhere' });
    expect(asked.map(({ call }) => call)).toEqual([
      ['get', 't', { role: 'inbox' }],
      ['get', 't', { mailboxId: '7' }],
      ['get', 't', {}],
    ]);
    hook.unmount();
  });

  test('is never shown as it was by an answer that comes late', async () => {
    const hook = mounted((id: string) => useThread(id, { kind: 'everywhere' }), 't');
    void hook.current.reload();
    const [first, second] = asked;
    second?.give(detail('new'));
    await settle();
    first?.give(detail('old'));
    await settle();
    expect(hook.current.detail?.subject).toBe('new');
    hook.unmount();
  });
});

describe('reading', () => {
  test('marks what was long enough on the screen, and does not ask for ever where that is refused', async () => {
    vi.useFakeTimers();
    const mark = vi.fn((_ids: string[]) => Promise.reject(new Error('refused')));
    const hook = mounted<void, [thread: string, unread: string[]]>(
      ([thread, unread]) => useMarkRead(thread, unread, mark),
      ['t', ['1', '2']],
    );
    await vi.advanceTimersByTimeAsync(2000);
    expect(mark.mock.calls).toEqual([[['1', '2']]]);
    // Shown as read meanwhile, and as unread again when it was refused.
    hook.show(['t', []]);
    hook.show(['t', ['1', '2']]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(mark).toHaveBeenCalledTimes(1);
    hook.show(['t', ['1', '2', '3']]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(mark.mock.lastCall).toEqual([['3']]);
    hook.show(['u', []]);
    hook.show(['t', ['1']]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(mark.mock.lastCall).toEqual([['1']]);
    hook.unmount();
  });
});

describe('images of other servers', () => {
  test('can be asked for again when they did not come, and why is told', async () => {
    const kept = new Map<string, MessageBody>();
    const bodies = {
      get: (key: string) => kept.get(key),
      set: (key: string, body: MessageBody) => void kept.set(key, body),
    };
    const hook = mounted<OpenBody, string>((id) => useBody(id, bodies), '1');
    asked[0]?.give({ id: '1', blockedImages: 2 });
    await settle();
    hook.current.loadImages();
    await settle();
    asked[1]?.refuse({ code: 'offline' });
    await settle();
    expect(hook.current).toMatchObject({ body: { blockedImages: 2 }, error: { code: 'offline' }, loading: false });
    hook.current.loadImages();
    await settle();
    asked[2]?.give({ id: '1', blockedImages: 0, remoteImages: true });
    await settle();
    expect(asked.map(({ call }) => call[2])).toEqual([
      { remoteImages: false },
      { remoteImages: true },
      { remoteImages: true },
    ]);
    expect(hook.current).toMatchObject({ body: { remoteImages: true }, error: null });
    hook.unmount();
  });
});

test('a mail on its way names those it goes to, whichever field they stand in', () => {
  const person = (address: string) => ({ name: '', address });
  expect(recipientsOf({ to: [], cc: [person('c@x')], bcc: [person('b@x')] })).toEqual([person('c@x'), person('b@x')]);
});
