/** Changes by the user: shown at once, pushed to the server in order, resolved to a UID only then; the server has the last word. */
import type { Transaction } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import { rowIdOf } from '../../shared/ids';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { fetchRows, packUids } from '../imap/fetch';
import { recomputeThreads } from './counters';
import { announce, type Pass } from './pass';
import { flagsOf, type ServerFlags } from './plan';
import {
  chunks,
  flagOf,
  groupBy,
  idOf,
  inTransaction,
  lockAccount,
  numberOf,
  readMailboxes,
  shown,
  table,
  underLease,
  wantedOf,
  type Values,
} from './rows';

export type FlagVerb = 'seen' | 'flagged';
const FLAG: Readonly<Record<FlagVerb, string>> = { seen: '\\Seen', flagged: '\\Flagged' };
const WANTED: Readonly<Record<FlagVerb, string>> = { seen: 'seenWanted', flagged: 'flaggedWanted' };
/** After so many refusals by the server a wish is given up and said to be. */
const MAX_ATTEMPTS = 5;
const MAX_MESSAGES = 1000;

/**
 * Marks messages of the viewer as read, unread, flagged or not: rows and counters at once, the server by the next pass.
 * Messages that look as wanted already are left alone.
 * @param messageIds row ids as they came with the request
 * @throws MailError permanent `notFound` where one of them is missing or somebody else's
 */
export async function enqueueFlags(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  wanted: { seen?: boolean; flagged?: boolean },
): Promise<void> {
  const ids = [...new Set(messageIds.map(rowIdOf))].filter((id) => id !== null).slice(0, MAX_MESSAGES);
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { id: ids, userId: viewer.userId },
    attributes: ['id', 'accountId'],
    raw: true,
  })) as unknown as Values[];
  if (rows.length === 0 || rows.length < new Set(messageIds).size) throw new MailError('permanent', 'notFound');
  for (const [accountId, some] of groupBy(rows, (row) => String(row.accountId))) {
    const owner = { id: accountId, userId: viewer.userId };
    const changed = await inTransaction(mail, async (transaction) => {
      await lockAccount(mail, accountId, transaction);
      const messages = some.map((row) => String(row.id));
      const threadIds = await wishFlags(mail, owner, messages, wanted, transaction);
      await recomputeThreads(mail, owner, threadIds, transaction);
      return threadIds;
    });
    if (changed.length === 0) continue;
    mail.push(viewer.userId, LIVE_EVENTS.thread, { accountId, threadIds: changed.slice(0, 200) });
    mail.push(viewer.userId, LIVE_EVENTS.mailbox, { accountId });
    mail.wake('sync', accountId);
  }
}

/** Writes wishes and their ops. @returns threads that look different now */
async function wishFlags(
  mail: MailContext,
  owner: { id: string; userId: string },
  messageIds: readonly string[],
  wanted: { seen?: boolean; flagged?: boolean },
  transaction: Transaction,
): Promise<string[]> {
  const threadIds = new Set<string>();
  const options = { hooks: false, silent: true, transaction };
  for (const some of chunks(messageIds, 300)) {
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { id: some },
      attributes: ['id', 'threadId', 'seen', 'seenWanted', 'flagged', 'flaggedWanted'],
      raw: true,
      transaction,
    })) as unknown as Values[];
    for (const verb of ['seen', 'flagged'] as const) {
      const wish = wanted[verb];
      if (wish === undefined) continue;
      const different = rows.filter((row) => shown(flagOf(row[verb]), wantedOf(row[WANTED[verb]])) !== wish);
      if (different.length === 0) continue;
      const ids = different.map((row) => String(row.id));
      await table(mail, 'mailMessages').update({ [WANTED[verb]]: wish }, { ...options, where: { id: ids } });
      // A second thought replaces the first one: one op a message and flag is pending.
      const where = { messageRowId: ids, verb, state: 'pending' };
      await table(mail, 'mailOps').destroy({ where, hooks: false, transaction });
      await table(mail, 'mailOps').bulkCreate(
        different.map((row) => ({
          id: mail.newId(),
          userId: owner.userId,
          accountId: owner.id,
          messageRowId: String(row.id),
          verb,
          base: { value: flagOf(row[verb]) },
          wanted: { value: wish },
          state: 'pending',
          attempts: 0,
          createdAt: mail.now(),
        })),
        { hooks: false, transaction },
      );
      for (const row of different) if (row.threadId !== null) threadIds.add(String(row.threadId));
    }
  }
  return [...threadIds];
}

export type OpDecision = 'done' | 'store' | 'overtaken';

/**
 * What a wish means, now that the server was asked. Pure.
 * @param base what the server had when the user decided
 * @param current what it has; undefined when the message is gone
 */
export function decideOp(base: boolean, wanted: boolean, current: boolean | undefined): OpDecision {
  if (current === undefined) return 'overtaken';
  if (current === wanted) return 'done';
  return current === base ? 'store' : 'overtaken';
}

interface PendingOp {
  id: string;
  messageId: string;
  verb: FlagVerb;
  base: boolean;
  wanted: boolean;
  attempts: number;
  threadId: string | null;
  mailboxId: string | null;
  uidValidity: number | null;
  uid: number | null;
  gone: boolean;
}

/** Whether anything waits to be pushed. */
export async function hasPendingOps(mail: MailContext, accountId: string): Promise<boolean> {
  const where = { accountId, state: 'pending' };
  return (await table(mail, 'mailOps').findOne({ where, attributes: ['id'], raw: true })) !== null;
}

