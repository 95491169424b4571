/** Where a sign-in starts and ends in the browser: the registered return address, and the page the user came from. Pure. */
import { MAIL_PATH, OAUTH_CALLBACK_PATH } from '../../shared/constants';

/** What tells under which address the browser sees the app. */
export interface RequestOrigin {
  origin?: string;
  referer?: string;
  forwardedProto?: string;
  forwardedHost?: string;
  /** As the server itself sees the request. */
  own: string;
}

function webOrigin(text: string | undefined): string | null {
  if (!text) return null;
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url.origin : null;
  } catch {
    return null;
  }
}

const first = (list: string | undefined) => list?.split(',')[0]?.trim();

/**
 * The origin in the user's address bar. A forged one only harms the one who forges it: Microsoft returns to registered addresses only,
 * and the sign-in stays bound to this user and this browser.
 */
export function publicOrigin(request: RequestOrigin): string {
  const proto = first(request.forwardedProto) ?? (request.own.startsWith('https:') ? 'https' : 'http');
  const host = first(request.forwardedHost);
  return (
    webOrigin(request.origin) ??
    webOrigin(request.referer) ??
    webOrigin(host && `${proto}://${host}`) ??
    webOrigin(request.own) ??
    request.own
  );
}

/** The return address to register in Entra. @param publicPath APP_PUBLIC_PATH of the host, `/` where it is unset */
export function redirectUriOf(origin: string, publicPath: string | undefined): string {
  const base = `/${publicPath ?? ''}/`.replace(/\/{2,}/g, '/');
  return `${origin}${base}${OAUTH_CALLBACK_PATH.slice(1)}`;
}

/** Whether Microsoft takes a return address at this origin: https, or plain http on localhost only. */
export function isAcceptedOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || hostname === 'localhost';
}

/** A path inside the app to go back to; anything that could lead elsewhere becomes the mail page. */
export function localPath(path: unknown): string {
  if (typeof path !== 'string' || path.length > 1000 || !path.startsWith('/')) return MAIL_PATH;
  // Browsers read a backslash as a slash and drop tabs and line ends: `/\host` and `/<tab>/host` leave the app.
  if (/[\\\p{Cc}]/u.test(path)) return MAIL_PATH;
  const nowhere = 'http://app.invalid';
  try {
    const url = new URL(path, nowhere);
    if (url.origin !== nowhere || url.pathname.startsWith('//')) return MAIL_PATH;
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return MAIL_PATH;
  }
}
