import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { formOf, type ComposeForm } from '../../../src/client/compose/draft';
import { useDraft, type Draft } from '../../../src/client/compose/useDraft';
import type { ErrorView, OutboxInput, OutboxView } from '../../../src/shared/types';
import { mounted, settle } from './hooks';

/** The server: what it is given to save, what it refuses, and whose answers are lost. */
const server = vi.hoisted(() => ({
  saved: [] as { id: string | null; input: OutboxInput }[],
  rows: new Map<string, OutboxView>(),
  refuse: (() => null) as (input: OutboxInput, id: string | null) => ErrorView | null,
  lost: 0,
}));

vi.mock('react', () => import('./hooks'));
vi.mock('../../../src/client/compose/useUnsaved', () => {
  const keeper = { key: 'new', keep: () => undefined, drop: () => undefined };
  return { useKeeper: () => keeper };
});
vi.mock('../../../src/client/compose/content', async (original) => ({
  ...(await original<object>()),
  htmlToText: (html: string) => html,
}));
vi.mock('../../../src/client/api', () => {
  const error = (view: ErrorView) => Object.assign(new Error(view.code), view);
  const write = (id: string, input: OutboxInput, known: { id: string; version: number } | null): OutboxView => {
    const refused = server.refuse(input, known?.id ?? null);
    if (refused) throw error(refused);
    const before = server.rows.get(id);
    if (known && before?.version !== known.version)
      throw error({ code: 'outboxChanged', kind: 'permanent', who: 'user' });
    const row = { ...input, id, state: 'draft', version: before ? before.version + 1 : 0, updatedAt: '' } as OutboxView;
    server.rows.set(id, row);
    server.saved.push({ id: known?.id ?? null, input });
    if (server.lost-- > 0) throw error({ code: 'serverUnreachable', kind: 'transient', who: 'nobody' });
    return row;
  };
  const outbox = {
    save: async (input: OutboxInput, known: { id: string; version: number }) => write(known.id, input, known),
    saveOnce: async (key: string, input: OutboxInput) => server.rows.get(key) ?? write(key, input, null),
    get: async (id: string) => server.rows.get(id),
  };
  const api = { outbox };
  return { useApi: () => api, errorView: (thrown: unknown) => thrown };
});

const NOT_FOUND: ErrorView = { code: 'notFound', kind: 'permanent', who: 'user' };
const answer: OutboxInput = {
  ...{ accountId: '1', to: [], subject: 'Re: Plan', html: null, text: 'My words' },
  inReplyTo: { messageId: '7', kind: 'reply' },
};
const begin = (form: ComposeForm, row: OutboxView | null = null) =>
  mounted<Draft, null>(() => useDraft(form, row, null), null);

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget());
  server.saved.splice(0);
  server.rows.clear();
  server.refuse = () => null;
  server.lost = 0;
});
afterEach(() => vi.unstubAllGlobals());

describe('an answer to a message that is gone', () => {
  test('is kept as a mail of its own, and saved on as one', async () => {
    server.refuse = ({ inReplyTo }) => (inReplyTo ? NOT_FOUND : null);
    const hook = begin(formOf(answer));
    hook.current.change({ subject: 'Written' });
    await hook.current.flush();
    await settle();
    expect(hook.current).toMatchObject({ row: { id: 'new.0' }, saving: { state: 'saved', error: null } });
    hook.current.change({ subject: 'Written on' });
    await hook.current.flush();
    expect(server.saved).toMatchObject([
      { id: null, input: { subject: 'Written', text: 'My words', inReplyTo: null } },
      { id: 'new.0', input: { subject: 'Written on', inReplyTo: null } },
    ]);
    hook.unmount();
  });

  test('stays one in a draft that was stored before', async () => {
    const row = { ...answer, id: '12', version: 1 } as OutboxView;
    server.rows.set('12', row);
    const hook = begin(formOf(answer), row);
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

describe('a mail whose first save was stored without an answer', () => {
  const mail: OutboxInput = { ...answer, inReplyTo: null };
  const lose = async () => {
    const hook = begin(formOf(mail));
    server.lost = 1;
    hook.current.change({ subject: 'Begun' });
    await expect(hook.current.flush()).rejects.toMatchObject({ kind: 'transient' });
    hook.current.change({ subject: 'Written on' });
    return hook;
  };

  test('has one draft, with what was written since', async () => {
    const hook = await lose();
    await hook.current.flush();
    await settle();
    expect([...server.rows.values()]).toMatchObject([{ id: 'new.0', subject: 'Written on' }]);
    expect(hook.current).toMatchObject({ row: { id: 'new.0', version: 1 }, saving: { state: 'saved' } });
    hook.unmount();
  });

  test('overwrites nothing that was written in it elsewhere', async () => {
    const hook = await lose();
    const theirs = { ...server.rows.get('new.0')!, subject: 'Elsewhere', version: 1 };
    server.rows.set('new.0', theirs);
    await expect(hook.current.flush()).rejects.toMatchObject({ code: 'outboxChanged' });
    await settle();
    expect(hook.current.conflict).toMatchObject({ kind: 'changed', theirs });
    hook.current.settle('mine');
    await settle();
    expect([...server.rows.values()]).toMatchObject([{ subject: 'Written on' }]);
    hook.unmount();
  });

  test('is kept as another one where that was sent from elsewhere', async () => {
    const hook = await lose();
    server.rows.set('new.0', { ...server.rows.get('new.0')!, state: 'sent', version: 2 });
    await expect(hook.current.flush()).rejects.toMatchObject({ code: 'outboxChanged' });
    await settle();
    expect(hook.current.conflict).toMatchObject({ kind: 'left' });
    hook.current.settle('mine');
    await settle();
    expect(server.rows.get('new.0')).toMatchObject({ subject: 'Begun', state: 'sent' });
    expect(server.rows.get('new.1')).toMatchObject({ subject: 'Written on' });
    hook.unmount();
  });
});
