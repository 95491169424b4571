/** Whether a mailbox that is gone lives on under another name: its UIDVALIDITY alone proves nothing at Exchange, its messages do. */
import { MailError } from '../../errors';
import { fetchRows } from '../../imap/fetch';
import { mailboxStatus, type MailboxStatus } from '../../imap/mailbox';
import { dateOf, numberOf, table, type Values } from '../rows';
import { isSameMessage, type Identity } from '../ops/decide';
import { IDENTITY, identityOf } from '../ops/findCopies';
import type { Pass } from '../pass';
import { nearest, type KnownMailbox, type ListPlan } from './planList';
import type { ListedMailbox } from './roles';

/** Names under which any mailbox is looked for, whatever they are: each pair costs a look. */
const MOST_OTHERS = 50;
/** Messages that are compared: the newest, and the oldest. */
const NEWEST = 12;
const OLDEST = 6;

type Sample = Identity & { uid: number; uidValidity: number };

/** Pairs of a mailbox that is gone and one that appeared with its messages. */
export async function proveRenames(pass: Pass, { gone, appeared }: ListPlan): Promise<[KnownMailbox, ListedMailbox][]> {
  const holding = gone.filter(({ stored }) => stored > 0);
  if (holding.length === 0 || appeared.length === 0) return [];
  const statuses = new Map<ListedMailbox, MailboxStatus>();
  for (const one of appeared) {
    const status = await statusOf(pass, one.path);
    if (status && status.messages > 0) statuses.set(one, status);
  }
  const there = [...statuses.keys()];
  const proven: [KnownMailbox, ListedMailbox][] = [];
  const look = async (old: KnownMailbox, among: readonly ListedMailbox[]) => {
    const sample = await sampleOf(pass, old.id);
    for (const now of among) {
      if (mayHold(sample, statuses.get(now)!) && (await holds(pass, now.path, sample))) proven.push([old, now]);
    }
  };
  // One that moved with its parent, maybe with hundreds of others, still has the end of its path.
  for (const old of holding) await look(old, nearest(old, there));
  const found = new Set<KnownMailbox | ListedMailbox>(proven.flat());
  const others = there.filter((one) => !found.has(one));
  if (others.length > MOST_OTHERS) return proven;
  for (const old of holding.filter((one) => !found.has(one))) {
    const seen = nearest(old, there);
    await look(
      old,
      others.filter((one) => !seen.includes(one)),
    );
  }
  return proven;
}

/** Those of the gone that the server has all the same: a list can be short. Few are asked: refused commands add up. */
export async function stillThere(pass: Pass, gone: readonly KnownMailbox[]): Promise<Set<string>> {
  const there = new Set<string>();
  for (const { id, path } of gone.filter(({ stored }) => stored > 0).slice(0, 3)) {
    if (await statusOf(pass, path)) there.add(id);
  }
  return there;
}

/** STATUS, or null where the server refuses it. */
async function statusOf(pass: Pass, path: string): Promise<MailboxStatus | null> {
  try {
    return await mailboxStatus(await pass.connection.session(), path);
  } catch (error) {
    if (error instanceof MailError && ['mailboxMissing', 'commandRefused'].includes(error.code)) return null;
    throw error;
  }
}

/** Whether it is worth a look. */
function mayHold(sample: readonly Sample[], { uidValidity, uidNext }: MailboxStatus): boolean {
  return (
    sample.length > 0 && sample.every((one) => one.uidValidity === uidValidity && (uidNext === 0 || one.uid < uidNext))
  );
}

/** Most of the messages are there under their UIDs, and none of them is another one. */
async function holds(pass: Pass, path: string, sample: readonly Sample[]): Promise<boolean> {
  await pass.connection.open(path);
  const uids = sample.map(({ uid }) => uid);
  const rows = await fetchRows(await pass.connection.session(), uids, IDENTITY);
  const found = sample.filter(({ uid }) => rows.has(uid));
  const same = found.every((one) => one.unreadable || isSameMessage(one, identityOf(rows.get(one.uid)!)));
  return same && found.length * 2 > sample.length;
}

/** Newest and oldest messages of a mailbox, with their places. */
export async function sampleOf({ mail }: Pass, mailboxId: string): Promise<Sample[]> {
  const read = async (direction: 'ASC' | 'DESC', limit: number) =>
    (await table(mail, 'mailMessages').findAll({
      where: { mailboxId, vanishedAt: null },
      attributes: ['uid', 'uidValidity', 'messageIdHash', 'headerHash', 'internalDate', 'size', 'unreadable'],
      order: [['uid', direction]],
      limit,
      raw: true,
    })) as unknown as Values[];
  const rows = [...(await read('DESC', NEWEST)), ...(await read('ASC', OLDEST))].filter(({ uid }) => uid !== null);
  const samples = rows.map((row) => ({
    uid: Number(row.uid),
    uidValidity: Number(row.uidValidity),
    messageIdHash: (row.messageIdHash as string | null) ?? null,
    headerHash: (row.headerHash as string | null) ?? null,
    internalDate: dateOf(row.internalDate),
    size: numberOf(row.size),
    unreadable: Boolean(row.unreadable),
  }));
  return [...new Map(samples.map((one) => [one.uid, one])).values()];
}
