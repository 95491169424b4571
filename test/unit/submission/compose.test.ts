import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import libmime from 'libmime';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  composeMessage,
  encodedSize,
  lacksText,
  messageSize,
  type Composition,
} from '../../../src/server/submission/compose';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'compose-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain: Composition = {
  from: { name: 'Ann', address: 'ann@x.example' },
  to: [{ name: 'Bob', address: 'bob@x.example' }],
  cc: [],
  subject: 'hello',
  html: null,
  text: 'hi',
  messageId: '<1@x.example>',
  date: new Date('2026-03-01T12:00:00Z'),
  threading: null,
  attachments: [],
};

async function built(changes: Partial<Composition>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of composeMessage({ ...plain, ...changes })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
const read = async (changes: Partial<Composition>) => PostalMime.parse(await built(changes));
const headOf = (raw: Buffer) => raw.toString('latin1').split('\r\n\r\n')[0]!;
/** The header as a second, independent reader sees it. */
const header = (raw: Buffer, name: string) => {
  const line = headOf(raw)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line && libmime.decodeWords(line.slice(name.length + 1).trim());
};

describe('two readers see what was written', () => {
  test.each([
    ['Ukrainian', 'Звіт за перший квартал', 'Олена Ґудзь', 'Добрий день!\nУсе гаразд.'],
    ['Chinese', '第一季度报告', '王小明', '您好，\n附件请查收。'],
    ['Japanese', '見積書の件', '山田太郎', 'お世話になっております。'],
    ['Korean', '회의 일정', '김민수', '안녕하세요.'],
    ['Arabic', 'تقرير الربع الأول', 'محمد علي', 'مرحبا، كيف حالك؟'],
    ['Hebrew', 'דוח רבעוני', 'דוד כהן', 'שלום'],
    ['Hindi', 'पहली तिमाही की रिपोर्ट', 'अनीता शर्मा', 'नमस्ते'],
    ['Greek', 'Τριμηνιαία έκθεση', 'Γιώργος', 'Καλημέρα'],
    ['German', 'Grüße & Maße: 50 % „neu“', 'Jürgen Müßig', 'Schöne Grüße\n--\nJ.'],
    ['emoji', '🎉 Launch 👩‍👩‍👧 done', 'Zoë 🦊', 'party 🎈'],
    [
      'long',
      'слово '.repeat(60).trim(),
      'Name, with "quotes" (and) <brackets>',
      `${'long line '.repeat(300)}\n.\n..dots`,
    ],
  ])('%s', async (_script, subject, name, text) => {
    const html = `<p>${text.replaceAll('\n', '<br>')}</p>`;
    const raw = await built({ subject, to: [{ name, address: 'bob@x.example' }], text, html });
    const mail = await PostalMime.parse(raw);
    expect(mail.subject).toBe(subject);
    expect(mail.to).toEqual([{ name, address: 'bob@x.example' }]);
    expect(mail.text?.replace(/\r?\n$/, '').replaceAll('\r\n', '\n')).toBe(text);
    expect(mail.html?.trim()).toBe(html);
    expect(header(raw, 'Subject')).toBe(subject);
    expect(headOf(raw)).toMatch(/^[\x20-\x7e\r\n\t]*$/);
    for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThan(998);
    expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/);
  });
});

test('a rich mail without text brings a text made of its html', async () => {
  const mail = await read({ html: '<p>Hello <b>Bob</b></p><p><a href="https://x.example/a">look</a></p>', text: '' });
  expect(mail.text).toContain('Hello Bob');
  expect(mail.text).toContain('https://x.example/a');
  expect(mail.html).toContain('<b>Bob</b>');
});

test('the text of long html is not made while the host waits', async () => {
  const html = '<p>Hello</p>'.repeat(10_000);
  expect(lacksText({ html, text: ' ' })).toBe(true);
  expect(lacksText({ html, text: 'Hello' }) || lacksText({ html: '<p>Hello</p>', text: '' })).toBe(false);
  expect((await read({ html, text: '' })).text?.trim() ?? '').toBe('');
});

