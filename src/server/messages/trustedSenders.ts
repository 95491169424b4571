/** Senders whose remote images a user always loads. */
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';

const key = (address: string) => address.trim().toLowerCase().slice(0, 320);
const senders = (mail: MailContext) => mail.db.getCollection('mailTrustedSenders').model;

export async function isTrusted(mail: MailContext, viewer: Viewer, address: string): Promise<boolean> {
  if (!address) return false;
  return (await senders(mail).count({ where: { userId: viewer.userId, address: key(address) } })) > 0;
}

/** @param trusted false takes the trust back */
export async function setTrusted(mail: MailContext, viewer: Viewer, address: string, trusted: boolean): Promise<void> {
  const row = { userId: viewer.userId, address: key(address) };
  if (!trusted) await senders(mail).destroy({ where: row, hooks: false });
  else if (!(await isTrusted(mail, viewer, address))) {
    await senders(mail).bulkCreate([{ id: mail.newId(), ...row }], { hooks: false, ignoreDuplicates: true });
  }
}
