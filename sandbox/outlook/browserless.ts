/** A browser of forms only: walks the sign-in pages for tests that need no Chromium. */
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { SandboxUser } from './fixtures';

const STEP_LIMIT = 20;

export interface SignInOptions {
  /** false presses Cancel on the consent page (and where none comes, nothing is refused). Default true. */
  consent?: boolean;
  /** Another password than the user's own. */
  password?: string;
  /** Cookies of an earlier walk, to be changed by this one: the same browser again. */
  cookies?: Map<string, string>;
}

interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

/**
 * Walks from the authorize URL to the redirect back to the app and returns its full URL. Where the identity provider
 * keeps the user (wrong password, unknown redirect), throws an error with the text of that page.
 */
export async function signIn(
  origin: string,
  ca: string,
  authorizeUrl: string,
  user: SandboxUser,
  options: SignInOptions = {},
): Promise<string> {
  const cookies = options.cookies ?? new Map<string, string>();
  let url = authorizeUrl;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < STEP_LIMIT; step++) {
    if (new URL(url).origin !== origin) return withQuery(url);
    const answer = await request(url, readFileSync(ca), cookies, form);
    form = undefined;
    if (answer.location) {
      url = new URL(answer.location, url).href;
      continue;
    }
    const next = submit(answer.body, user, options);
    if (!next) throw new Error(pageText(answer.body));
    url = new URL(next.action, url).href;
    form = next.form;
  }
  throw new Error(`The sign-in did not end within ${STEP_LIMIT} steps`);
}

/** An answer given in the fragment as a query: the page at the other end reads both alike. */
function withQuery(url: string): string {
  const back = new URL(url);
  if (back.hash.includes('state=')) back.search = back.hash.slice(1);
  back.hash = '';
  return back.href;
}

function submit(
  html: string,
  user: SandboxUser,
  options: SignInOptions,
): { action: string; form: URLSearchParams } | undefined {
  const actions = [...html.matchAll(/action="([^"]+)"/g)].map((match) => match[1] ?? '');
  const to = (name: string) => actions.find((action) => action.endsWith(`/${name}`));
  const alert = /role="alert"/.test(html);
  const go = (name: string, fields: Record<string, string> = {}) => {
    const action = to(name);
    return action ? { action, form: new URLSearchParams(fields) } : undefined;
  };
  if (alert) return undefined;
  if (/document\.forms\[0\]\.submit/.test(html)) {
    // oidc-provider ends the session of the account before with a form that submits itself.
    const hidden = [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map((one) => [one[1] ?? '', one[2] ?? '']);
    return { action: actions[0] ?? '', form: new URLSearchParams(hidden) };
  }
  if (to('choose')) {
    const offered = html.includes(`value="${user.oid}"`);
    return go('choose', { account: offered ? user.oid : '' });
  }
  if (to('login') && !html.includes(`value="${user.upn}"`)) return go('other');
  if (to('login')) return go('login', { loginfmt: user.upn, passwd: options.password ?? user.password });
  if (to('email')) return go('email', { loginfmt: user.upn });
  if (to('consent')) return options.consent === false ? go('cancel') : go('consent');
  return go('refused');
}

function request(url: string, ca: Buffer, cookies: Map<string, string>, form?: URLSearchParams): Promise<Answer> {
  const headers: Record<string, string> = {
    accept: 'text/html',
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
  };
  return new Promise((resolve, reject) => {
    const req = https.request(url, { ca, headers, method: form ? 'POST' : 'GET', agent: false }, (res) => {
      for (const cookie of res.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value) cookies.set(name, value);
        else cookies.delete(name);
      }
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, location: res.headers.location, body }));
    });
    req.on('error', reject);
    req.end(form?.toString());
  });
}

function pageText(html: string): string {
  const text = /id="(?:err|error)"[^>]*>([^<]*)</.exec(html)?.[1];
  return (
    text ??
    html
      .replace(/<style>.*?<\/style>/s, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 300)
  );
}
