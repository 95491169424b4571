/** People a user wrote to or heard from: offered while addresses are typed, and asked when a stranger is about to get a mail. */
import type { AddressView, CorrespondentView } from '../../shared/types';
import { ownerlessAccounts } from '../access/ownerless';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { visibleTo } from '../messages/rows';
import { hasMailFrom } from '../messages/search';

/** Newest messages whose senders are offered too. */
const RECENT_MESSAGES = 400;
const MOST_KNOWN = 2000;
const MOST_SHOWN = 300;
/** So many are looked for; no question names more of them. */
const MOST_STRANGERS = 20;

const model = (mail: MailContext) => mail.db.getCollection('mailCorrespondents').model;
const key = (address: string) => address.trim().toLowerCase().slice(0, 320);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Remembers whom a mail went to. Several workers may do it for one user at once: a count lost then is no harm. */
export async function rememberRecipients(
  mail: MailContext,
  userId: string,
  recipients: readonly AddressView[],
): Promise<void> {
  const named = new Map(recipients.map(({ name, address }) => [key(address), name]));
  named.delete('');
  const address = [...named.keys()];
  const known = await model(mail).findAll({
    where: { userId, address },
    attributes: ['id', 'address', 'sentCount', 'name'],
  });
  const lastAt = mail.now();
  for (const row of known) {
    const name = named.get(text(row.get('address'))) || text(row.get('name'));
    named.delete(text(row.get('address')));
    const sentCount = Number(row.get('sentCount') ?? 0) + 1;
    await model(mail).update({ name, sentCount, lastAt }, { where: { id: row.get('id') as string }, hooks: false });
  }
  const fresh = [...named].map(([one, name]) => ({
    ...{ id: mail.newId(), userId, address: one, name: name.slice(0, 255), sentCount: 1, lastAt },
  }));
  await model(mail).bulkCreate(fresh, { hooks: false, ignoreDuplicates: true });
}

/** People the viewer wrote to, then those whose mail is among the newest stored; pure order: often first, then lately. */
export async function listCorrespondents(
  mail: MailContext,
  viewer: Viewer,
  query: string,
): Promise<CorrespondentView[]> {
  const [wrote, heard] = await Promise.all([wroteTo(mail, viewer), heardFrom(mail, viewer)]);
  const people = new Map(wrote.map((person) => [person.address, person]));
  for (const person of heard) {
    const known = people.get(person.address);
    if (known) known.name ||= person.name;
    else people.set(person.address, person);
  }
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ name, address }: AddressView) => {
    const whole = `${name} ${address}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  };
  return [...people.values()].filter(fits).slice(0, MOST_SHOWN);
}

/** Which of these addresses the viewer has neither written to nor has mail from, up to {@link MOST_STRANGERS}. */
export async function strangersAmong(
  mail: MailContext,
  viewer: Viewer,
  addresses: readonly string[],
): Promise<string[]> {
  const asked = [...new Set(addresses.map(key))].filter(Boolean);
  if (asked.length === 0) return [];
  const found = await model(mail).findAll({
    where: { userId: viewer.userId, address: asked },
    attributes: ['address'],
  });
  const known = new Set(found.map((row) => text(row.get('address'))));
  for (const { address } of await heardFrom(mail, viewer)) known.add(address);
  const strangers: string[] = [];
  for (const address of asked) {
    if (strangers.length === MOST_STRANGERS) break;
    if (known.has(address) || (!isMachine(address) && (await hasMailFrom(mail, viewer, address)))) continue;
    strangers.push(address);
  }
  return strangers;
}

const isMachine = (address: string): boolean => /^(no-?reply|do-?not-?reply|mailer-daemon|postmaster)@/.test(address);

async function wroteTo(mail: MailContext, viewer: Viewer): Promise<CorrespondentView[]> {
  const rows = await model(mail).findAll({
    where: { userId: viewer.userId },
    attributes: ['address', 'name', 'sentCount', 'lastAt'],
    order: [
      ['sentCount', 'DESC'],
      ['lastAt', 'DESC'],
    ],
    limit: MOST_KNOWN,
  });
  return rows.map((row) => ({ name: text(row.get('name')), address: text(row.get('address')), wroteTo: true }));
}

/** Senders of the newest messages, the latest first; machines that take no answer are left out. */
async function heardFrom(mail: MailContext, viewer: Viewer): Promise<CorrespondentView[]> {
  const rows = await mail.db.getCollection('mailMessages').model.findAll({
    where: visibleTo(mail, viewer, await ownerlessAccounts(mail)),
    attributes: ['fromName', 'fromAddress'],
    order: [['internalDate', 'DESC']],
    limit: RECENT_MESSAGES,
  });
  return rows
    .map((row) => ({ name: text(row.get('fromName')), address: key(text(row.get('fromAddress'))), wroteTo: false }))
    .filter(({ address }) => address && !isMachine(address));
}
