/** Stores texts: rows, bodies, previews of threads and the index of words in one transaction under the lease. */
import { Op, type Transaction } from 'sequelize';
import type { MailContext } from '../../context';
import { indexMessages, indexSpelled } from '../../messages/search/searchIndex';
import { moveCounts } from '../mailboxCounts';
import { announce, type Pass } from '../pass';
import { readRows } from '../../readRows';
import { groupBy, idOf, table, underLease, type Values } from '../rows';
import { insertLongRows, tableName, updateRows } from '../store/bulk';
import { quoted } from '../store/sql';
import type { MailboxWork } from '../syncMailbox';
import { entryOf, type ReadText } from '../reader/texts';
import { asBuffer } from '../reader/utf8';
import { findableOf, type Outcome } from './find';
import { TEXT_DONE, triedInVain } from './retry';

interface Read extends Outcome {
  body: ReadText;
}

/** Stores what was found, and notes what was not. */
export async function storeTexts(
  pass: Pass,
  { mailbox }: Pick<MailboxWork, 'mailbox'>,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const { mail, lease, owner } = pass;
  const now = mail.now();
  const read = await underLease(mail, lease, async (transaction) => {
    const waiting = await stillWaiting(mail, outcomes, transaction);
    const open = outcomes.filter(({ wanted }) => waiting.has(wanted.id));
    const found = open.flatMap((outcome): Read[] => (outcome.body ? [{ ...outcome, body: outcome.body }] : []));
    const failed = open.filter(({ body }) => body === null);
    const rows = found.map(({ wanted, body }) => ({
      id: wanted.id,
      preview: body.preview,
      ...TEXT_DONE,
      structure: null,
      unreadable: null,
    }));
    const inVain = failed.map(({ wanted, error }) => ({
      id: wanted.id,
      ...triedInVain(wanted.tries, now),
      unreadable: error,
    }));
    await updateRows(mail, 'mailMessages', rows, transaction);
    await updateRows(mail, 'mailMessages', inVain, transaction);
    // A reader who opened the message was faster: his row may hold more.
    await insertLongRows(mail, 'mailBodies', found.map(bodyOf(owner.id, now)), transaction);
    const firstFailures = failed.filter(({ wanted }) => wanted.tries === 0);
    const spelled = found.map(({ wanted, body }) => ({ ...findableOf(owner, wanted), text: asBuffer(body.words) }));
    await indexSpelled(mail, spelled, transaction);
    const unread = firstFailures.map(({ wanted }) => entryOf(findableOf(owner, wanted), [], null));
    await indexMessages(mail, unread, transaction);
    // Another message may have merged its thread meanwhile.
    const threadIds = [...new Set(found.flatMap(({ wanted }) => waiting.get(wanted.id)?.threadId ?? []))];
    await previewThreads(mail, threadIds, transaction);
    const ended = [...rows, ...inVain].filter(({ textTries }) => textTries === null);
    for (const [mailboxId, here] of groupBy(ended, ({ id }) => waiting.get(id)?.mailboxId ?? null)) {
      if (mailboxId !== null) await moveCounts(mail, mailboxId, { textsMissing: -here.length }, transaction);
    }
    return { found, threadIds };
  });
  pass.counts.texts += read.found.length;
  announce(pass, mailbox.id, read.threadIds);
}

/** Where a message is by now. */
interface Waiting {
  threadId: string | null;
  /** The mailbox that counts it; null where it has no place. */
  mailboxId: string | null;
}

/** Messages that still wait for their text: what came by IDLE may have been completed meanwhile, and a message may have moved. */
async function stillWaiting(
  mail: MailContext,
  outcomes: readonly Outcome[],
  transaction: Transaction,
): Promise<Map<string, Waiting>> {
  const where = { id: outcomes.map(({ wanted }) => wanted.id), textTries: { [Op.ne]: null } };
  const attributes = ['id', 'threadId', 'mailboxId', 'uid'];
  const rows = await readRows(mail, 'mailMessages', { attributes, where }, transaction);
  const waiting = rows.map(({ id, threadId, mailboxId, uid }): [string, Waiting] => [
    String(id),
    { threadId: idOf(threadId), mailboxId: uid === null ? null : idOf(mailboxId) },
  ]);
  return new Map(waiting);
}

const bodyOf =
  (accountId: string, fetchedAt: Date) =>
  ({ wanted, body: { structure, attachments, text, packedHtml } }: Read): Values => ({
    ...{ id: wanted.id, accountId, structure, attachments, fetchedAt },
    ...{ text: text && asBuffer(text), packedHtml: packedHtml && asBuffer(packedHtml) },
  });

/** A thread shows the first words of its newest message: one read of an index each, where counting would read all of them. */
async function previewThreads(mail: MailContext, threadIds: string[], transaction: Transaction): Promise<void> {
  if (threadIds.length === 0) return;
  const { sequelize } = mail.db;
  const dialect = sequelize.getDialect();
  const messages = table(mail, 'mailMessages');
  const threads = table(mail, 'mailThreads');
  const column = (name: string) => `m.${quoted(dialect, messages.rawAttributes[name]?.field ?? name)}`;
  const target = tableName(mail, threads);
  const id = `${target}.${quoted(dialect, 'id')}`;
  const preview = quoted(dialect, threads.rawAttributes.preview?.field ?? 'preview');
  await sequelize.query(
    `UPDATE ${target} SET ${preview} = COALESCE((SELECT ${column('preview')} FROM ${tableName(mail, messages)} AS m` +
      ` WHERE ${column('threadId')} = ${id} AND ${column('vanishedAt')} IS NULL` +
      ` AND (${column('removeWanted')} IS NULL OR NOT ${column('removeWanted')})` +
      ` ORDER BY ${column('internalDate')} DESC, ${column('uid')} DESC LIMIT 1), '')` +
      // Snowflakes: digits only.
      ` WHERE ${id} IN (${threadIds.map((threadId) => String(BigInt(threadId))).join(', ')})`,
    { transaction },
  );
}