test.each([
  ['nothing', { html: null, text: '' }],
  ['an image only', { html: '<img src="data:image/png;base64,AAAA">', text: '' }],
  ['text beside empty html', { html: '', text: 'hi' }],
])('a mail with %s can be sent', async (_what, changes) => {
  const mail = await read(changes);
  expect(mail.subject).toBe('hello');
  expect(mail.text?.trim() ?? '').toBe(changes.text);
});

test('a plain mail has no html part', async () => {
  const raw = await built({});
  expect((await PostalMime.parse(raw)).html).toBeUndefined();
  expect(headOf(raw)).not.toContain('multipart');
});

test('the headers of a thread are folded ASCII', async () => {
  const references = Array.from({ length: 21 }, (_, index) => `<${'a'.repeat(60)}${index}@x.example>`);
  const raw = await built({ threading: { inReplyTo: references[20], references } });
  const mail = await PostalMime.parse(raw);
  expect(mail.inReplyTo).toBe(references[20]);
  expect(mail.references?.split(/\s+/)).toEqual(references);
  expect(mail.messageId).toBe('<1@x.example>');
});

test('no value can bring a header of its own', async () => {
  const attack = 'x\r\nBcc: victim@x.example\r\n\r\nbody\u2028Bcc: v\0';
  writeFileSync(path.join(folder, 'f'), 'file');
  const file = {
    path: path.join(folder, 'f'),
    filename: `${attack}.txt`,
    contentType: `text/plain\r\n${attack}`,
    size: 4,
  };
  const raw = await built({ subject: attack, to: [{ name: attack, address: 'bob@x.example' }], attachments: [file] });
  const names = headOf(raw)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => line.split(':')[0]);
  expect(names.sort()).toEqual(['Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'].sort());
  expect((await PostalMime.parse(raw)).bcc).toBeUndefined();
  await expect(async () =>
    built({ to: [{ name: '', address: 'bob@x.example>\r\nBcc: v@x.example' }] }),
  ).rejects.toThrow('recipientInvalid');
});

test('attachments arrive byte for byte with their names', async () => {
  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
  const files = ['звіт 2026.pdf', 'a".txt', `${'довга назва '.repeat(14)}.docx`].map((filename, index) => {
    const at = path.join(folder, `file${index}`);
    writeFileSync(at, bytes);
    return { path: at, filename, contentType: 'text/plain', size: bytes.length };
  });
  const raw = await built({ attachments: files });
  const mail = await PostalMime.parse(raw);
  expect(mail.attachments.map(({ filename }) => filename)).toEqual([files[0]!.filename, 'a_.txt', files[2]!.filename]);
  for (const { content, disposition } of mail.attachments) {
    expect(Buffer.from(content as ArrayBuffer).equals(bytes)).toBe(true);
    expect(disposition).toBe('attachment');
  }
  const disposition = /Content-Disposition: (attachment;[\s\S]*?)\r\n(?![ \t])/.exec(raw.toString('latin1'))![1]!;
  expect(libmime.parseHeaderValue(disposition.replace(/\r\n[ \t]*/g, ' ')).params.filename).toBe('звіт 2026.pdf');
});

test('the size told to the server is close to the true one and not below', async () => {
  writeFileSync(path.join(folder, 'big'), Buffer.alloc(200_000, 1));
  const file = {
    path: path.join(folder, 'big'),
    filename: 'big.bin',
    contentType: 'application/octet-stream',
    size: 200_000,
  };
  const changes = { attachments: [file], html: '<p>привіт</p>'.repeat(500), text: 'привіт\n'.repeat(500) };
  const size = (await built(changes)).length;
  const told = messageSize({ ...plain, ...changes });
  expect(told).toBeGreaterThanOrEqual(size);
  expect(told).toBeLessThan(size * 1.2);
  expect(encodedSize(57)).toBe(78);
});
