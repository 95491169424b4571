/**
 * Indexes what is stored: mail from before there was an index, or whose words were made by an older version. Newest first, in short
 * transactions, from where it was left. A row of a table beside the index says how far it is, so that both are lost together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Op, type FindOptions, type Transaction } from 'sequelize';
import type { MailCollection } from '../../../shared/mailCollections';
import type { MailContext, Worker } from '../../context';
import { toMailError } from '../../errors';
import { textOfHtml } from '../../imap/htmlText';
import { inTransaction } from '../../transaction';
import { unpackHtml } from '../packedHtml';
import { addresses, dateOf, fromOf, text, textOrNull, type Values } from '../views';
import { quotedTable, run, select } from './adapters/sql';
import { INDEXED_TEXT } from './document';
import { indexMessages, type SearchEntry } from './searchIndex';
import { TOKENS_VERSION } from './tokens';

const BATCH = 50;
/** Others want to write too, and the event loop has other work. */
const PAUSE = 20;
const AFTER_FAILURE = 60_000;
const LARGEST_ID = '9223372036854775807';

/** Everything with a smaller id is still to be indexed; null when nothing is. */
async function openBelow(mail: MailContext): Promise<string | null> {
  const [state] = await select<{ version: number; below: string }>(
    mail,
    `SELECT version, below FROM ${stateTable(mail)}`,
  );
  if (state && Number(state.version) === TOKENS_VERSION) return state.below === '0' ? null : state.below;
  const below = (await isEmpty(mail)) ? '0' : LARGEST_ID;
  await inTransaction(mail, async (transaction) => {
    await alone(mail, transaction);
    await run(mail, `DELETE FROM ${stateTable(mail)} WHERE version <> $1`, [TOKENS_VERSION], transaction);
    // Somebody else may have begun meanwhile, and what is written now must not take back what he is about to do.
    const begun = await select(mail, `SELECT version FROM ${stateTable(mail)}`, [], transaction);
    if (begun.length === 0) await begin(mail, below, transaction);
  });
  return openBelow(mail);
}

/** Whether stored mail is still being indexed. */
export async function isIndexing(mail: MailContext): Promise<boolean> {
  return (await openBelow(mail)) !== null;
}

const isEmpty = async (mail: MailContext): Promise<boolean> =>
  (await mail.db.getCollection('mailMessages').model.findOne({ attributes: ['id'], raw: true })) === null;

/** Everything that is stored will be indexed anew. */
export const indexAnew = (mail: MailContext): Promise<void> =>
  inTransaction(mail, async (transaction) => {
    await alone(mail, transaction);
    await run(mail, `DELETE FROM ${stateTable(mail)}`, [], transaction);
    await begin(mail, LARGEST_ID, transaction);
  });

const stateTable = (mail: MailContext) => quotedTable(mail, 'mailSearchState');

/** Of two who begin at once, the second must see the row of the first: SQLite and InnoDB lock what is not there yet, PostgreSQL does not. */
async function alone(mail: MailContext, transaction: Transaction): Promise<void> {
  if (mail.db.sequelize.getDialect() !== 'postgres') return;
  await run(mail, `LOCK TABLE ${stateTable(mail)} IN SHARE ROW EXCLUSIVE MODE`, [], transaction);
}

const begin = (mail: MailContext, below: string, transaction: Transaction): Promise<void> =>
  run(mail, `INSERT INTO ${stateTable(mail)} (version, below) VALUES ($1, $2)`, [TOKENS_VERSION, below], transaction);

/**
 * Indexes some stored messages.
 * @returns false when nothing is left to do
 */
export async function indexStored(mail: MailContext): Promise<boolean> {
  const below = await openBelow(mail);
  if (below === null) return false;
  return inTransaction(mail, async (transaction) => {
    // Without locks: sync locks many messages too, in another order.
    const rows = await readAll(mail, 'mailMessages', { where: { id: { [Op.lt]: below } }, transaction });
    const last = rows.at(-1);
    await indexMessages(mail, await entriesOf(mail, rows, transaction), transaction);
    await moveOn(mail, below, last ? String(last.id) : '0', transaction);
    return last !== undefined;
  });
}

/** Indexes a message as it is stored now, in a transaction of its own. */
export async function indexNow(mail: MailContext, messageId: string): Promise<void> {
  await inTransaction(mail, async (transaction) => {
    // Who purges it waits, and forgets its words after that.
    const lock = transaction.LOCK.SHARE;
    const rows = await readAll(mail, 'mailMessages', { where: { id: messageId }, transaction, lock });
    await indexMessages(mail, await entriesOf(mail, rows, transaction), transaction);
  });
}

/** Two processes may work on it: both write the same words, and the slower one's step counts for nothing. */
async function moveOn(mail: MailContext, from: string, to: string, transaction: Transaction): Promise<void> {
  await run(mail, `UPDATE ${stateTable(mail)} SET below = $1 WHERE below = $2`, [to, from], transaction);
}

async function readAll(mail: MailContext, collection: MailCollection, options: FindOptions): Promise<Values[]> {
  const { model } = mail.db.getCollection(collection);
  const rows = await model.findAll({ ...options, order: [['id', 'DESC']], limit: BATCH });
  return rows.map((row) => row.get({ plain: true }) as Values);
}

async function entriesOf(mail: MailContext, rows: readonly Values[], transaction: Transaction): Promise<SearchEntry[]> {
  const where = { id: { [Op.in]: rows.map((row) => String(row.id)) } };
  const bodies = await readAll(mail, 'mailBodies', { where, transaction });
  const bodyOf = new Map(bodies.map((body) => [String(body.id), body]));
  return Promise.all(rows.map((row) => entryOf(row, bodyOf.get(String(row.id)) ?? null)));
}

/** What a stored message is found by. */
async function entryOf(row: Values, body: Values | null): Promise<SearchEntry> {
  const attachments: unknown[] = Array.isArray(body?.attachments) ? body.attachments : [];
  return {
    id: String(row.id),
    userId: String(row.userId),
    internalDate: dateOf(row.internalDate),
    subject: text(row.subject),
    from: fromOf(row),
    recipients: [row.to, row.cc, row.bcc].flatMap(addresses),
    attachmentNames: attachments.map((file) => text((file as Values | null)?.filename)).filter((name) => name !== ''),
    text: (body && (await textOf(body))) ?? textOrNull(row.preview),
  };
}

async function textOf(body: Values): Promise<string | null> {
  const plain = textOrNull(body.text);
  if (plain !== null) return plain;
  const html = await unpackHtml(body);
  return html === null ? null : textOfHtml(html, INDEXED_TEXT);
}

/** Indexes what is left to be indexed in the background, for as long as the app runs. */
export function startRebuild(mail: MailContext): Pick<Worker, 'stop'> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = (time: number) => sleep(time, undefined, { signal, ref: false }).catch(() => undefined);
  const work = async () => {
    while (!signal.aborted) {
      try {
        if (!(await indexStored(mail))) return;
        await wait(PAUSE);
      } catch (error) {
        mail.log.warn('search index not built further', { code: toMailError(error).code });
        await wait(AFTER_FAILURE);
      }
    }
  };
  const done = work();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
