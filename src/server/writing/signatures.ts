/** Signatures of a user: several for each account, one of them by default. */
import { Op } from 'sequelize';
import { withStringIds } from '../../shared/ids';
import type { SignatureInput, SignatureView } from '../../shared/types';
import { ownedAccount, requireOwned } from '../access/owned';
import { ofNone, ownerlessAccounts } from '../access/ownerless';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { nameOf, storedText } from './input';

/** Octets of one signature, small pictures in it included. */
const LONGEST = 300_000;
const MOST = 50;

const model = (mail: MailContext) => mail.db.getCollection('mailSignatures').model;

const viewOf = (stored: Record<string, unknown>): SignatureView => {
  const row = withStringIds(stored);
  return {
    id: row.id as string,
    accountId: row.accountId as string,
    name: storedText(row.name),
    html: storedText(row.html),
    isDefault: Boolean(row.isDefault),
  };
};

/** The viewer's signatures by name. @param accountId of one account only */
export async function listSignatures(mail: MailContext, viewer: Viewer, accountId?: string): Promise<SignatureView[]> {
  const rows = await model(mail).findAll({
    where: {
      [Op.and]: [
        { userId: viewer.userId, ...(accountId && { accountId }) },
        ofNone(mail, 'mailSignatures', await ownerlessAccounts(mail)),
      ],
    },
    order: [
      ['name', 'ASC'],
      ['id', 'ASC'],
    ],
  });
  return rows.map((row) => viewOf(row.get({ plain: true }) as Record<string, unknown>));
}

/**
 * Makes a signature, or changes one; the default of an account is one at most.
 * @param id empty for a new one
 * @throws MailError permanent `notFound` | `invalidInput` (name, html) | `tooManySignatures` | transient `htmlBusy`
 */
export async function saveSignature(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  input: Partial<Record<keyof SignatureInput, unknown>>,
): Promise<SignatureView> {
  const known = id ? await requireOwned(mail, viewer, 'mailSignatures', id) : null;
  const account = await ownedAccount(mail, viewer, input.accountId);
  if (typeof input.html !== 'string' || input.html.length > LONGEST) {
    throw new MailError('permanent', 'invalidInput', { params: { field: 'html' } });
  }
  const { html } = await editorHtml(mail, input.html, false);
  const values = { accountId: account.id, name: nameOf(input.name), html, isDefault: input.isDefault === true };
  const rowId = known?.id ?? mail.newId();
  if (known) await model(mail).update(values, { where: { id: rowId, userId: viewer.userId }, hooks: false });
  else {
    const count = await model(mail).count({ where: { userId: viewer.userId } });
    if (count >= MOST) throw new MailError('permanent', 'tooManySignatures', { params: { most: MOST } });
    await model(mail).create({ ...values, id: rowId, userId: viewer.userId }, { hooks: false });
  }
  if (values.isDefault) {
    const others = { userId: viewer.userId, accountId: account.id, id: { [Op.ne]: rowId } };
    await model(mail).update({ isDefault: false }, { where: others, hooks: false });
  }
  return viewOf(await requireOwned(mail, viewer, 'mailSignatures', rowId));
}

/** @throws MailError permanent `notFound` */
export async function removeSignature(mail: MailContext, viewer: Viewer, id: string): Promise<void> {
  const row = await requireOwned(mail, viewer, 'mailSignatures', id);
  await model(mail).destroy({ where: { id: row.id, userId: viewer.userId }, hooks: false });
}
