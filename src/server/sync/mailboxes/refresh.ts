/** LIST to rows of `mailboxes`: new ones are added, renamed ones followed, deleted ones kept as missing for a while. */
import { createHash } from 'node:crypto';
import { Op } from 'sequelize';
import { DAY, LIVE_EVENTS } from '../../../shared/constants';
import type { Pass } from '../pass';
import { chunks, idOf, readMailboxes, table, underLease, type MailboxRow, type Values } from '../rows';
import { hideVanished } from '../store';
import { isShortList, planList, planRenames, selectable, syncsFromTheStart, type KnownMailbox } from './planList';
import { proveRenames, stillThere } from './renames';
import { assignRoles } from './assignRoles';
import { checkPlaces } from './places';
import { holdsMail, rolesOf, type ListedMailbox } from './roles';

const ROLE_ORDER = ['inbox', 'sent', 'drafts', 'archive', 'junk', 'trash', 'outbox', 'none'];
/** A mailbox that is not listed is kept this long: it may come back, and with it what the user chose. */
const MISSING_KEPT_FOR = 7 * DAY;

export const hashPath = (path: string): string => createHash('sha256').update(path).digest('hex');

/** What the next pass takes as a reason to compare everything. */
export const NOTHING_KNOWN = { lastStatus: null, comparedAt: null, backfillDone: false, lastError: null };

/**
 * Brings the rows up to date with the server's list.
 * @returns all mailboxes of the account that are on the server, the inbox first
 */
export async function refreshMailboxes(pass: Pass): Promise<MailboxRow[]> {
  const { mail, owner } = pass;
  const rows = await readMailboxes(mail, owner.id);
  const known = rows.map(knownOf);
  const listed = await trustedList(pass, known);
  const changed = await follow(pass, rows, known, listed);
  const now = changed ? await readMailboxes(mail, owner.id) : rows;
  if (changed) mail.push(owner.userId, LIVE_EVENTS.mailbox, { accountId: owner.id });
  return now
    .filter(({ missingSince }) => missingSince === null)
    .sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) || (a.path < b.path ? -1 : 1));
}

const knownOf = (row: MailboxRow): KnownMailbox => ({
  id: row.id,
  path: row.path,
  delimiter: row.delimiter,
  role: row.role,
  syncing: row.syncing,
  missing: row.missingSince !== null,
  stored: row.stored ?? 0,
});

async function ask(pass: Pass): Promise<ListedMailbox[]> {
  const session = await pass.connection.session();
  const listed = await session.ask((client) => client.list({ listOnly: true }));
  // A list without an inbox is not a list.
  if (!listed.some(({ path }) => path.toUpperCase() === 'INBOX')) throw session.failure();
  return listed.map(({ path, delimiter, flags }) => ({ path, delimiter: delimiter ?? '', flags })).filter(selectable);
}

/** One answer that lost most of the mailboxes is not believed: what a second connection lists is there. */
async function trustedList(pass: Pass, known: readonly KnownMailbox[]): Promise<ListedMailbox[]> {
  const first = await ask(pass);
  if (!isShortList(known, first)) return first;
  await pass.connection.renew();
  const second = await ask(pass);
  const paths = new Set(second.map(({ path }) => path));
  return [...second, ...first.filter(({ path }) => !paths.has(path))];
}