async function readPending(mail: MailContext, accountId: string): Promise<PendingOp[]> {
  const ops = await table(mail, 'mailOps').findAll({
    where: { accountId, state: 'pending' },
    order: [['id', 'ASC']],
    limit: MAX_MESSAGES,
  });
  const values = ops.map((op) => op.get({ plain: true }) as Values);
  const messages = (await table(mail, 'mailMessages').findAll({
    where: { id: values.map((op) => String(op.messageRowId)) },
    attributes: ['id', 'threadId', 'mailboxId', 'uidValidity', 'uid', 'vanishedAt'],
    raw: true,
  })) as unknown as Values[];
  const byId = new Map(messages.map((row) => [String(row.id), row]));
  return values.map((op) => {
    const message = byId.get(String(op.messageRowId));
    return {
      id: String(op.id),
      messageId: String(op.messageRowId),
      verb: op.verb as FlagVerb,
      base: (op.base as { value?: unknown } | null)?.value === true,
      wanted: (op.wanted as { value?: unknown } | null)?.value === true,
      attempts: Number(op.attempts ?? 0),
      threadId: idOf(message?.threadId),
      mailboxId: idOf(message?.mailboxId),
      uidValidity: numberOf(message?.uidValidity),
      uid: numberOf(message?.uid),
      gone: !message || Boolean(message.vanishedAt),
    };
  });
}

/** Pushes what waits. Ops of messages whose place is unknown wait until they are found again. */
export async function pushOps(pass: Pass): Promise<void> {
  const pending = await readPending(pass.mail, pass.owner.id);
  if (pending.length === 0) return;
  await settle(
    pass,
    pending.filter(({ gone }) => gone).map((op) => ({ op, state: 'overtaken', current: undefined })),
  );
  const mailboxes = new Map((await readMailboxes(pass.mail, pass.owner.id)).map((row) => [row.id, row]));
  const placed = pending.filter((op) => !op.gone && op.uid !== null && op.mailboxId !== null);
  for (const [mailboxId, here] of groupBy(placed, (op) => op.mailboxId!)) {
    const mailbox = mailboxes.get(mailboxId);
    if (mailbox) await pushHere(pass, mailbox.path, here);
  }
}

async function pushHere(pass: Pass, path: string, ops: readonly PendingOp[]): Promise<void> {
  const { uidValidity } = await pass.connection.open(path, { write: true });
  const valid = ops.filter((op) => op.uidValidity === uidValidity);
  if (valid.length === 0) return;
  const session = await pass.connection.session();
  const uids = valid.map(({ uid }) => uid!);
  const rows = await fetchRows(session, uids, { flags: true });
  const decided = valid.map((op) => {
    const row = rows.get(op.uid!);
    const current = row?.flags && flagsOf(row.flags);
    return { op, current, decision: decideOp(op.base, op.wanted, current?.[op.verb]) };
  });
  const settled: Settled[] = decided
    .filter(({ decision }) => decision !== 'store')
    .map(({ op, current, decision }) => ({ op, current, state: decision === 'done' ? 'done' : 'overtaken' }));
  const toStore = decided.filter(({ decision }) => decision === 'store');
  for (const [, alike] of groupBy(toStore, ({ op }) => `${op.verb} ${op.wanted}`)) {
    const { verb, wanted } = alike[0]!.op;
    const range = packUids(alike.map(({ op }) => op.uid!));
    const stored = await session.ask((client) =>
      wanted
        ? client.messageFlagsAdd(range, [FLAG[verb]], { uid: true, silent: true })
        : client.messageFlagsRemove(range, [FLAG[verb]], { uid: true, silent: true }),
    );
    if (!stored && !session.usable) throw session.failure();
    for (const { op, current } of alike) {
      if (stored) settled.push({ op, state: 'done', current: { ...current!, [verb]: wanted } });
      else settled.push({ op, state: op.attempts + 1 < MAX_ATTEMPTS ? 'pending' : 'failed', current });
    }
  }
  await settle(pass, settled);
}

interface Settled {
  op: PendingOp;
  state: 'pending' | 'done' | 'overtaken' | 'failed';
  /** Flags as the server has them now; undefined when the message is gone. */
  current: ServerFlags | undefined;
}

/** Writes outcomes: what the server has, and the end of the wish, unless the user changed his mind meanwhile. */
async function settle(pass: Pass, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  const { mail, lease, owner } = pass;
  const threadIds = await underLease(mail, lease, async (transaction) => {
    const options = { hooks: false, silent: true, transaction };
    const changed = new Set<string>();
    for (const { op, state, current } of settled) {
      const where = { id: op.id, state: 'pending' };
      const [still] = await table(mail, 'mailOps').update(
        {
          state,
          attempts: op.attempts + 1,
          ...(state === 'failed' && { lastError: new MailError('permanent', 'flagsRefused').toView() }),
        },
        { ...options, where },
      );
      if (still === 0 && current) {
        // He did: the later wish starts from what the server has now.
        const later = { messageRowId: op.messageId, verb: op.verb, state: 'pending' };
        await table(mail, 'mailOps').update({ base: { value: current[op.verb] } }, { ...options, where: later });
      }
      const values: Values = {
        ...(current && { [op.verb]: current[op.verb] }),
        ...(still === 1 && state !== 'pending' && { [WANTED[op.verb]]: null }),
      };
      if (Object.keys(values).length > 0) {
        await table(mail, 'mailMessages').update(values, { ...options, where: { id: op.messageId } });
      }
      if (op.threadId) changed.add(op.threadId);
    }
    await recomputeThreads(mail, owner, changed, transaction);
    return [...changed];
  });
  pass.counts.ops += settled.filter(({ state }) => state === 'done').length;
  const surprising = settled.some(({ state }) => state === 'overtaken' || state === 'failed');
  if (surprising) announce(pass, undefined, threadIds);
}
