/**
 * A database as large as it gets: by default a million messages, 200,000 of them of one account. Words follow Zipf's law; three of
 * them have known frequencies. Row contents are made up, their number and sizes are not.
 */
import type { MailContext } from '../../src/server/context';
import { keyOf, type SearchDocument } from '../../src/server/messages/search/document';
import { Random } from '../mailbox/random';
import { bulk } from './bulk';
import { insertRows } from './rows';

export interface Scale {
  messages: number;
  /** Messages of the largest account, which belongs to `owner`. */
  largest: number;
  /** Messages of every other account. */
  others: number;
  /** Words of a message, on average. */
  words: number;
}

export const FULL_SCALE: Scale = { messages: 1_000_000, largest: 200_000, others: 16_000, words: 90 };

/** Words by the share of messages that have them. */
export const WORDS = { rare: 0.0001, medium: 0.01, common: 0.5 } as const;
const VOCABULARY = 30_000;
const SLICE = 10_000;
const NEWEST = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
/** Ids as long as the host's. */
const FIRST_ID = 350_000_000_000_000;

const MAILBOXES = [
  { path: 'INBOX', role: 'inbox', share: 0.6 },
  { path: 'Archive', role: 'archive', share: 0.9 },
  { path: 'Sent Items', role: 'sent', share: 1 },
] as const;

/** What was written, to ask for. */
export interface Filled {
  accountId: string;
  mailboxId: string;
}

/**
 * Fills an empty database of the app.
 * @param owner user of the largest account; the other accounts are of users who do not exist
 */
export async function fillMail(
  mail: MailContext,
  owner: string,
  { messages, largest, others, words }: Scale,
  say: (line: string) => void,
): Promise<Filled> {
  const random = new Random(11);
  const zipf = zipfWords(VOCABULARY);
  const loading = await bulk(mail);
  let id = FIRST_ID;
  let first: Filled | undefined;
  let written = 0;
  for (let account = 0; written < messages; account++) {
    const size = Math.min(account === 0 ? largest : others, messages - written);
    const userId = account === 0 ? owner : String(1_000_000 + account);
    const accountId = String(id++);
    const address = `user${account}@example.com`;
    // No two messages share a second: what is written at once need not look for a free place.
    const newest = NEWEST - account * 1000;
    const then = new Date(NEWEST);
    const state = { state: 'paused', firstSyncDoneAt: then, createdAt: then, updatedAt: then };
    await insertRows(mail, 'mailAccounts', [{ id: accountId, userId, provider: 'microsoft', address, ...state }]);
    const mailboxIds = MAILBOXES.map(() => String(id++));
    await insertRows(
      mail,
      'mailboxes',
      MAILBOXES.map(({ path, role }, at) => ({
        id: mailboxIds[at]!,
        userId,
        accountId,
        path,
        role,
        ...{ syncing: true, delimiter: '/', createdAt: then, updatedAt: then },
      })),
    );
    first ??= { accountId, mailboxId: mailboxIds[0]! };
    for (let from = 0; from < size; from += SLICE) {
      const count = Math.min(SLICE, size - from);
      const slice = sliceOf({ random, zipf, words, newest, userId, accountId, mailboxIds, id, from, count, size });
      id += count * 3;
      await insertRows(mail, 'mailMessages', slice.messages);
      await insertRows(mail, 'mailThreads', slice.threads);
      await insertRows(mail, 'mailThreadMailboxes', slice.parts);
      await loading.words(slice.documents);
      if ((from / SLICE) % 5 === 4) say(`${written + from + count} of ${messages} messages`);
    }
    written += size;
    if (account % 10 === 0) say(`${written} of ${messages} messages`);
  }
  say('Indexing');
  await loading.end();
  return first!;
}

interface SliceInput {
  random: Random;
  zipf: (random: Random) => string;
  words: number;
  newest: number;
  userId: string;
  accountId: string;
  mailboxIds: string[];
  id: number;
  from: number;
  count: number;
  size: number;
}

/** Messages in the order of their dates, two in five of them beginning a conversation. */
function sliceOf({ random, zipf, words, newest, userId, accountId, mailboxIds, id, from, count, size }: SliceInput) {
  const owner = { userId, accountId };
  const key = keyOf(userId);
  const messages = [];
  const threads = [];
  const parts = [];
  const documents: SearchDocument[] = [];
  let thread = { id: '', mailbox: 0, unread: false, messages: 0 };
  for (let at = 0; at < count; at++) {
    const internalDate = new Date(newest - (size - from - at) * 10 * MINUTE);
    const seen = !random.chance(0.06);
    const messageId = String(id + at * 3);
    if (thread.messages === 0) {
      const share = random.share();
      const mailbox = MAILBOXES.findIndex((one) => share < one.share);
      thread = { id: String(id + at * 3 + 1), mailbox, unread: false, messages: random.pick([1, 2, 3, 4]) };
    }
    thread.messages -= 1;
    thread.unread ||= !seen;
    const text = Array.from({ length: random.int(words / 2, words * 1.5) }, () => zipf(random));
    for (const [word, share] of Object.entries(WORDS))
      if (random.chance(share)) text[random.int(0, text.length - 1)] = word;
    const subject = text.slice(0, 6).join(' ');
    const preview = text.slice(0, 28).join(' ').slice(0, 200);
    const fromAddress = `p${random.int(0, 4000)}@partner${random.int(0, 300)}.example`;
    messages.push({
      ...{ id: messageId, ...owner, mailboxId: mailboxIds[thread.mailbox]!, uidValidity: 1, uid: from + at + 1 },
      ...{ threadId: thread.id, seen, flagged: random.chance(0.005), answered: false, draft: false, subject, preview },
      ...{
        fromName: zipf(random),
        fromAddress,
        internalDate,
        sentAt: internalDate,
        hasAttachments: random.chance(0.2),
      },
      ...{
        to: '[{"name":"","address":"user@example.com"}]',
        messageId: `<${messageId}@partner.example>`,
        size: 20_000,
      },
      ...{ messageIdHash: messageId.padStart(64, '0'), headerHash: messageId.padStart(64, 'a') },
    });
    documents.push({ id: messageId, userId, internalDate, rows: [{ key, words: text }] });
    if (thread.messages > 0 && at < count - 1) continue;
    const part = { messageCount: 2, lastDate: internalDate };
    threads.push({
      ...{ id: thread.id, ...owner, subject, preview, ...part, flagged: false, hasAttachments: false },
      participants: `[{"name":"Ann","address":"${fromAddress}"}]`,
    });
    parts.push({
      ...{
        id: String(id + at * 3 + 2),
        threadId: thread.id,
        mailboxId: mailboxIds[thread.mailbox]!,
        ...owner,
        ...part,
      },
      ...{ role: MAILBOXES[thread.mailbox]!.role, unread: thread.unread, unreadCount: thread.unread ? 1 : 0 },
    });
    thread.messages = 0;
  }
  return { messages, threads, parts, documents };
}

/** The n-th word is 1/n as frequent as the first. */
function zipfWords(count: number): (random: Random) => string {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let at = 0; at < count; at++) sums[at] = sum += 1 / (at + 1);
  return (random) => {
    const wanted = random.share() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return `w${low.toString(36)}`;
  };
}
