/**
 * One throw-away authority and one leaf for identity, IMAP and SMTP.
 *
 * Node reads NODE_EXTRA_CA_CERTS once at its start, so the files must exist before the process that talks to a sandbox
 * starts. `npx tsx sandbox/outlook/certificates.ts [dir]` makes them and prints the path of the CA file.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

const RENEW_BEFORE_MS = 7 * 86_400_000;

/** The folder all sandboxes of this user share, so that one CA file serves a whole test run. */
export function defaultCertificatesDir(): string {
  const owner = process.getuid?.() ?? 0;
  return path.join(os.tmpdir(), `outlook-sandbox-ca-${owner}`);
}

/** Makes the certificates if they are missing or about to expire, and says where they are. */
export function ensureCertificates(dir = defaultCertificatesDir()): Certificates {
  const files = filesIn(dir);
  if (usable(files)) return files;
  mkdirSync(path.dirname(dir), { recursive: true });
  const fresh = mkdtempSync(`${dir}.new-`);
  make(fresh);
  try {
    // Two test workers may race: whoever renames first wins, and the other takes the winner's files.
    if (existsSync(dir) && !usable(files)) rmSync(dir, { recursive: true, force: true });
    renameSync(fresh, dir);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!usable(files)) throw error;
  }
  return files;
}

function filesIn(dir: string): Certificates {
  return { ca: path.join(dir, 'ca.pem'), cert: path.join(dir, 'cert.pem'), key: path.join(dir, 'key.pem') };
}

function usable(files: Certificates): boolean {
  if (!existsSync(files.ca) || !existsSync(files.key) || !existsSync(files.cert)) return false;
  const leaf = new X509Certificate(readFileSync(files.cert));
  return new Date(leaf.validTo).getTime() - Date.now() > RENEW_BEFORE_MS;
}

function make(dir: string): void {
  const file = (name: string) => path.join(dir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  const caFiles = ['-keyout', file('ca.key'), '-out', file('ca.pem')];
  openssl('req', '-x509', ...ec, '-days', '365', '-subj', '/CN=Outlook sandbox CA', ...authority, ...caFiles);
  openssl('req', ...ec, '-subj', '/CN=localhost', '-keyout', file('key.pem'), '-out', file('leaf.csr'));
  writeFileSync(
    file('leaf.ext'),
    'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n',
  );
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '365'];
  openssl('x509', '-req', '-in', file('leaf.csr'), ...signing, '-extfile', file('leaf.ext'), '-out', file('cert.pem'));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${ensureCertificates(process.argv[2]).ca}\n`);
}
