import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Application } from '@nocobase/client-v2';
import { ComposeDock } from '../../../src/client/compose/ComposeDock';
import { deskOf } from '../../../src/client/compose/desk';
import { newForm } from '../../../src/client/compose/draft';
import { useClosing, type Closing } from '../../../src/client/compose/useClosing';
import type { OutboxView } from '../../../src/shared/types';
import { mounted, settle } from './hooks';

/** What a component draws. */
interface Drawn {
  type: unknown;
  props: Record<string, unknown> & { children?: unknown };
}

const app = vi.hoisted(() => ({}) as Application);
const outbox = vi.hoisted(() => ({ removed: [] as string[] }));
const message = vi.hoisted(() => ({ info: () => undefined }));

vi.mock('react', async () => {
  const createElement = (type: unknown, props: object | null, ...children: unknown[]): Drawn => ({
    type,
    props: { ...props, ...(children.length > 0 && { children }) },
  });
  return { ...(await import('./hooks')), default: { createElement, Fragment: 'fragment' } };
});
vi.mock('react-dom', () => ({ createPortal: (drawn: unknown) => drawn }));
vi.mock('antd', () => ({ Button: 'button', Flex: 'flex', theme: { useToken: () => ({ token: {} }) } }));
vi.mock('@ant-design/icons', () => ({ CloseOutlined: 'icon', EditOutlined: 'icon' }));
vi.mock('@nocobase/flow-engine', () => ({
  observable: (value: unknown) => value,
  observer: (component: unknown) => component,
  useFlowEngine: () => ({ context: { message } }),
}));
vi.mock('../../../src/client/compose/Composer', () => ({ Composer: 'composer' }));
vi.mock('../../../src/client/compose/LeftBehind', () => ({ LeftBehind: 'leftBehind' }));
vi.mock('../../../src/client/compose/Slot', () => ({ Slot: 'slot' }));
vi.mock('../../../src/client/locale', () => ({ useT: () => (text: string) => text, errorText: () => ({}) }));
vi.mock('../../../src/client/api', () => {
  const api = { outbox: { remove: (id: string) => Promise.resolve(void outbox.removed.push(id)) } };
  return { useApi: () => api, useApp: () => app, errorView: (error: unknown) => error };
});
vi.stubGlobal('document', { createElement: () => ({}) });

/** All that a component draws, from the outside to the inside. */
function all(drawn: unknown): Drawn[] {
  if (Array.isArray(drawn)) return drawn.flatMap(all);
  if (typeof drawn !== 'object' || drawn === null || !('props' in drawn)) return [];
  return [drawn as Drawn, ...all((drawn as Drawn).props.children)];
}

const desk = deskOf(app);
const dock = () => mounted(ComposeDock as unknown as (props: object) => unknown, { narrow: false, threadId: null });
const composerIn = (drawn: unknown) => all(drawn).find(({ type }) => type === 'composer')!.props;
const pressClose = (drawn: unknown) => {
  const button = all(drawn).find(({ props }) => props['aria-label'] === 'Close and keep the draft');
  (button!.props.onClick as () => void)();
};

const begun = newForm({ kind: 'new' }, []);
const file = { id: '1', filename: 'plan.pdf', contentType: 'application/pdf', size: 1, contentId: null };
const row = { id: '12', state: 'draft', version: 0, attachments: [file] } as unknown as OutboxView;

/** The part of a forward's composer that closes it. */
function forward({ closedBy, onClose }: Record<string, unknown>, form = begun) {
  const saved: string[] = [];
  const draft = {
    ...{ form, row, saving: { state: 'saved' }, release: () => undefined },
    flush: () => Promise.resolve(void saved.push(form.subject)),
  };
  const facts = {
    ...{ draft, started: { form: begun, row, fresh: true }, uploads: { files: row.attachments, running: [] } },
    ...{ images: { running: 0 }, yields: false, closedBy, onClose },
  };
  const hook = mounted<Closing, Parameters<typeof useClosing>[0]>(useClosing, facts as never);
  return { saved, unmount: () => hook.unmount() };
}

beforeEach(() => {
  outbox.removed.splice(0);
  desk.closeAll();
  desk.open({ kind: 'answer', messageId: '7', answer: 'forward' });
  desk.minimise(desk.state.windows[0]!.key, true);
});

describe('a minimised forward that is closed', () => {
  test('leaves no draft when nothing was written in it', async () => {
    const page = dock();
    const composer = forward(composerIn(page.current));
    pressClose(page.current);
    await settle();
    expect([outbox.removed, desk.state.windows]).toEqual([['12'], []]);
    composer.unmount();
    page.unmount();
  });

  test('is saved and kept when something was', async () => {
    const page = dock();
    const composer = forward(composerIn(page.current), { ...begun, subject: 'Written' });
    pressClose(page.current);
    expect(desk.state.windows).toHaveLength(1);
    await settle();
    expect([composer.saved, outbox.removed, desk.state.windows]).toEqual([['Written'], [], []]);
    composer.unmount();
    page.unmount();
  });

  test('goes at once as long as it is loading, or where it could not be loaded', () => {
    const page = dock();
    pressClose(page.current);
    expect(desk.state.windows).toEqual([]);
    page.unmount();
  });

  test('goes at once when it loads something else in its place', () => {
    const page = dock();
    forward(composerIn(page.current)).unmount();
    pressClose(page.current);
    expect([outbox.removed, desk.state.windows]).toEqual([[], []]);
    page.unmount();
  });
});
