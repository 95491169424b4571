/** Every stored text of a message that is shown can be found by a word of its own, as a reader looks for it. */
import { unpackHtml } from '../../src/server/messages/packedHtml';
import { searchThreads } from '../../src/server/messages/search';
import { searchAdapter } from '../../src/server/messages/search/adapters';
import { readTerms } from '../../src/server/messages/search/terms';
import type { MailApp } from '../harness/mailApp';
import { ownWordOf } from './letters';

interface Text {
  id: string;
  threadId: string;
  word: string;
}

/**
 * @param most how many texts are looked for; Infinity for all
 * @param salt which ones, where not all are
 * @returns how many were looked for, and a sentence for each that was not found
 */
export async function unfindable(
  app: MailApp,
  most: number,
  salt: number,
): Promise<{ checked: number; lost: string[] }> {
  const limit = most === Infinity ? '' : ` ORDER BY (m.id % 99991) * ${salt} % 9973 LIMIT ${most}`;
  const texts = await read(app, `1 = 1${limit}`);
  const lost: string[] = [];
  for (const text of texts) {
    if (await isFound(app, text)) continue;
    // Another process may have hidden it since it was read.
    const [still] = await read(app, `m.id = ${text.id}`);
    if (still && !(await isFound(app, still))) lost.push(`message ${still.id} by "${still.word}"`);
  }
  return { checked: texts.length, lost };
}

async function read({ mail }: MailApp, where: string): Promise<Text[]> {
  const [rows] = await mail.db.sequelize.query(
    `SELECT m.id, m.threadId, b.text, b.packedHtml FROM mailBodies b JOIN mailMessages m ON m.id = b.id
     WHERE m.vanishedAt IS NULL AND COALESCE(m.removeWanted, 0) = 0 AND b.fetchedAt IS NOT NULL AND ${where}`,
  );
  const texts: Text[] = [];
  for (const { id, threadId, text, packedHtml } of rows as Record<string, unknown>[]) {
    const word = ownWordOf(typeof text === 'string' && text !== '' ? text : ((await unpackHtml({ packedHtml })) ?? ''));
    if (word) texts.push({ id: String(id), threadId: String(threadId), word });
  }
  return texts;
}

/** By the search of conversations, and in the index as this very message: a copy of it lies in the same conversation. */
async function isFound({ mail, user }: MailApp, { id, threadId, word }: Text): Promise<boolean> {
  const userId = String(user.id);
  const { threads } = await searchThreads(mail, { userId }, { query: word });
  const holding = await searchAdapter(mail).holding({ userId, terms: readTerms(word) ?? [] }, [id]);
  return threads.some((thread) => thread.id === threadId) && holding.has(id);
}
