/** Generated mailboxes as Dovecot keeps them: made once a seed, copied for every run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storageRoot } from '../../scripts/lib/repo';
import { alice } from '../../sandbox/outlook/fixtures';
import { startAnchor, startSandboxProcess } from '../parts';
import { withFolder } from '../temporary';
import { generateMailbox, type GeneratedMessage, type MailboxSettings } from './generate';

/** A change of what is generated, or of how Dovecot stores it, needs another number. */
const VERSION = 1;

/** A mailbox the benchmark knows. */
export type MailboxName = '400' | 'quick' | '10k' | '100k';

const OWNER = alice.upn;
const MAILBOXES: Record<MailboxName, Omit<MailboxSettings, 'owner'>> = {
  '400': { seed: 6, count: 400, profile: 'realistic' },
  quick: { seed: 7, count: 2000, profile: 'realistic' },
  '10k': { seed: 7, count: 10_000, profile: 'realistic' },
  '100k': { seed: 8, count: 100_000, profile: 'small' },
};

export const messagesIn = (name: MailboxName): number => MAILBOXES[name].count;

/** Where Dovecot keeps the mail of a user inside the folder of a sandbox. */
const mailFolder = (dir: string, upn: string) => path.join(dir, 'dovecot/mail', upn);

/**
 * Lays a copy of a generated mailbox into the folder of a sandbox that has not started yet.
 * @param say told what takes a while: the first time a mailbox is made
 */
export async function placeMailbox(
  name: MailboxName,
  dir: string,
  upn: string,
  say: (line: string) => void,
): Promise<void> {
  const snapshot = await ensureSnapshot(name, say);
  const target = mailFolder(dir, upn);
  mkdirSync(path.dirname(target), { recursive: true });
  // With owners and times, which Dovecot looks at.
  execFileSync('cp', ['-a', snapshot, target]);
}

async function ensureSnapshot(name: MailboxName, say: (line: string) => void): Promise<string> {
  const settings = MAILBOXES[name];
  const folder = path.join(storageRoot, 'bench', [name, settings.seed, settings.count, VERSION].join('-'));
  const mail = path.join(folder, 'mail');
  if (existsSync(path.join(folder, 'complete'))) return mail;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  say(`Making the mailbox ${name} (${settings.count} messages, once) …`);
  const started = Date.now();
  await withFolder('bench-', async (dir) => {
    await fill(settings, dir);
    renameOrCopy(mailFolder(dir, OWNER), mail);
    writeFileSync(path.join(folder, 'complete'), '');
  });
  say(`Made the mailbox ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
  return mail;
}

async function fill(settings: Omit<MailboxSettings, 'owner'>, dir: string): Promise<void> {
  const box = await startSandboxProcess(dir, [alice]);
  try {
    for (const messages of batches(generateMailbox({ ...settings, owner: OWNER }), 8 << 20)) {
      await box.call('seed', { user: OWNER, messages });
    }
    // Dovecot parses a message when it is first asked for its structure, and remembers: not a cost of any client.
    const anchor = await startAnchor(box, OWNER);
    await anchor.call('texts');
    await anchor.stop();
  } finally {
    await box.stop();
  }
}

function* batches(messages: Iterable<GeneratedMessage>, bytes: number): Generator<GeneratedMessage[]> {
  let batch: GeneratedMessage[] = [];
  let size = 0;
  for (const message of messages) {
    batch.push(message);
    size += message.raw.length;
    if (size < bytes) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

/** The temporary folder may lie on another disk. */
function renameOrCopy(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    execFileSync('cp', ['-a', from, to]);
  }
}
