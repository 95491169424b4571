/** Where secrets and tokens may be sent: the provider's own hosts, and what the environment of the server allows. */
import type { Endpoint } from '../context';
import { MailError } from '../errors';

const NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** @param allowed entries `host` (any port) or `host:port` */
function isAllowed(host: string, port: number, builtIn: readonly string[], allowed: readonly string[]): boolean {
  return builtIn.includes(`${host}:${port}`) || allowed.includes(host) || allowed.includes(`${host}:${port}`);
}

const refused = (host: string) =>
  new MailError('permanent', 'hostNotAllowed', { who: 'administrator', params: { host } });
const malformed = (host: string) =>
  new MailError('permanent', 'hostMalformed', { who: 'administrator', params: { host } });

/**
 * The origin of an authority, after checking that it may be asked.
 * @param origin e.g. https://login.microsoftonline.com; always https, without path, query or user
 * @throws MailError permanent `hostMalformed` | `hostNotAllowed`
 */
export function checkAuthority(origin: string, builtIn: readonly string[], allowed: readonly string[]): string {
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    throw malformed(origin.slice(0, 200));
  }
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (url.protocol !== 'https:' || !bare || !NAME.test(url.hostname)) throw malformed(url.host || origin.slice(0, 200));
  if (!isAllowed(url.hostname, Number(url.port || 443), builtIn, allowed)) throw refused(url.host);
  return url.origin;
}

/**
 * An IMAP or SMTP server, after checking that it may be talked to.
 * @throws MailError permanent `hostMalformed` | `hostNotAllowed`
 */
export function checkEndpoint(endpoint: Endpoint, builtIn: readonly string[], allowed: readonly string[]): Endpoint {
  const host = endpoint.host.toLowerCase();
  const port = endpoint.port;
  if (!NAME.test(host) || !Number.isInteger(port) || port < 1 || port > 65535) throw malformed(host.slice(0, 200));
  if (!isAllowed(host, port, builtIn, allowed)) throw refused(`${host}:${port}`);
  return { host, port, secure: endpoint.secure };
}
