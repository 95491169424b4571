import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Place } from '../../../src/client/mail/changes/place';
import type { ThreadDetail, ThreadPage } from '../../../src/shared/types';
import { useThreads, type Threads } from '../../../src/client/mail/list/useThreads';
import { useThread, type OpenThread } from '../../../src/client/mail/useThread';
import type { ThreadsAsked } from '../../../src/client/mail/search/filter';
import { mounted } from './hooks';

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
    messages: { setFlags: (...call: unknown[]) => ask('setFlags', ...call) },
  };
  return { useApi: () => api, errorView: (error: unknown) => error };
});
vi.mock('../../../src/client/live', () => ({ useLiveEvent: () => undefined }));

const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => void asked.splice(0));

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
