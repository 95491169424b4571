import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { formOf, type ComposeForm } from '../../../src/client/compose/draft';
import { useDraft, type Draft } from '../../../src/client/compose/useDraft';
import type { ErrorView, OutboxInput, OutboxView } from '../../../src/shared/types';
import { mounted } from './hooks';

/** The server: what it is given to save, and what it refuses. */
const server = vi.hoisted(() => ({
  saved: [] as { id: string | null; input: OutboxInput }[],
  refuse: (() => null) as (input: OutboxInput, id: string | null) => ErrorView | null,
}));

vi.mock('react', () => import('./hooks'));
vi.mock('../../../src/client/compose/useUnsaved', () => {
  const keeper = { keep: () => undefined, drop: () => undefined };
  return { useKeeper: () => keeper };
});
vi.mock('../../../src/client/compose/content', async (original) => ({
  ...(await original<object>()),
  htmlToText: (html: string) => html,
}));
vi.mock('../../../src/client/api', () => {
  const save = async (input: OutboxInput, known?: { id: string }): Promise<unknown> => {
    const refused = server.refuse(input, known?.id ?? null);
    if (refused) throw Object.assign(new Error(refused.code), refused);
    server.saved.push({ id: known?.id ?? null, input });
    return { ...input, id: known?.id ?? '12', state: 'draft', version: server.saved.length, updatedAt: '' };
  };
  const api = { outbox: { save } };
  return { useApi: () => api, errorView: (error: unknown) => error };
});

const NOT_FOUND: ErrorView = { code: 'notFound', kind: 'permanent', who: 'user' };
const answer: OutboxInput = {
  ...{ accountId: '1', to: [], subject: 'Re: Plan', html: null, text: 'My words' },
  inReplyTo: { messageId: '7', kind: 'reply' },
};
const begin = (form: ComposeForm, row: OutboxView | null = null) =>
  mounted<Draft, null>(() => useDraft(form, row, null), null);
const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget());
  server.saved.splice(0);
});
afterEach(() => vi.unstubAllGlobals());

describe('an answer to a message that is gone', () => {
  test('is kept as a mail of its own, and saved on as one', async () => {
    server.refuse = ({ inReplyTo }) => (inReplyTo ? NOT_FOUND : null);
    const hook = begin(formOf(answer));
    hook.current.change({ subject: 'Written' });
    await hook.current.flush();
    await settle();
    expect(hook.current).toMatchObject({ row: { id: '12' }, saving: { state: 'saved', error: null } });
    hook.current.change({ subject: 'Written on' });
    await hook.current.flush();
    expect(server.saved).toMatchObject([
      { id: null, input: { subject: 'Written', text: 'My words', inReplyTo: null } },
      { id: '12', input: { subject: 'Written on', inReplyTo: null } },
    ]);
    hook.unmount();
  });

  test('stays one in a draft that was stored before', async () => {
    server.refuse = () => null;
    const hook = begin(formOf(answer), { ...answer, id: '12', version: 1 } as OutboxView);
    hook.current.change({ subject: 'Written on' });
    await hook.current.flush();
    expect(server.saved).toMatchObject([{ id: '12', input: { inReplyTo: { messageId: '7' } } }]);
    hook.unmount();
  });
});

test('an answer that is not taken for its account stays an answer', async () => {
  server.refuse = () => NOT_FOUND;
  const hook = begin(formOf(answer));
  hook.current.change({ subject: 'Written' });
  await expect(hook.current.flush()).rejects.toMatchObject(NOT_FOUND);
  await settle();
  expect(hook.current).toMatchObject({
    form: { subject: 'Written', inReplyTo: { messageId: '7' } },
    saving: { state: 'failed', error: NOT_FOUND },
  });
  hook.unmount();
});
