/** Who exists: tenants, people and app registrations, and the rules of which account may use which app where. */
import { PERSONAL_TENANT } from '../fixtures';
import type { SandboxClient, SandboxTenant, SandboxUser } from '../fixtures';
import { AADSTS } from './errors';
import type { ErrorSpec } from './errors';

const SHARED_PATHS = new Set(['common', 'organizations', 'consumers']);

export class Directory {
  readonly disabled = new Set<string>();
  /** Seconds since the epoch before which a user's tokens count as revoked, by oid. */
  readonly revokedBefore = new Map<string, number>();

  constructor(
    readonly users: SandboxUser[],
    readonly tenants: SandboxTenant[],
    readonly clients: SandboxClient[],
  ) {}

  userByUpn(upn: string): SandboxUser | undefined {
    return this.users.find((user) => user.upn.toLowerCase() === upn.trim().toLowerCase());
  }

  userByOid(oid: string | undefined): SandboxUser | undefined {
    return this.users.find((user) => user.oid === oid);
  }

  /** The user a test names, or an error that says so. */
  require(upn: string): SandboxUser {
    const user = this.userByUpn(upn);
    if (!user) throw new Error(`The sandbox has no user ${upn}`);
    return user;
  }

  client(id: string | null | undefined): SandboxClient | undefined {
    return this.clients.find((client) => client.clientId === id);
  }

  /** Tenant id of a path segment, the segment itself for the shared paths, or undefined if nobody has that tenant. */
  tenantOfPath(segment: string): string | undefined {
    if (SHARED_PATHS.has(segment)) return segment;
    return this.tenants.find((tenant) => tenant.id === segment || tenant.domain === segment)?.id;
  }

  isDisabled(user: SandboxUser): boolean {
    return this.disabled.has(user.oid);
  }

  /** Whether the app may be used at this path at all; the answer does not depend on the user. */
  refusePath(client: SandboxClient, path: string): ErrorSpec | undefined {
    const audience = client.signInAudience;
    if (path === 'consumers') {
      return audience === 'AzureADMyOrg' || audience === 'AzureADMultipleOrgs'
        ? AADSTS.notForPersonal(client.clientId)
        : undefined;
    }
    if (audience === 'PersonalMicrosoftAccount') return AADSTS.notForWork(client.clientId);
    if (audience !== 'AzureADMyOrg') return undefined;
    if (path === 'common' || path === 'organizations') return AADSTS.notMultiTenant(client.clientId);
    return path === client.tenant ? undefined : AADSTS.appNotFound(client.clientId);
  }

  /** Whether this user may use the app at this path. */
  refuseUser(client: SandboxClient, path: string, user: SandboxUser): ErrorSpec | undefined {
    const personal = user.tenant === PERSONAL_TENANT;
    if (personal) {
      const appTakesPersonal =
        client.signInAudience === 'AzureADandPersonalMicrosoftAccount' ||
        client.signInAudience === 'PersonalMicrosoftAccount';
      if (path === 'organizations' || (path === 'common' && !appTakesPersonal)) return AADSTS.personalRefused;
      return path === 'common' || path === 'consumers' ? undefined : AADSTS.userNotInTenant(user.upn, path);
    }
    if (path === 'consumers') return AADSTS.personalRefused;
    if (path === 'common' || path === 'organizations') return undefined;
    return user.tenant === path ? undefined : AADSTS.userNotInTenant(user.upn, this.tenantName(path));
  }

  redirectAllowed(client: SandboxClient, uri: string): boolean {
    return client.redirectUris.some((registered) => registered === uri || sameLoopback(registered, uri));
  }

  private tenantName(id: string): string {
    return this.tenants.find((tenant) => tenant.id === id)?.name ?? id;
  }
}

/** `http://localhost` redirects match whatever their port; the path counts, case included. */
function sameLoopback(registered: string, asked: string): boolean {
  if (!URL.canParse(registered) || !URL.canParse(asked)) return false;
  const [one, two] = [new URL(registered), new URL(asked)];
  if (one.protocol !== 'http:' || one.hostname !== 'localhost') return false;
  return two.protocol === 'http:' && two.hostname === 'localhost' && one.pathname === two.pathname && !two.search;
}
