/** What a browser would do: sign in at Microsoft's stand-in, and ask the API. */
import type { AppProcess, SandboxProcess } from './parts';

/** Registered at the sandbox as a place to return to, on every port. */
const ORIGIN = 'http://localhost:13000';

/** Calls of one user. */
export interface ApiClient {
  /** @throws Error on any other status than 200 */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  /** A multipart form, as a browser sends files. */
  upload<T>(path: string, form: FormData): Promise<T>;
}

export function apiClient(origin: string, token: string): ApiClient {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-authenticator': 'basic',
    origin: ORIGIN,
  };
  const json = { 'content-type': 'application/json' };
  // A sign-in is bound to the browser that started it.
  let cookie = '';
  const ask = async <T>(path: string, init: RequestInit, more: Record<string, string> = {}): Promise<T> => {
    const response = await fetch(`${origin}/api/${path}`, { ...init, headers: { ...headers, ...more, cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}: ${text.slice(0, 300)}`);
    return (JSON.parse(text) as { data: T }).data;
  };
  return {
    get: (path) => ask(path, {}),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }, json),
    // Its boundary is in the type, which fetch knows.
    upload: (path, form) => ask(path, { method: 'POST', body: form }),
  };
}

/** The administrator, signed in. */
export async function administratorOf(app: AppProcess): Promise<ApiClient> {
  return apiClient(app.origin, await app.call('administrator'));
}

/** Tells the app where Microsoft's stand-in is. */
export async function configure(app: AppProcess, { settings }: SandboxProcess): Promise<void> {
  const administrator = await administratorOf(app);
  await administrator.post('mailProviders:save', {
    name: 'microsoft',
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    accountTypes: 'common',
    advanced: { authorityHost: settings.authorityHost, imap: settings.imap, smtp: settings.smtp },
  });
}

/** A mailbox that was just connected. */
export interface Connected {
  /** When the app said that the sign-in is saved, in milliseconds since 1970. */
  savedAt: number;
}

/** Connects a mailbox from its first message on. */
export async function connect(client: ApiClient, box: SandboxProcess, mailbox: string): Promise<Connected> {
  const { authorizeUrl } = await client.post<{ authorizeUrl: string }>('mailAccounts:connect', {
    provider: 'microsoft',
    returnPath: '/admin/mail',
    startDate: '2000-01-01T00:00:00.000Z',
  });
  const back = new URL(await box.call('signIn', { url: authorizeUrl, user: mailbox }));
  const answer = { state: back.searchParams.get('state'), code: back.searchParams.get('code') };
  const { state } = await client.post<{ state: string }>('mailAccounts:finish', answer);
  if (state !== 'done') throw new Error(`The mailbox was not connected: ${state}`);
  return { savedAt: performance.timeOrigin + performance.now() };
}
