/** The stored body of a message: what was fetched, and what the sanitiser made of it. */
import type { MessageStructureObject } from 'imapflow';
import type { Transaction } from 'sequelize';
import type { AttachmentView } from '../../shared/types';
import type { MailContext } from '../context';
import { toMailError } from '../errors';
import type { FetchedBody } from '../imap/body';
import { storable } from '../imap/decode';
import { partsOf } from '../imap/parts';
import { inTransaction } from '../transaction';
import { packHtml, unpackHtml } from './packedHtml';
import { SANITISER_VERSION } from './sanitise';
import { indexNow } from './search';
import type { Values } from './views';

export interface StoredBody {
  structure: MessageStructureObject | null;
  attachments: AttachmentView[];
  text: string | null;
  /** Raw: hostile, never returned. */
  html: string | null;
  /** Made safe by this version of the sanitiser: html, or null where that failed; undefined where it was not tried. */
  sanitised: string | null | undefined;
  blockedImages: number;
}

const bodies = (mail: MailContext) => mail.db.getCollection('mailBodies').model;

/** @returns null where the message has not been fetched, or not completely */
export async function storedBody(mail: MailContext, messageId: string): Promise<StoredBody | null> {
  const row = (await bodies(mail).findByPk(messageId))?.get({ plain: true }) as Values | undefined;
  if (!row?.fetchedAt) return null;
  const structure = (row.structure ?? null) as MessageStructureObject | null;
  if (!structure && !Array.isArray(row.attachments)) return null;
  return {
    structure,
    attachments: Array.isArray(row.attachments)
      ? (row.attachments as AttachmentView[])
      : partsOf(structure).attachments,
    text: stringOrNull(row.text),
    html: await unpackHtml(row),
    sanitised: Number(row.sanitiserVersion) === SANITISER_VERSION ? stringOrNull(row.sanitised) : undefined,
    blockedImages: Number(row.blockedImages ?? 0),
  };
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** PostgreSQL takes neither NUL nor half characters, and a sender may write both. */
function storableBody<T extends object>(body: T): T {
  const clean = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value));
  return JSON.parse(clean) as T;
}

/** Whether the message was not purged while its text came; it stays until the end of the transaction. */
async function isThere(mail: MailContext, id: string, transaction: Transaction): Promise<boolean> {
  const { model } = mail.db.getCollection('mailMessages');
  const options = { where: { id }, attributes: ['id'], raw: true, transaction, lock: transaction.LOCK.SHARE };
  return (await model.findOne(options)) !== null;
}

/** Stores what was fetched; two readers who open a message at once write the same, and of one that is gone nothing is kept. */
export async function storeBody(
  mail: MailContext,
  messageId: string,
  accountId: string,
  body: FetchedBody,
): Promise<StoredBody> {
  const { structure, attachments, text, html } = storableBody(body);
  const packedHtml = html === null ? null : await packHtml(html);
  const values = { structure, attachments, text, packedHtml, html: null, accountId, fetchedAt: mail.now() };
  const changes = { ...values, sanitised: null, sanitiserVersion: null, blockedImages: null };
  const stored = await inTransaction(mail, async (transaction) => {
    if (!(await isThere(mail, messageId, transaction))) return false;
    const options = { hooks: false, transaction };
    const [changed] = await bodies(mail).update(changes, { ...options, where: { id: messageId }, silent: true });
    if (changed > 0) return true;
    await bodies(mail).bulkCreate([{ id: messageId, ...changes }], { ...options, ignoreDuplicates: true });
    return true;
  });
  if (stored) await makeFindable(mail, messageId);
  return { structure, attachments, text, html, sanitised: undefined, blockedImages: 0 };
}

/** What was read is found by its text from now on; a failure of the index is no reason not to show it. */
async function makeFindable(mail: MailContext, messageId: string): Promise<void> {
  try {
    await indexNow(mail, messageId);
  } catch (error) {
    mail.log.warn('an opened message was not indexed', { messageId, code: toMailError(error).code });
  }
}

/** Remembers the result of the sanitiser, a failure (html null) too: what hung it once does so again. */
export async function storeSanitised(
  mail: MailContext,
  messageId: string,
  result: { html: string | null; remoteImages: number; text: string | null; attachments?: AttachmentView[] },
): Promise<void> {
  await bodies(mail).update(
    {
      sanitised: result.html,
      sanitiserVersion: SANITISER_VERSION,
      blockedImages: result.remoteImages,
      ...(result.text !== null && { text: result.text }),
      ...(result.attachments && { attachments: result.attachments }),
    },
    { where: { id: messageId }, hooks: false, silent: true },
  );
}
