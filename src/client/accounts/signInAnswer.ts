/**
 * What Microsoft put into the callback's address, and what this tab remembers of the sign-in it started.
 * The code never stays in an address: it lives in memory, and in sessionStorage only through a needed sign-in to NocoBase.
 */
import { OAUTH_CALLBACK_PATH, SIGN_IN_LIFETIME } from '../../shared/constants';

/** The authorization response (RFC 6749 section 4.1.2). */
export interface SignInAnswer {
  state: string;
  code?: string;
  error?: string;
  errorDescription?: string;
}

/** A sign-in under way; nothing in it is secret. */
export interface StartedSignIn {
  connectId: string;
  provider: string;
  /** Set when an account is connected again. */
  accountId?: string;
  /** Chosen for a new account (ISO). */
  startDate?: string;
  returnPath: string;
}

const ANSWER_KEY = 'mail.signIn.answer';
const STARTED_KEY = 'mail.signIn.started';

/** An administrator came back from approving the app for his whole organisation (Microsoft: v2-admin-consent). */
export interface ApprovalAnswer {
  approved: boolean;
}

/** What Microsoft says in the callback's query or fragment; pure. */
export interface CallbackAnswer {
  signIn: SignInAnswer | null;
  approval: ApprovalAnswer | null;
}

/**
 * Reads the callback's address. The answer is asked for in the fragment, which no server and no referrer sees;
 * some refusals come in the query all the same.
 */
export function parseAnswer(search: string, hash: string): CallbackAnswer {
  for (const text of [hash, search]) {
    const values = new URLSearchParams(text.replace(/^[#?]/, ''));
    const state = values.get('state');
    const code = values.get('code');
    const error = values.get('error');
    if (values.has('admin_consent')) {
      const approved = values.get('admin_consent')?.toLowerCase() === 'true' && !error;
      return { signIn: null, approval: { approved } };
    }
    // Every sign-in of ours has a state, which comes back with its refusal; an approval has none.
    if (error && !state) return { signIn: null, approval: { approved: false } };
    if (!state || !(code || error)) continue;
    const errorDescription = values.get('error_description');
    const signIn = {
      state,
      ...(code && { code }),
      ...(error && { error }),
      ...(errorDescription && { errorDescription }),
    };
    return { signIn, approval: null };
  }
  return { signIn: null, approval: null };
}

let taken: SignInAnswer | null = null;
let approval: ApprovalAnswer | null = null;

/** Takes the answer out of the address bar. Called while the bundle loads, before this plugin asks the server anything. */
export function takeAnswer(): void {
  const { pathname, search, hash } = window.location;
  if (!pathname.endsWith(OAUTH_CALLBACK_PATH) || !(search || hash)) return;
  ({ signIn: taken, approval } = parseAnswer(search, hash));
  window.history.replaceState(window.history.state, '', pathname);
}

/** Set when this page was opened by an administrator's approval. */
export const currentApproval = (): ApprovalAnswer | null => approval;

/** The response to be finished, or null. Kept until {@link dropAnswer}, because a page may be mounted twice. */
export function currentAnswer(): SignInAnswer | null {
  taken ??= stored<SignInAnswer>(ANSWER_KEY, true);
  return taken;
}

/** The response has been used, whatever came of it: a code works once. */
export function dropAnswer(): void {
  taken = null;
  sessionStorage.removeItem(ANSWER_KEY);
}

/** Lets the response survive the way through NocoBase's own sign-in page, in this tab and while the state lives. */
export function keepAnswer(): void {
  if (taken) store(ANSWER_KEY, taken);
}

export function rememberStarted(started: StartedSignIn): void {
  store(STARTED_KEY, started);
}

export function startedSignIn(): StartedSignIn | null {
  return stored<StartedSignIn>(STARTED_KEY, false);
}

export function forgetStarted(): void {
  sessionStorage.removeItem(STARTED_KEY);
}

function store(key: string, value: object): void {
  sessionStorage.setItem(key, JSON.stringify({ value, until: Date.now() + SIGN_IN_LIFETIME }));
}

function stored<T>(key: string, once: boolean): T | null {
  const text = sessionStorage.getItem(key);
  if (!text) return null;
  if (once) sessionStorage.removeItem(key);
  try {
    const { value, until } = JSON.parse(text) as { value: T; until: number };
    return until > Date.now() ? value : null;
  } catch {
    return null;
  }
}

/** Where this page is, to come back to: public path and runtime prefix included. */
export function currentPath(): string {
  const { pathname, search, hash } = window.location;
  return `${pathname}${search}${hash}`;
}

/** A path of this origin, or the fallback: what comes from a server row must not lead elsewhere. */
export function safePath(path: string | null | undefined, fallback: string): string {
  if (!path || !/^\/(?![/\\])/.test(path)) return fallback;
  const url = new URL(path, window.location.origin);
  // `/.//host` is a path here, and a host to whoever reads it next.
  const stays = url.origin === window.location.origin && !url.pathname.startsWith('//');
  return stays ? `${url.pathname}${url.search}${url.hash}` : fallback;
}

/** What to start in order to try a sign-in again; pure. */
export function sameAgain(
  started: StartedSignIn | null,
): { account: { id: string; provider: string } } | { account?: undefined; provider: string; startDate?: string } {
  const { provider = 'microsoft', accountId, startDate } = started ?? {};
  return accountId ? { account: { id: accountId, provider } } : { provider, ...(startDate && { startDate }) };
}
