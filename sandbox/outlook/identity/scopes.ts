/** Entra's scope language: OpenID scopes, and resource-prefixed scopes that decide the audience of a token. */

export const OUTLOOK = 'https://outlook.office.com';
export const GRAPH = 'https://graph.microsoft.com';

const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);

export const RESOURCES: Record<string, string[]> = {
  [OUTLOOK]: ['IMAP.AccessAsUser.All', 'SMTP.Send', 'POP.AccessAsUser.All', 'EWS.AccessAsUser.All', 'Mail.ReadWrite'],
  [GRAPH]: [
    'User.Read',
    'Mail.Read',
    'Mail.ReadWrite',
    'Mail.Send',
    'MailboxSettings.Read',
    'Contacts.Read',
    'Calendars.Read',
    'IMAP.AccessAsUser.All',
    'SMTP.Send',
  ],
};

/** What the consent page says about a scope. */
export const SCOPE_TEXT: Record<string, string> = {
  openid: 'Sign you in',
  profile: 'View your basic profile',
  email: 'View your email address',
  offline_access: 'Maintain access to data you have given it access to',
  'IMAP.AccessAsUser.All': 'Read and write access to your mail by IMAP',
  'SMTP.Send': 'Send mail from your mailbox by SMTP',
  'POP.AccessAsUser.All': 'Read and write access to your mail by POP',
  'User.Read': 'Read your profile',
};

interface KnownScope {
  resource: string;
  name: string;
}

const known = new Map<string, KnownScope>();
for (const [resource, names] of Object.entries(RESOURCES)) {
  for (const name of names) known.set(`${resource}/${name}`.toLowerCase(), { resource, name: `${resource}/${name}` });
}
// A bare name means Graph: the trap behind most "AUTHENTICATE failed" reports.
for (const name of RESOURCES[GRAPH] ?? []) {
  known.set(name.toLowerCase(), { resource: GRAPH, name: `${GRAPH}/${name}` });
}
for (const name of RESOURCES[OUTLOOK] ?? []) {
  const scope = { resource: OUTLOOK, name: `${OUTLOOK}/${name}` };
  known.set(`https://outlook.office365.com/${name}`.toLowerCase(), scope);
}

export interface ParsedScope {
  openid: string[];
  /** Resource to its full scope names. */
  resources: Map<string, string[]>;
  unknown: string[];
}

export function parseScope(scope: string): ParsedScope {
  const parsed: ParsedScope = { openid: [], resources: new Map(), unknown: [] };
  for (const word of scope.split(/\s+/).filter(Boolean)) {
    if (OPENID.has(word)) {
      parsed.openid.push(word);
      continue;
    }
    const scopeOf = known.get(word.toLowerCase());
    if (!scopeOf) {
      parsed.unknown.push(word);
      continue;
    }
    const names = parsed.resources.get(scopeOf.resource) ?? [];
    names.push(scopeOf.name);
    parsed.resources.set(scopeOf.resource, names);
  }
  return parsed;
}

/** `https://outlook.office.com/SMTP.Send` as it stands in a token's `scp`. */
export function shortScope(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}
