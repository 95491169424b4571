/** Which texts are missing: rows say so themselves (src/server/collections/mailMessages.ts). */
import type { MessageStructureObject } from 'imapflow';
import { Op, type WhereOptions } from 'sequelize';
import { DAY, RECENT_WINDOW } from '../../../shared/constants';
import type { AddressView } from '../../../shared/types';
import type { MailContext } from '../../context';
import { readRows } from '../../readRows';
import { dateOf, jsonOf } from '../rows';
import type { Place } from '../store';

/** Messages younger than this have their text first, so that opening them needs no server. */
const YOUNG = 30 * DAY;

/** A message whose text is to be fetched, with what the index of words needs of its row. */
export interface Wanted {
  id: string;
  uid: number;
  /** How often it was tried in vain. */
  tries: number;
  /** Not even its header could be read. */
  headless: boolean;
  internalDate: Date;
  subject: string;
  from: AddressView | null;
  recipients: AddressView[];
  structure: MessageStructureObject | null;
}

const here = (place: Place) => ({ mailboxId: place.id, uidValidity: place.uidValidity, uid: { [Op.ne]: null } });

/** INTERNALDATE from which on texts come first: the last days, and the recent window where that reaches farther back. */
export async function urgentSince(mail: MailContext, place: Place): Promise<Date> {
  const young = new Date(mail.now().getTime() - YOUNG);
  const [last] = await readRows(mail, 'mailMessages', {
    where: { mailboxId: place.id },
    attributes: ['internalDate'],
    order: [['internalDate', 'DESC']],
    limit: 1,
    offset: RECENT_WINDOW - 1,
  });
  const edge = last ? dateOf(last.internalDate) : new Date(0);
  return edge && edge < young ? edge : young;
}

interface Stretch {
  /** Null for all. */
  since: Date | null;
  /** Only what comes after this one. */
  behind?: Pick<Wanted, 'id' | 'internalDate'> | undefined;
}

/** Messages without a text that was asked for, newest first. */
export async function readMissing(
  mail: MailContext,
  place: Place,
  { since, behind }: Stretch,
  most: number,
): Promise<Wanted[]> {
  const internalDate = { ...(since && { [Op.gte]: since }), ...(behind && { [Op.lte]: behind.internalDate }) };
  const older = behind && {
    [Op.or]: [{ internalDate: { [Op.lt]: behind.internalDate } }, { id: { [Op.lt]: behind.id } }],
  };
  const dated = (since ?? behind) && { internalDate };
  return read(mail, { ...here(place), textTries: 0, ...dated, ...older }, most);
}

/** Those of these messages whose text was not asked for yet. */
export async function readWanted(mail: MailContext, place: Place, uids: readonly number[]): Promise<Wanted[]> {
  return read(mail, { ...here(place), uid: [...uids], textTries: 0 }, uids.length);
}

/** Messages that failed before and whose time has come. */
export async function readDue(mail: MailContext, place: Place, most: number): Promise<Wanted[]> {
  return read(mail, { ...here(place), textTries: { [Op.gt]: 0 }, textRetryAt: { [Op.lte]: mail.now() } }, most);
}

async function read(mail: MailContext, where: WhereOptions, most: number): Promise<Wanted[]> {
  const rows = await readRows(mail, 'mailMessages', {
    where,
    attributes: [
      ...['id', 'uid', 'textTries', 'headerHash', 'internalDate', 'subject', 'fromName', 'fromAddress'],
      ...['to', 'cc', 'bcc', 'structure'],
    ],
    order: [
      ['internalDate', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: most,
  });
  return rows.map((row) => {
    const [name, address] = [String(row.fromName ?? ''), String(row.fromAddress ?? '')];
    const addresses = (value: unknown) => (jsonOf(value) as AddressView[] | null) ?? [];
    return {
      id: String(row.id),
      uid: Number(row.uid),
      tries: Number(row.textTries ?? 0),
      headless: row.headerHash === '',
      internalDate: dateOf(row.internalDate) ?? new Date(0),
      subject: String(row.subject ?? ''),
      from: name || address ? { name, address } : null,
      recipients: [...addresses(row.to), ...addresses(row.cc), ...addresses(row.bcc)],
      structure: (jsonOf(row.structure) as MessageStructureObject | null) ?? null,
    };
  });
}
