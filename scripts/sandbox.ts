/**
 * `npm run sandbox`: the Outlook sandbox on its own, at the same ports and with the same mail every time.
 *
 *   --dir <folder>       where it keeps everything (short path; default a folder in the system's temporary one)
 *   --port-base <port>   identity, IMAP, SMTP and control at this port and the three after it (default 42310;
 *                        0 for the same as before in this folder, else any)
 *   --fresh              forget everything it kept
 *   --seed               fill Alice's mailbox with a demo if her inbox is empty
 */
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDebianPackages, startSandbox } from '../sandbox/outlook';
import { alice } from '../sandbox/outlook/fixtures';

const DEFAULT_PORT_BASE = 42310;

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    'port-base': { type: 'string' },
    fresh: { type: 'boolean' },
    seed: { type: 'boolean' },
  },
});

async function main(): Promise<void> {
  ensureDebianPackages(undefined, (line) => console.log(line));
  const base = Number(values['port-base'] ?? DEFAULT_PORT_BASE);
  const dir = values.dir ?? path.join(os.tmpdir(), `outlook-sandbox-${process.getuid?.() ?? 0}`);
  const ports = base ? { identity: base, imap: base + 1, smtp: base + 2, control: base + 3 } : {};
  const sandbox = await startSandbox({ dir, ports, fresh: values.fresh });
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);

  if (values.seed && !(await sandbox.mail.list(alice.upn, 'INBOX')).messages.length) {
    const { seedDemo } = await import('../sandbox/outlook/demo');
    const count = await seedDemo(sandbox, alice.upn, new Date());
    console.log(`${count} demo messages for ${alice.upn}`);
  }

  const { settings } = sandbox;
  const rows: [string, string][] = [
    ['Authority', settings.authorityHost],
    ['Tenant', settings.tenantId],
    ['IMAP', `${settings.imap.host}:${settings.imap.port} (TLS)`],
    ['SMTP', `${settings.smtp.host}:${settings.smtp.port} (STARTTLS)`],
    ['Client ID', settings.clientId],
    ['Client secret', settings.clientSecret],
    ['Control API', sandbox.controlUrl],
    ['Kept in', dir],
    ...sandbox.users.map(({ upn, password }): [string, string] => ['User', `${upn}  ${password}`]),
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(14)} ${value}`);
  console.log('\nStart the application with:');
  console.log(`  NODE_EXTRA_CA_CERTS=${settings.ca} MAIL_ALLOWED_HOSTS=${settings.allowedHosts}`);
  console.log('\nREADY (Ctrl-C ends it)');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
