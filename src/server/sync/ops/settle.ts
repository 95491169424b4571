/** Writes how ops ended: what the server has now, where messages lie, and the end of the wishes, in one transaction. */
import { Op, type Transaction } from 'sequelize';
import { MailError, retryAt } from '../../errors';
import { LIVE_EVENTS } from '../../../shared/constants';
import { recomputeThreads } from '../counters';
import { noteRows } from '../mailboxCounts';
import { announce, type Pass } from '../pass';
import { chunks, groupBy, table, underLease, type Values } from '../rows';
import type { Outcome } from './outcome';
import { relocate } from './relocate';
import { FLAG_VERBS, isFlagVerb, WANTED, type Verb } from './verbs';

const silently = (transaction: Transaction) => ({ hooks: false, silent: true, transaction });

/**
 * Writes outcomes, unless the user changed his mind meanwhile: then his later wish stays, and starts from what the server has.
 * @returns how many ops ended
 */
export async function settle(pass: Pass, outcomes: readonly Outcome[]): Promise<number> {
  let ended = 0;
  // A transaction with many rows keeps the user waiting who wants the next change.
  for (const some of chunks(outcomes, 300)) ended += await settleSome(pass, some);
  return ended;
}

async function settleSome(pass: Pass, outcomes: readonly Outcome[]): Promise<number> {
  if (outcomes.length === 0) return 0;
  const { mail, lease, owner } = pass;
  const { threadIds, noticed } = await underLease(mail, lease, async (transaction) => {
    const current = await stillPending(pass, outcomes, transaction);
    await writeStates(pass, current, transaction);
    const changed = new Set(outcomes.flatMap(({ op }) => op.message.threadId ?? []));
    await writeFlags(pass, outcomes, new Set(current), transaction);
    const places = new Map(outcomes.flatMap(({ op, place }) => (place ? [[op.message.id, place]] : [])));
    for (const threadId of await relocate(mail, places, transaction)) changed.add(threadId);
    await hide(pass, outcomes, transaction);
    await clearWishes(pass, current, transaction);
    await recomputeThreads(mail, owner, changed, transaction);
    return { threadIds: [...changed], noticed: current.filter(isNotice).map(({ op }) => op.id) };
  });
  const ended = outcomes.filter(({ state }) => state !== 'pending');
  pass.counts.ops += ended.filter(({ state }) => state === 'done').length;
  if (ended.some(({ state, place }) => state !== 'done' || place)) announce(pass, undefined, threadIds);
  if (noticed.length > 0) {
    mail.push(owner.userId, LIVE_EVENTS.thread, { accountId: owner.id, noticeIds: noticed.slice(0, 200) });
  }
  return ended.length;
}

/** What the user is told: he sees that it snaps back, and may ask why. A reply marked as answered is nobody's wish. */
const isNotice = ({ op, state }: Outcome) => (state === 'overtaken' || state === 'failed') && op.verb !== 'answered';

async function stillPending(pass: Pass, outcomes: readonly Outcome[], transaction: Transaction): Promise<Outcome[]> {
  const rows = (await table(pass.mail, 'mailOps').findAll({
    where: { id: outcomes.map(({ op }) => op.id), state: 'pending' },
    attributes: ['id'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  const ids = new Set(rows.map((row) => String(row.id)));
  return outcomes.filter(({ op }) => ids.has(op.id));
}

async function writeStates(pass: Pass, outcomes: readonly Outcome[], transaction: Transaction): Promise<void> {
  const { mail } = pass;
  const changes = outcomes.filter(({ state, refused }) => state !== 'pending' || refused);
  const groups = groupBy(changes, ({ op, state, refused, code }) => `${state} ${refused} ${code} ${op.attempts}`);
  for (const [, alike] of groups) {
    const { op, state, refused, code } = alike[0]!;
    const attempts = op.attempts + (refused ? 1 : 0);
    const error = code ? new MailError(refused ? 'transient' : 'permanent', code, { who: 'user' }) : null;
    const values: Values = {
      state,
      attempts,
      nextAttemptAt: state === 'pending' && error ? retryAt(error, attempts, mail.now()) : null,
      lastError: error?.toView() ?? null,
    };
    const where = { id: alike.map((one) => one.op.id) };
    await table(mail, 'mailOps').update(values, { ...silently(transaction), where });
  }
}

/** Flags as FETCH gave them, and what follows for wishes that came meanwhile. */
async function writeFlags(
  pass: Pass,
  outcomes: readonly Outcome[],
  current: ReadonlySet<Outcome>,
  transaction: Transaction,
): Promise<void> {
  const known = outcomes.flatMap(({ op, flags, ...rest }) =>
    flags && isFlagVerb(op.verb) ? [{ op, verb: op.verb, value: flags[op.verb], outcome: { op, flags, ...rest } }] : [],
  );
  for (const [, alike] of groupBy(known, ({ verb, value }) => `${verb} ${value}`)) {
    const { verb, value } = alike[0]!;
    const where = { id: alike.map(({ op }) => op.message.id) };
    await table(pass.mail, 'mailMessages').update({ [verb]: value }, { ...silently(transaction), where });
  }
  const currentIds = new Set([...current].map(({ op }) => op.id));
  for (const { op, verb, value } of known) {
    if (currentIds.has(op.id)) continue;
    const where = { messageRowId: op.message.id, verb, state: 'pending' };
    await table(pass.mail, 'mailOps').update({ base: { value } }, { ...silently(transaction), where });
  }
}

/** Rows of messages that are gone lose their place; the pass that compares the mailbox would do the same. */
async function hide(pass: Pass, outcomes: readonly Outcome[], transaction: Transaction): Promise<void> {
  const ids = outcomes.filter(({ gone }) => gone).map(({ op }) => op.message.id);
  if (ids.length === 0) return;
  await noteRows(pass.mail, { id: ids }, true, transaction);
  await table(pass.mail, 'mailMessages').update(
    { mailboxId: null, uidValidity: null, uid: null, vanishedAt: pass.mail.now() },
    { ...silently(transaction), where: { id: ids, vanishedAt: null } },
  );
}

/** What is shown is what the server has again, unless another wish for the same waits. */
async function clearWishes(pass: Pass, outcomes: readonly Outcome[], transaction: Transaction): Promise<void> {
  const ended = outcomes.filter(({ state }) => state !== 'pending');
  const ids = ended.map(({ op }) => op.message.id);
  if (ids.length === 0) return;
  const waiting = (await table(pass.mail, 'mailOps').findAll({
    where: { messageRowId: ids, state: 'pending', verb: { [Op.in]: [...FLAG_VERBS, 'move', 'remove'] } },
    attributes: ['messageRowId', 'verb'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  const wanted = new Set(waiting.map((row) => `${String(row.messageRowId)} ${row.verb as Verb}`));
  for (const [verb, alike] of groupBy(ended, ({ op }) => op.verb)) {
    const column = WANTED[verb];
    const free = alike.map(({ op }) => op.message.id).filter((id) => !wanted.has(`${id} ${verb}`));
    if (!column || free.length === 0) continue;
    await table(pass.mail, 'mailMessages').update(
      { [column]: null },
      { ...silently(transaction), where: { id: free } },
    );
  }
}
