/** Moves and removals: shown at once, told to the server by the next pass. */
import type { Transaction } from 'sequelize';
import type { MailboxRole, MoveResult, MoveTarget } from '../../../shared/types';
import { requireOwned } from '../../access/owned';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { MailError } from '../../errors';
import { chunks, flagOf, groupBy, idOf, shownMailboxOf, table, type Values } from '../rows';
import type { Owner } from '../store';
import { byAccount, changeMessages, newOp } from './enqueue';
import { planWish, type EarlierOp, type Wish } from './planWish';
import { triedOf } from './pending';
import type { Verb } from './verbs';

type Moved = MoveResult['moved'];

/**
 * Moves messages of the viewer. All or none: what cannot be moved is said before anything is.
 * @throws MailError permanent `notFound` (message or mailbox) | `moveAcrossAccounts` | `noMailboxForRole` | `mailboxMissing`
 * | `accountNotActive`
 */
export async function enqueueMove(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  to: MoveTarget,
): Promise<MoveResult> {
  const accountIds = [...(await byAccount(mail, viewer, messageIds)).keys()];
  const targets = await targetsOf(mail, viewer, accountIds, to);
  return wishPlaces(mail, viewer, messageIds, ({ accountId }) => ({ verb: 'move', to: targets.get(accountId)! }));
}

/**
 * Removes messages of the viewer: to the trash, and for good what lies there already or everything where `permanently`.
 * @throws MailError permanent `notFound` | `noMailboxForRole` | `accountNotActive`
 */
export async function enqueueRemoval(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  permanently: boolean,
): Promise<MoveResult> {
  const accountIds = [...(await byAccount(mail, viewer, messageIds)).keys()];
  if (permanently) {
    await checkAccounts(mail, accountIds);
    return wishPlaces(mail, viewer, messageIds, () => ({ verb: 'remove' }));
  }
  const trash = await targetsOf(mail, viewer, accountIds, { role: 'trash' });
  return wishPlaces(mail, viewer, messageIds, ({ accountId, shownIn }) => {
    const to = trash.get(accountId)!;
    return shownIn === to || shownIn === null ? { verb: 'remove' } : { verb: 'move', to };
  });
}

/** Mail of a disconnected account is kept for reading only. */
async function checkAccounts(mail: MailContext, accountIds: readonly string[]): Promise<void> {
  const where = { id: [...accountIds], state: 'disconnected' };
  if (await table(mail, 'mailAccounts').findOne({ where, attributes: ['id'], raw: true })) {
    throw new MailError('permanent', 'accountNotActive');
  }
}

/** The mailbox to move to, of each account. */
async function targetsOf(
  mail: MailContext,
  viewer: Viewer,
  accountIds: readonly string[],
  to: MoveTarget,
): Promise<Map<string, string>> {
  if ('mailboxId' in to) {
    const target = await requireOwned(mail, viewer, 'mailboxes', to.mailboxId);
    const accountId = String(target.accountId as string);
    if (accountIds.some((id) => id !== accountId)) throw new MailError('permanent', 'moveAcrossAccounts');
    if (target.missingSince) throw new MailError('permanent', 'mailboxMissing');
    await checkAccounts(mail, accountIds);
    return new Map([[accountId, target.id]]);
  }
  await checkAccounts(mail, accountIds);
  return mailboxesFor(mail, viewer, accountIds, to.role);
}

async function mailboxesFor(
  mail: MailContext,
  viewer: Viewer,
  accountIds: readonly string[],
  role: MailboxRole,
): Promise<Map<string, string>> {
  const rows = (await table(mail, 'mailboxes').findAll({
    where: { accountId: [...accountIds], userId: viewer.userId, role },
    attributes: ['id', 'accountId'],
    raw: true,
  })) as unknown as Values[];
  const found = new Map(rows.map((row) => [String(row.accountId), String(row.id)]));
  if (accountIds.some((id) => !found.has(id))) {
    throw new MailError('permanent', 'noMailboxForRole', { params: { role } });
  }
  return found;
}

