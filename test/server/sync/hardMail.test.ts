/** Mail that is hard to read, delivered, synced and read through the API. */
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageBody, MessageView, ThreadDetail } from '../../../src/shared/types';
import { startMailApp, type MailApp } from './mailApp';

let app: MailApp;

beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app?.stop());

const lines = (...all: string[]) => all.join('\r\n');

/** Delivers, syncs, and reads the message as a person does. */
async function read(raw: string | Buffer): Promise<MessageView & { body: MessageBody }> {
  const uid = await app.box.mail.append(app.owner, 'INBOX', raw);
  await app.sync();
  const [row] = await app.rows('mailMessages', { uid, vanishedAt: null });
  const get = async <T>(action: string, filterByTk: unknown) =>
    (await app.user.agent.get(`/api/${action}`).query({ filterByTk: String(filterByTk) })).body.data as T;
  const thread = await get<ThreadDetail>('mailThreads:get', row!.threadId);
  const view = thread.messages.find(({ id }) => id === row!.id)!;
  return { ...view, body: await get<MessageBody>('mailMessages:body', row!.id) };
}

test.each([
  ['iso-8859-1', 'Größe und Übermaß'],
  ['koi8-r', 'Счёт за ноябрь'],
  ['euc-kr', '회의록을 보냅니다'],
])('raw 8-bit header lines in the charset of the body are read: %s', async (charset, words) => {
  const raw = lines(
    `Subject: ${words}`,
    `From: ${words} <a@partner.example>`,
    `Content-Type: text/plain; charset=${charset}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    words,
  );
  const { subject, from, body } = await read(iconv.encode(raw, charset));
  expect({ subject, from, text: body.text?.trim() }).toEqual({
    subject: words,
    from: { name: words, address: 'a@partner.example' },
    text: words,
  });
});

test('UTF-7 is read in encoded words and in bodies', async () => {
  const raw = lines(
    'Subject: =?utf-7?Q?Gr+APwA3w-e?=',
    'From: =?unicode-1-1-utf-7?Q?J+APY-rg?= <j@partner.example>',
    'Content-Type: text/plain; charset=utf-7',
    '',
    'Gr+APwA3w-e',
  );
  const { subject, from, body } = await read(raw);
  expect([subject, from?.name, body.text?.trim()]).toEqual(['Grüße', 'Jörg', 'Grüße']);
});

test.each([['Thursday at noon'], ['32 Foo 2026 10:00:00'], ['']])('a date is not invented: "%s"', async (date) => {
  const { sentAt } = await read(lines(`Date: ${date}`, 'Subject: When', '', 'x'));
  expect(sentAt).toBeNull();
});

test('names of files are read in every form: RFC 2231 in pieces, encoded words, plain, and none', async () => {
  const part = (...head: string[]) => ['--b', ...head, '', 'x'];
  const { body } = await read(
    lines(
      'Subject: Files',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...part('Content-Type: text/plain'),
      ...part(
        'Content-Type: application/pdf',
        'Content-Disposition: attachment; filename*0*=utf-8\'\'%D0%97%D0%B2; filename*1*=%D1%96%D1%82; filename*2=".pdf"',
      ),
      ...part('Content-Type: application/pdf; name="=?utf-8?B?0JfQstGW0YIucGRm?="', 'Content-Disposition: attachment'),
      ...part('Content-Type: application/pdf', 'Content-Disposition: attachment; filename=plain.pdf'),
      ...part('Content-Type: application/ms-tnef; name=winmail.dat', 'Content-Transfer-Encoding: base64'),
      ...part('Content-Type: text/calendar; method=REQUEST'),
      ...part('Content-Type: message/rfc822').slice(0, -1),
      'Subject: Inner',
      '',
      'inner text',
      '--b--',
    ),
  );
  expect(body.attachments.map(({ filename }) => filename)).toEqual([
    'Звіт.pdf',
    'Звіт.pdf',
    'plain.pdf',
    'winmail.dat',
    'invite.ics',
    'Inner.eml',
  ]);
  expect(body.text?.trim()).toBe('x');
});

test('the size of a file is that of the file, not of its encoding', async () => {
  const bytes = Buffer.alloc(30_000, 7);
  const encoded = bytes.toString('base64').match(/.{1,76}/g) ?? [];
  const raw = lines(
    'Subject: Size',
    'Content-Type: application/octet-stream; name=a.bin',
    'Content-Transfer-Encoding: base64',
    '',
    ...encoded,
    '',
  );
  const [file] = (await read(raw)).body.attachments;
  expect(Math.abs(file!.size - bytes.length)).toBeLessThanOrEqual(3);
});

test.each([
  ['without its last boundary', ['--b', 'Content-Type: text/plain', '', 'Readable all the same.']],
  ['whose boundary never comes', ['Readable all the same.']],
  ['with text around the parts', ['preamble', '--b', '', 'Readable all the same.', '--b--', 'epilogue']],
])('a multipart %s is shown', async (_name, content) => {
  const { body } = await read(
    lines('Subject: Broken', 'Content-Type: multipart/mixed; boundary=b', '', ...content, ''),
  );
  expect(body.text).toContain('Readable all the same.');
});

test('a multipart that names no boundary is shown as it lies there', async () => {
  const { body } = await read(
    lines('Subject: None', 'Content-Type: multipart/mixed', '', 'Readable all the same.', ''),
  );
  expect(body.text).toContain('Readable all the same.');
});

test('a multipart whose parts are empty is shown as empty', async () => {
  const empty = ['--b', 'Content-Type: text/plain', '', '', '--b--', ''];
  const { body } = await read(lines('Subject: E', 'Content-Type: multipart/mixed; boundary=b', '', ...empty));
  expect(body).toMatchObject({ html: null, text: expect.stringMatching(/^\s*$/) });
});

test('references without brackets join a conversation, a sentence in In-Reply-To joins none', async () => {
  const first = await read(lines('Subject: One', 'Message-ID: <one@partner.example>', '', 'x'));
  const second = await read(lines('Subject: Two', 'References: one@partner.example', '', 'x'));
  const third = await read(lines('Subject: Three', 'In-Reply-To: Your mail of Monday, one@partner.example', '', 'x'));
  expect(second.threadId).toBe(first.threadId);
  expect(third.threadId).not.toBe(first.threadId);
});
