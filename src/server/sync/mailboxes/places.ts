/** Two mailboxes that swapped their names look like none that did: a few of their messages are looked at where that may be. */
import { MailError } from '../../errors';
import { fetchRows } from '../../imap/fetch';
import type { Pass } from '../pass';
import type { MailboxRow } from '../rows';
import { forgetPlaces, updateMailbox } from '../store';
import { decidePlaces } from './decidePlaces';
import { sampleOf } from './renames';

/** No mailbox has this UIDVALIDITY (RFC 9051 section 9, nz-number): all places are another one's. */
const NO_VALIDITY = 0;

/**
 * Forgets the places of messages in mailboxes that hold others under their UIDs, so that they are paired anew as under a new
 * UIDVALIDITY.
 * @param mailboxes those that may have changed their names, under the names they bear now
 * @param suspect the one whose UIDNEXT went back; looked at last, so that a pass that is cut begins anew
 */
export async function checkPlaces(pass: Pass, mailboxes: readonly MailboxRow[], suspect?: MailboxRow): Promise<void> {
  const others = mailboxes.filter(({ id, stored }) => id !== suspect?.id && (stored ?? 0) > 0);
  for (const mailbox of others) await checkOne(pass, mailbox, false);
  if (suspect) await checkOne(pass, suspect, true);
}

async function checkOne(pass: Pass, mailbox: MailboxRow, suspect: boolean): Promise<void> {
  const { mail, lease } = pass;
  const decision = await look(pass, mailbox, suspect);
  if (decision === 'forget') await forgetPlaces(mail, lease, { id: mailbox.id, uidValidity: NO_VALIDITY });
  // Everything is compared in any case.
  if (decision === 'forget' || suspect) await updateMailbox(mail, lease, mailbox.id, { lastStatus: null });
}

async function look(pass: Pass, { id, path }: MailboxRow, suspect: boolean): Promise<'trust' | 'forget'> {
  try {
    const { uidValidity } = await pass.connection.open(path);
    const sample = await sampleOf(pass, id);
    // Under another UIDVALIDITY they are forgotten anyway.
    if (sample.some((one) => one.uidValidity !== uidValidity)) return 'trust';
    const uids = sample.map(({ uid }) => uid);
    const rows = await fetchRows(await pass.connection.session(), uids, { internalDate: true });
    const found = (uid: number) => rows.get(uid)?.internalDate;
    const dates = sample.map(({ uid, internalDate }) => {
      const date = found(uid);
      return { internalDate, found: date instanceof Date ? date : null };
    });
    return decidePlaces(dates, suspect);
  } catch (error) {
    // One that does not open is said to be so where it is compared.
    if (error instanceof MailError && ['mailboxMissing', 'commandRefused'].includes(error.code)) return 'trust';
    throw error;
  }
}