interface Subject {
  accountId: string;
  /** Mailbox the message is shown in; null where its removal is pending. */
  shownIn: string | null;
}

async function wishPlaces(
  mail: MailContext,
  viewer: Viewer,
  messageIds: readonly string[],
  wishOf: (message: Subject) => Wish,
): Promise<MoveResult> {
  const moved = new Map<string, Moved[number]>();
  await changeMessages(mail, viewer, messageIds, async (owner, ids, transaction) => {
    const threadIds = new Set<string>();
    for (const some of chunks(ids, 300)) {
      for (const change of await planSome(mail, owner, some, wishOf, transaction)) {
        moved.set(change.id, { id: change.id, from: change.from, to: change.to });
        if (change.threadId) threadIds.add(change.threadId);
      }
    }
    return threadIds;
  });
  return { moved: messageIds.flatMap((id) => moved.get(id) ?? []) };
}

type Changed = Moved[number] & { threadId: string | null };

async function planSome(
  mail: MailContext,
  owner: Owner,
  ids: readonly string[],
  wishOf: (message: Subject) => Wish,
  transaction: Transaction,
): Promise<Changed[]> {
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { id: [...ids], accountId: owner.id, vanishedAt: null },
    attributes: ['id', 'threadId', 'mailboxId', 'mailboxWanted', 'removeWanted'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  const earlier = await earlierOps(mail, ids, transaction);
  const planned = rows.map((row) => {
    const shownIn = shownMailboxOf(row);
    const wish = wishOf({ accountId: owner.id, shownIn });
    const facts = {
      mailboxId: idOf(row.mailboxId),
      mailboxWanted: idOf(row.mailboxWanted),
      removeWanted: flagOf(row.removeWanted),
      earlier: earlier.get(String(row.id)) ?? [],
    };
    return { id: String(row.id), threadId: idOf(row.threadId), shownIn, wish, plan: planWish(wish, facts) };
  });
  await writeWishes(
    mail,
    owner,
    planned.flatMap(({ id, plan }) => (plan ? { id, ...plan } : [])),
    transaction,
  );
  return planned.flatMap(({ id, threadId, shownIn, wish, plan }) =>
    plan ? { id, threadId, from: shownIn, to: wish.verb === 'move' ? wish.to : null } : [],
  );
}

async function earlierOps(
  mail: MailContext,
  ids: readonly string[],
  transaction: Transaction,
): Promise<Map<string, EarlierOp[]>> {
  const ops = await table(mail, 'mailOps').findAll({
    where: { messageRowId: [...ids], verb: ['move', 'remove'], state: 'pending' },
    order: [['id', 'ASC']],
    transaction,
  });
  const values = ops.map((op) => op.get({ plain: true }) as Values);
  return groupBy(
    values.map((op) => ({
      id: String(op.id),
      messageId: String(op.messageRowId),
      verb: op.verb as Verb as EarlierOp['verb'],
      to: idOf((op.wanted as Values | null)?.mailboxId),
      tried: triedOf(op.tried) !== null,
    })),
    ({ messageId }) => messageId,
  );
}

type Written = NonNullable<ReturnType<typeof planWish>> & { id: string };

async function writeWishes(
  mail: MailContext,
  owner: Owner,
  plans: readonly Written[],
  transaction: Transaction,
): Promise<void> {
  const options = { hooks: false, silent: true, transaction };
  const dropped = plans.flatMap(({ drop }) => drop);
  if (dropped.length > 0) await table(mail, 'mailOps').destroy({ ...options, where: { id: dropped } });
  for (const [, alike] of groupBy(plans, ({ show }) => JSON.stringify(show))) {
    const where = { id: alike.map(({ id }) => id) };
    await table(mail, 'mailMessages').update({ ...alike[0]!.show }, { ...options, where });
  }
  const ops = plans.flatMap(({ id, add }) =>
    add ? [newOp(mail, owner, id, add.verb, { mailboxId: add.from }, { mailboxId: add.to })] : [],
  );
  await table(mail, 'mailOps').bulkCreate(ops, { hooks: false, transaction });
}
