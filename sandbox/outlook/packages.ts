/** Debian packages the sandbox and the browser tests stand on: installed when we may, else named in one line. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A file that proves a package is there; quicker and more portable than asking dpkg. */
const PROOF = {
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  'dovecot-lmtpd': '/usr/lib/dovecot/lmtp',
  chromium: '/usr/bin/chromium',
  openssl: '/usr/bin/openssl',
} as const;

export type DebianPackage = keyof typeof PROOF;

export const SANDBOX_PACKAGES: DebianPackage[] = ['dovecot-imapd', 'dovecot-lmtpd', 'openssl'];

export function missingDebianPackages(wanted: DebianPackage[] = SANDBOX_PACKAGES): DebianPackage[] {
  return wanted.filter((name) => !existsSync(PROOF[name]));
}

/** Installs what is missing when running as root; throws one plain line naming it otherwise. */
export function ensureDebianPackages(
  wanted: DebianPackage[] = SANDBOX_PACKAGES,
  say: (line: string) => void = () => undefined,
): void {
  const missing = missingDebianPackages(wanted);
  if (!missing.length) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`Missing Debian packages: run "sudo ${command}"`);
  }
  say(`Installing Debian packages: ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const install = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  try {
    apt(...install);
  } catch {
    // A fresh machine or container has no package lists yet.
    apt('update', '-q');
    apt(...install);
  }
  const still = missingDebianPackages(wanted);
  if (still.length) throw new Error(`Debian packages still missing after apt-get: ${still.join(', ')}`);
}
