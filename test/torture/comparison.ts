/** What is stored against what the server has, message by message. */
import { simpleParser } from 'mailparser';
import { unpackHtml } from '../../src/server/messages/packedHtml';
import { flagOf } from '../../src/server/sync/rows';
import type { MailApp, Row } from '../harness/mailApp';
import { comparable, hashOf, type Letters, type Truth } from './letters';

export interface Compared {
  mailboxes: number;
  messages: number;
  bodies: number;
  differences: string[];
}

interface Copy {
  uid: number;
  flags: string;
  messageId: string;
}

/** Flags that we store, of a server's list or of a row, in one order. */
const FLAGS = ['seen', 'flagged', 'answered', 'draft'] as const;
const flagsOf = (has: (name: (typeof FLAGS)[number]) => boolean) => FLAGS.filter(has).join(' ');

/**
 * Compares places, flags, Message-IDs and bodies.
 * @param letters who wrote the messages; a body must say what he wrote, and what an independent parser reads in the source
 */
export async function compareWithServer(app: MailApp, letters: Letters): Promise<Compared> {
  const { box, owner, accountId } = app;
  const differences: string[] = [];
  const mailboxes = await app.rows('mailboxes', { accountId });
  const rows = await app.rows('mailMessages', { accountId, vanishedAt: null });
  const bodies = new Map((await app.rows('mailBodies', { accountId })).map((row) => [row.id, row]));
  const paths = new Map(mailboxes.map((row) => [row.id, String(row.path)]));
  const byPath = new Map<string, Row[]>();
  for (const row of rows) {
    const path = paths.get(String(row.mailboxId)) ?? 'nowhere';
    byPath.set(path, [...(byPath.get(path) ?? []), row]);
  }
  const readings = new Map<string, Promise<Truth>>();
  const onServer = await box.mail.mailboxes(owner);
  let messages = 0;
  let compared = 0;
  for (const path of onServer) {
    const listed = await box.mail.list(owner, path);
    const stored = byPath.get(path) ?? [];
    byPath.delete(path);
    messages += listed.messages.length;
    const place = (what: string) => `${path} ${what}`;
    const wrongValidity = stored.find((row) => Number(row.uidValidity) !== listed.uidValidity);
    if (wrongValidity) differences.push(place(`is stored under UIDVALIDITY ${String(wrongValidity.uidValidity)}`));
    const theirs = listed.messages.map(({ uid, flags, messageId }): Copy => {
      const names = flags.map((flag) => flag.toLowerCase());
      return { uid, flags: flagsOf((name) => names.includes(`\\${name}`)), messageId: messageId ?? '' };
    });
    const ours = stored.map((row): Copy => ({
      uid: Number(row.uid),
      flags: flagsOf((name) => flagOf(row[name])),
      messageId: String(row.messageId ?? ''),
    }));
    differences.push(...differencesOf(theirs, ours).map(place));
    if (listed.messages.length === 0) continue;
    const sources = await box.mail.sources(owner, path);
    for (const row of stored) {
      const source = sources.get(Number(row.uid));
      if (!source) continue;
      const key = hashOf(source);
      const written = letters.truths.get(key);
      if (!written) {
        differences.push(place(`${String(row.uid)}: the server gives bytes that nobody wrote`));
        continue;
      }
      if (!readings.has(key)) readings.set(key, readIndependently(source));
      const wrong = await bodyDifference(written, await readings.get(key)!, row, bodies.get(row.id));
      if (wrong) differences.push(place(`${String(row.uid)}: ${wrong}`));
      compared++;
    }
  }
  for (const [path, left] of byPath)
    differences.push(`${path} is not on the server and holds ${left.length} visible rows`);
  return { mailboxes: onServer.length, messages, bodies: compared, differences };
}

function differencesOf(theirs: readonly Copy[], ours: readonly Copy[]): string[] {
  const found: string[] = [];
  const byUid = new Map<number, Copy>();
  for (const copy of ours) {
    if (byUid.has(copy.uid)) found.push(`${copy.uid} is stored twice`);
    byUid.set(copy.uid, copy);
  }
  for (const { uid, flags, messageId } of theirs) {
    const own = byUid.get(uid);
    byUid.delete(uid);
    if (!own) found.push(`${uid} is missing`);
    else if (own.flags !== flags) found.push(`${uid} has the flags "${flags}" and is stored with "${own.flags}"`);
    else if (own.messageId !== messageId) found.push(`${uid} is another message`);
  }
  for (const uid of byUid.keys()) found.push(`${uid} is stored and not on the server`);
  return found;
}

/** The second opinion: a parser that shares no code with the way a body is fetched by its structure. */
async function readIndependently(source: Buffer): Promise<Truth> {
  const mail = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return {
    text: mail.text ?? null,
    html: mail.html || null,
    files: mail.attachments.map(({ filename }) => filename ?? ''),
  };
}

async function bodyDifference(written: Truth, read: Truth, row: Row, body: Row | undefined): Promise<string | null> {
  const same = (a: string | null, b: string | null) => hashOf(comparable(a)) === hashOf(comparable(b));
  if (written.text !== null && !same(written.text, read.text)) return 'the two ways to read the text disagree';
  if (written.html !== null && !same(written.html, read.html)) return 'the two ways to read the html disagree';
  if (row.unreadable !== null) return `marked as unreadable (${String(row.unreadable)})`;
  if (!body?.fetchedAt) return 'its text was never fetched';
  if (written.text !== null && !same(written.text, body.text as string | null)) return 'another text is stored';
  if (!same(written.html, await unpackHtml(body))) return 'another html is stored';
  const files = (body.attachments ?? []) as { filename: string }[];
  const names = files.map(({ filename }) => filename).join(', ');
  return names === written.files.join(', ') ? null : `its files are stored as "${names}"`;
}
