/** The words of IMAP the sandbox's own hands speak. */
import type { SandboxUser } from '../fixtures';
import { imapDate } from '../text';
import { quote } from './client';
import type { RawImap, Reply } from './client';
import { decodeMailboxName, encodeMailboxName, standardFolders } from './folders';

export interface NewMessage {
  raw: Buffer | string;
  flags?: string[];
  internalDate?: Date;
}

/** A mailbox name as a command carries it. */
export function wireName(mailbox: string): string {
  return quote(encodeMailboxName(mailbox));
}

/** The literals of one APPEND or MULTIAPPEND. */
export function literals(messages: NewMessage[]): Buffer[] {
  return messages.flatMap(({ raw, flags = [], internalDate }) => {
    const body = Buffer.from(raw);
    const date = internalDate ? `"${imapDate(internalDate)}" ` : '';
    return [Buffer.from(` (${flags.join(' ')}) ${date}{${body.length}+}\r\n`), body];
  });
}

/** Every mailbox, by its readable name. */
export async function listNames(imap: RawImap): Promise<string[]> {
  const { untagged } = await imap.command('LIST "" "*"');
  return untagged.flatMap(({ text, literals: [literal] }) => {
    const match = /^\* LIST \([^)]*\) "\/" (.*)$/.exec(text);
    if (!match) return [];
    const wire = literal?.toString() ?? (match[1] ?? '').replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
    return [decodeMailboxName(wire)];
  });
}

/** Creates what of the standard folders is missing. */
export async function ensureFolders(imap: RawImap, user: SandboxUser): Promise<void> {
  const there = new Set(await listNames(imap));
  const missing = standardFolders(user.language).filter((one) => !there.has(one));
  await Promise.all(
    missing.flatMap((one) => [imap.command(`CREATE ${wireName(one)}`), imap.command(`SUBSCRIBE ${wireName(one)}`)]),
  );
}

/** Removes every message. */
export async function emptyMailbox(imap: RawImap, mailbox: string): Promise<void> {
  await imap.command(`SELECT ${wireName(mailbox)}`);
  await imap.command('STORE 1:* +FLAGS.SILENT (\\Deleted)');
  await imap.command('CLOSE');
}

/** The first number a reply gives for a pattern. */
export function numberIn(reply: Reply, pattern: RegExp): number {
  for (const { text } of reply.untagged) {
    const match = pattern.exec(text);
    if (match) return Number(match[1]);
  }
  return Number(pattern.exec(reply.text)?.[1] ?? 0);
}

/** `3:5,9` as numbers. */
export function expandSet(set: string): number[] {
  return set
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [from = 0, to = from] = range.split(':').map(Number);
      return Array.from({ length: to - from + 1 }, (_one, index) => from + index);
    });
}
