import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Finds a program of a Debian package, and installs the package when it is missing and we may.
 * @param locate where the program lies; asked again after installing
 */
export function debianProgram(debianPackage: string, locate: () => string | undefined): string {
  const present = existing(locate());
  if (present) return present;
  const install = ['install', '-y', '-q', '--no-install-recommends', debianPackage];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`A Debian package is missing: run "sudo apt-get ${install.join(' ')}"`);
  }
  console.log(`Installing the Debian package ${debianPackage}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    apt(install);
  } catch {
    // A fresh machine has no package lists yet.
    apt(['update', '-q']);
    apt(install);
  }
  const installed = existing(locate());
  if (!installed) throw new Error(`${debianPackage} is installed, but its program is not where Debian puts it`);
  return installed;
}

function existing(file: string | undefined): string | undefined {
  return file && existsSync(file) ? file : undefined;
}
