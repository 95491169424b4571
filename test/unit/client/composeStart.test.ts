import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ComposeStart } from '../../../src/client/compose/desk';
import { formOf } from '../../../src/client/compose/draft';
import { useStart, type Starting } from '../../../src/client/compose/useStart';
import type { OutboxInput } from '../../../src/shared/types';
import { mounted, settle } from './hooks';

/** Answers that wait until the test gives them, in the order they were asked for. */
const asked = vi.hoisted(() => [] as { call: unknown[]; all: unknown[]; give: (answer: unknown) => void }[]);

vi.mock('react', () => import('./hooks'));
vi.mock('../../../src/client/live', () => ({ liveOf: () => undefined }));
vi.mock('../../../src/client/compose/useUnsaved', () => ({ leftFor: () => null }));
vi.mock('../../../src/client/compose/content', async (original) => ({
  ...(await original<object>()),
  htmlToText: (html: string) => html,
}));
vi.mock('../../../src/client/api', () => {
  const ask =
    (name: string) =>
    (...all: unknown[]) =>
      new Promise((give) => asked.push({ call: typeof all[0] === 'string' ? [name, all[0]] : [name], all, give }));
  const saveOnce = (key: string, mail: unknown) => ask('save')(mail, key);
  const outbox = { prepare: ask('prepare'), saveOnce, remove: ask('remove') };
  const api = { outbox, signatures: { list: () => Promise.resolve([]) } };
  return { useApi: () => api, useApp: () => api, errorView: (error: unknown) => error };
});

const calls = () => asked.map(({ call }) => call.join(' '));
const answer = async (at: number, value: unknown) => {
  asked[at]?.give(value);
  await settle();
};

const start = (answer: 'reply' | 'forward'): ComposeStart => ({ kind: 'answer', messageId: '7', answer });
const prepared: OutboxInput = { accountId: '1', to: [], subject: 'Fwd: Plan', html: '<p></p>', text: '' };
const row = { ...prepared, id: '12', state: 'draft', version: 0, attachments: [] };
const noAnswer = () => Promise.reject(new Error('no answer'));
const begin = (kind: 'reply' | 'forward') => mounted<Starting, ComposeStart>(useStart, start(kind));

/** A forward whose first save got no answer and whose second one has not got one yet. */
async function tryAgain() {
  const hook = begin('forward');
  await answer(0, prepared);
  await answer(1, noAnswer());
  void hook.current.reload();
  await settle();
  await answer(2, prepared);
  return hook;
}

beforeEach(() => void asked.splice(0));

describe('a mail that begins', () => {
  test('as a forward has a draft, for the files of the original', async () => {
    const hook = begin('forward');
    await answer(0, prepared);
    await answer(1, row);
    expect(hook.current.data).toMatchObject({ row: { id: '12' }, fresh: true });
    hook.unmount();
    await settle();
    expect(calls()).toEqual(['prepare 7', 'save']);
  });

  test('as a forward that is closed while the original is being fetched makes no draft', async () => {
    const hook = begin('forward');
    hook.unmount();
    await answer(0, prepared);
    expect(calls()).toEqual(['prepare 7']);
  });

  test('as a forward that is closed while its files are being fetched leaves no draft', async () => {
    const hook = begin('forward');
    await answer(0, prepared);
    hook.unmount();
    await answer(1, row);
    expect(calls()).toEqual(['prepare 7', 'save', 'remove 12']);
  });

  test('in a dialog that is still closing when the draft comes leaves none either', async () => {
    const hook = begin('forward');
    await answer(0, prepared);
    hook.current.abandon();
    await answer(1, row);
    expect(calls()).toEqual(['prepare 7', 'save', 'remove 12']);
    hook.unmount();
  });

  test('as a forward whose draft was made without an answer goes on with that one when it is tried again', async () => {
    const hook = await tryAgain();
    const [first, second] = asked.filter(({ call }) => call[0] === 'save').map(({ all: [, key] }) => key);
    expect(first).toMatch(/^[\x21-\x7e]{8,128}$/);
    expect(second).toBe(first);
    await answer(3, row);
    expect(hook.current.data).toMatchObject({ row: { id: '12' }, fresh: true });
    hook.unmount();
  });

  test('as a forward that was written on elsewhere before it is tried again has what was written', async () => {
    const hook = await tryAgain();
    hook.current.abandon();
    const written = { ...row, version: 2, subject: 'Written' };
    await answer(3, written);
    expect(hook.current.data).toEqual({ form: formOf(written), row: written });
    hook.unmount();
    expect(calls()).not.toContain('remove 12');
  });

  test('as a reply that is closed while it is loading makes no draft', async () => {
    const hook = begin('reply');
    hook.unmount();
    await answer(0, prepared);
    expect(calls()).toEqual(['prepare 7']);
  });
});
