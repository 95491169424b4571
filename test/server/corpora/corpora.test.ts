/**
 * All messages of MAIL_CORPORA, delivered into the mailbox, synced, and read through the API as a person reads them.
 * `npm test -- server test/server/corpora` prints the score beside those of two parsers.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repoRoot } from '../../../scripts/lib/repo';
import { unpackHtml } from '../../../src/server/messages/packedHtml';
import type { MessageBody, MessageView, ThreadDetail } from '../../../src/shared/types';
import { startMailApp, type MailApp } from '../../harness/mailApp';
import { hashOf } from '../../torture/letters';
import { corpora, corpusMessages, scorer } from './corpus';

const messages = corpusMessages();
if (messages.length === 0)
  console.warn(`No third-party mail synced: MAIL_CORPORA names no folder with messages (${corpora})`);

const results = path.join(repoRoot, 'test-results');
const readFile = path.join(results, 'corpora-read.json');

describe.skipIf(messages.length === 0)('third-party mail', () => {
  let app: MailApp;
  /** Index in `messages` by UID. */
  const delivered = new Map<number, number>();

  beforeAll(async () => {
    app = await startMailApp();
    for (const [index, { raw }] of messages.entries()) {
      delivered.set(await app.box.mail.append(app.owner, 'INBOX', raw), index);
    }
    await app.sync();
  });
  afterAll(() => app?.stop());

  const nameOf = (uid: unknown) => messages[delivered.get(Number(uid)) ?? -1]?.name;

  test('is all there, with its text, and no pass failed', async () => {
    const { lastError, syncFailures, firstSyncDoneAt } = await app.account();
    expect({ lastError, syncFailures }).toEqual({ lastError: null, syncFailures: 0 });
    expect(firstSyncDoneAt).not.toBeNull();
    const rows = await app.rows('mailMessages', { vanishedAt: null });
    expect(rows.map(({ uid }) => Number(uid)).sort((a, b) => a - b)).toEqual([...delivered.keys()]);
    expect(rows.filter(({ unreadable }) => unreadable !== null).map(({ uid }) => nameOf(uid))).toEqual([]);
    const bodies = new Set((await app.rows('mailBodies')).map(({ id }) => id));
    expect(rows.filter(({ id, preview }) => preview === null || !bodies.has(id)).map(({ uid }) => nameOf(uid))).toEqual(
      [],
    );
    // Nothing is left to do: the next pass finds nothing new and does not try again what it could not do.
    await app.sync();
    const passes = await app.rows('mailSyncLog');
    expect(passes.map(({ errorCode }) => errorCode)).toEqual(passes.map(() => null));
    expect(passes.at(-1)?.counts).toMatchObject({ added: 0, texts: 0 });
  });

  test('is read at least as well as by the better of two parsers', async (context) => {
    if (!existsSync(scorer)) {
      console.warn(`Third-party mail was not scored: there is no ${scorer} (MAIL_SCORER)`);
      return context.skip();
    }
    mkdirSync(results, { recursive: true });
    writeFileSync(readFile, JSON.stringify(await readAll(), null, 1));
    const share = Object.fromEntries(
      ['ours', 'mailparser', 'postalMime'].map((parser) => [parser, scoreOf(parser)] as const),
    );
    console.log(JSON.stringify(share));
    expect(share.ours!.lost).toBe(0);
    expect(share.ours!.fields).toBe(share.mailparser!.fields);
    expect(share.ours!.right).toBeGreaterThanOrEqual(Math.max(share.mailparser!.right, share.postalMime!.right));
  });

  /** What the API gives of every message, by the hash of its bytes. */
  async function readAll(): Promise<Record<string, object>> {
    const read: Record<string, object> = {};
    const threads = new Map<string, MessageView[]>();
    for (const row of await app.rows('mailMessages', { vanishedAt: null })) {
      const threadId = String(row.threadId);
      if (!threads.has(threadId)) {
        threads.set(threadId, (await get<ThreadDetail>('mailThreads:get', threadId)).messages);
      }
      const view = threads.get(threadId)?.find(({ id }) => id === row.id);
      if (!view) throw new Error(`${nameOf(row.uid)} is not in its conversation`);
      const body = await get<MessageBody>('mailMessages:body', row.id);
      expect(body.notice).toBeNull();
      const [stored] = await app.rows('mailBodies', { id: row.id });
      read[hashOf(messages[delivered.get(Number(row.uid))!]!.raw)] = {
        subject: view.subject,
        from: view.from ? [view.from] : [],
        to: view.to,
        date: view.sentAt,
        messageId: view.messageId,
        references: row.references,
        text: body.text,
        // What a browser gets is made safe first and differs on purpose: the score is about reading.
        html: (stored && (await unpackHtml(stored))) ?? '',
        attachments: body.attachments,
      };
    }
    return read;
  }

  async function get<T>(action: string, filterByTk: string): Promise<T> {
    const response = await app.user.agent.get(`/api/${action}`).query({ filterByTk });
    if (response.status !== 200) throw new Error(`${action} answered ${response.status}: ${response.text}`);
    return response.body.data as T;
  }
});

interface Score {
  right: number;
  fields: number;
  lost: number;
}

function scoreOf(parser: string): Score {
  const file = path.join(results, `corpora-${parser}.json`);
  const module = path.join(import.meta.dirname, 'modules.mjs');
  const told = execFileSync(process.execPath, [scorer, module, '--fails', '--json', file, '--corpora', corpora], {
    env: { ...process.env, CORPORA_PARSER: parser, CORPORA_READ: readFile },
    encoding: 'utf8',
  });
  console.log(`${parser}\n${told}`);
  const [, right, fields, lost] = /TOTAL corpora: fields (\d+)\/(\d+) .*threw\/timeout (\d+) of/.exec(told) ?? [];
  return { right: Number(right), fields: Number(fields), lost: Number(lost) };
}