/** @returns whether a row changed */
async function follow(
  pass: Pass,
  rows: readonly MailboxRow[],
  known: readonly KnownMailbox[],
  listed: readonly ListedMailbox[],
): Promise<boolean> {
  const plan = planList(known, listed);
  // A pass that noted them as missing may have been cut before it had hidden all of their messages.
  for (const { id } of rows.filter(({ id, missingSince }) => missingSince !== null && !plan.kept.has(id))) {
    await hideAll(pass, id);
  }
  const renamed =
    plan.gone.length > 0 ? planRenames(plan, await proveRenames(pass, plan)) : new Map<string, ListedMailbox>();
  const gone = plan.gone.filter(({ id }) => !renamed.has(id));
  const there = await stillThere(pass, gone);
  const missing = gone.filter(({ id }) => !there.has(id));
  const newNames = new Set(renamed.values());
  const added = plan.appeared.filter((one) => !newNames.has(one));
  const forgotten = await forgettable(pass, rows);

  const roles = rolesOf(listed.filter(holdsMail));
  const roleOf = ({ path }: ListedMailbox) => roles.get(path) ?? 'none';
  const changes = rows.flatMap((row) => {
    const now = renamed.get(row.id) ?? plan.kept.get(row.id);
    const values = now && differences(row, now, roleOf(now));
    return values ? [{ id: row.id, values }] : [];
  });
  if (changes.length + added.length + missing.length + forgotten.length === 0) return false;
  // A name that was given up may have been taken by another mailbox. Asked before the change is written: cut, it is asked again.
  if (renamed.size + missing.length > 0) await checkPlaces(pass, stayed(rows, plan.kept));

  await underLease(pass.mail, pass.lease, async (transaction) => {
    const options = { hooks: false, silent: true, transaction };
    const model = table(pass.mail, 'mailboxes');
    if (forgotten.length > 0) await model.destroy({ ...options, where: { id: forgotten } });
    for (const { id, values } of changes) await model.update(values, { ...options, where: { id } });
    const ids = missing.map(({ id }) => id);
    const asMissing = { missingSince: pass.mail.now(), onServer: 0, unseenOnServer: 0 };
    if (ids.length > 0) await model.update(asMissing, { ...options, where: { id: ids } });
    const parents = known.map((one) => ({ ...one, path: renamed.get(one.id)?.path ?? one.path }));
    const values = added.map((one) => ({
      ...newRow(pass, one),
      listedRole: roleOf(one),
      role: 'none',
      syncing: syncsFromTheStart(one, roleOf(one), parents),
    }));
    await model.bulkCreate(values, { hooks: false, transaction });
    await assignRoles(pass.mail, pass.owner.id, transaction);
  });
  for (const { id } of missing) await hideAll(pass, id);
  return true;
}

/** Mailboxes that bear the name they had. */
const stayed = (rows: readonly MailboxRow[], kept: ReadonlyMap<string, ListedMailbox>) =>
  rows.filter(({ id, missingSince }) => missingSince === null && kept.has(id));

/** Columns of a row that the list says otherwise; undefined where it says the same. */
function differences(row: MailboxRow, now: ListedMailbox, listedRole: string): Values | undefined {
  const values: Values = {
    ...(row.path !== now.path && { path: now.path, pathHash: hashPath(now.path) }),
    ...(row.delimiter !== now.delimiter && { delimiter: now.delimiter.slice(0, 8) }),
    ...(row.listedRole !== listedRole && { listedRole }),
    ...(row.holdsMail !== holdsMail(now) && { holdsMail: holdsMail(now) }),
    // Back again: its messages are found by comparing.
    ...(row.missingSince !== null && { missingSince: null, ...NOTHING_KNOWN }),
  };
  return Object.keys(values).length > 0 ? values : undefined;
}

const newRow = ({ mail, owner }: Pass, { path, delimiter, ...listed }: ListedMailbox): Values => ({
  id: mail.newId(),
  accountId: owner.id,
  userId: owner.userId,
  path,
  pathHash: hashPath(path),
  delimiter: delimiter.slice(0, 8),
  holdsMail: holdsMail({ path, delimiter, ...listed }),
});

/** Messages of a mailbox that is gone lose their place: what was moved elsewhere is found there, the rest is purged in time. */
async function hideAll(pass: Pass, mailboxId: string): Promise<void> {
  const { mail, lease, owner } = pass;
  const rows = (await table(mail, 'mailMessages').findAll({
    where: { mailboxId },
    attributes: ['id'],
    raw: true,
  })) as unknown as Values[];
  for (const some of chunks(rows, 500)) {
    await hideVanished(
      mail,
      lease,
      owner,
      some.flatMap(({ id }) => idOf(id) ?? []),
    );
    pass.counts.vanished += some.length;
  }
}

/** Mailboxes that have been missing for long, and to which no message refers. */
async function forgettable({ mail }: Pass, rows: readonly MailboxRow[]): Promise<string[]> {
  const before = mail.now().getTime() - MISSING_KEPT_FOR;
  const ids = rows.flatMap(({ id, missingSince }) => (missingSince && missingSince.getTime() < before ? [id] : []));
  if (ids.length === 0) return [];
  const referring = (await table(mail, 'mailMessages').findAll({
    where: { [Op.or]: [{ mailboxId: ids }, { mailboxWanted: ids }] },
    attributes: ['mailboxId', 'mailboxWanted'],
    limit: 1,
    raw: true,
  })) as unknown as Values[];
  return referring.length > 0 ? [] : ids;
}
