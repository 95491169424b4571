import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useConnect, type Connect } from '../../../src/client/accounts/useConnect';
import { mounted, settle } from './hooks';

vi.mock('react', () => import('./hooks'));
const toast = vi.hoisted(() => ({ error: () => undefined }));
const api = vi.hoisted(() => ({
  accounts: { connect: () => Promise.resolve({ connectId: '1', authorizeUrl: 'https://login.example/' }) },
}));
vi.mock('antd', () => ({ App: { useApp: () => ({ message: toast }) } }));
vi.mock('../../../src/client/api', () => ({ useApi: () => api, errorView: (error: unknown) => error }));
vi.mock('../../../src/client/locale', () => ({ useT: () => (text: string) => text, errorText: () => ({}) }));

let assigned: string[];

beforeEach(() => {
  assigned = [];
  const location = { pathname: '/admin/mail', search: '', hash: '', assign: (url: string) => assigned.push(url) };
  vi.stubGlobal('window', Object.assign(new EventTarget(), { location }));
  vi.stubGlobal('sessionStorage', { setItem: () => undefined });
});
afterEach(() => vi.unstubAllGlobals());

const showPage = (persisted: boolean) => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));

describe('connecting a mailbox', () => {
  test('is possible again on a page to which the browser went back from Microsoft', async () => {
    const hook = mounted<Connect, null>(() => useConnect(), null);
    void hook.current.connect('microsoft');
    await settle();
    expect(assigned).toEqual(['https://login.example/']);
    showPage(false);
    await settle();
    expect(hook.current.leaving).toBe(true);
    showPage(true);
    await settle();
    expect(hook.current.leaving).toBe(false);
    hook.unmount();
  });
});
