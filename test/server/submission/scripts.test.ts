import { simpleParser, type AddressObject } from 'mailparser';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bob, carol } from '../../../sandbox/outlook';
import type { MessageBody } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { PNG } from '../messages/mails';
import { startWorld, type World } from './world';

let world: World;
/** Reads Bob's mailbox as our own reader does, by Dovecot's ENVELOPE and BODYSTRUCTURE. */
let reader: TestUser;
let readersAccount: string;

beforeAll(async () => {
  world = await startWorld();
  reader = await world.host.createUser({ username: 'bob' });
  readersAccount = await world.connect(reader, bob);
});
afterAll(() => world?.stop());

const SCRIPTS = {
  Latin: 'Zażółć gęślą jaźń — naïve façade',
  Ukrainian: 'Їжак ґречно з’їв об’єднання',
  Greek: 'Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία',
  Chinese: '视野无限广，窗外有蓝天。邮件',
  Japanese: 'いろはにほへと カタカナ 漢字',
  Korean: '다람쥐 헌 쳇바퀴에 타고파',
  Arabic: 'نص حكيم له سر قاطع ‏ABC 123',
  Hebrew: 'דג סקרן שט בים מאוכזב (abc)',
  Hindi: 'ऋषियों को सताने वाले दुष्ट राक्षसों',
  Thai: 'เป็นมนุษย์สุดประเสริฐเลิศคุณค่า',
  Emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇺🇦 e\u0301 \u{1F9D1}\u200D\u{1F680}',
  Long: `${'дуже довгий рядок без кінця '.repeat(60)}end`,
};

const flat = (value: AddressObject | AddressObject[] | undefined) =>
  [value ?? []].flat().flatMap((one) => one.value.map(({ name, address }) => ({ name, address })));
const squeeze = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();

test.each(Object.entries(SCRIPTS))('%s is read by others as it was written', async (script, words) => {
  const subject = words.slice(0, 300).trim();
  // Names are at most 200 characters long.
  const name = Array.from(words).slice(0, 40).join('').trim();
  const image = `<img src="data:image/png;base64,${PNG.toString('base64')}" alt="x">`;
  const html = `<p dir="auto"><b>${words}</b> &amp; &lt;tag&gt; ${image}</p>`;
  const filename = `${Array.from(words).slice(0, 20).join('').trim()}.txt`;
  const content = Buffer.from(`${words}\n`);
  const { body } = await world.post(world.ann, 'submit', null, {
    ...{ idempotencyKey: script, to: [{ name, address: bob.upn }], cc: [{ name, address: carol.upn }] },
    ...{ subject, html, text: `${words}\n.\n. dots\nFrom here\n-- \n${words}` },
    attachments: [{ filename, contentType: 'text/plain', content: content.toString('base64') }],
  });
  expect(body.data?.state, JSON.stringify(body)).toBe('queued');
  await world.arrange(body.data.id, { sendAt: new Date(Date.now() - 1000) });
  await world.deliver();
  const row = await world.row(body.data.id);
  expect(row.state, JSON.stringify(row.lastError)).toBe('sent');
  const copy = (await world.box.mail.list(bob.upn, 'INBOX')).messages.find(
    ({ messageId }) => messageId === row.messageId,
  );
  const source = await world.box.mail.source(bob.upn, 'INBOX', copy!.uid);
  const [postal, parser] = [await PostalMime.parse(source), await simpleParser(source)];

  expect([copy!.subject, postal.subject, parser.subject]).toEqual([subject, subject, subject]);
  const to = { name: row.to[0]!.name, address: bob.upn };
  expect([postal.to, flat(parser.to)]).toMatchObject([[to], [to]]);
  const cc = { name: row.cc[0]!.name, address: carol.upn };
  expect([postal.cc, flat(parser.cc)]).toMatchObject([[cc], [cc]]);
  expect([squeeze(postal.text), squeeze(parser.text)]).toEqual([squeeze(row.text), squeeze(row.text)]);
  expect(row.text).toContain('\n. dots\nFrom here\n-- \n');
  expect(squeeze(postal.html)).toBe(squeeze(row.html));
  // mailparser puts the image into the html.
  expect(squeeze(String(parser.html)).replace(/src="[^"]*"/, 'src=""')).toBe(
    squeeze(row.html).replace(/src="[^"]*"/, 'src=""'),
  );
  expect(String(parser.html)).toContain(PNG.toString('base64'));
  const safe = row.attachments.find(({ contentId }) => !contentId)!.filename;
  for (const attachments of [
    postal.attachments.map((one) => ({
      name: one.filename,
      bytes: Buffer.from(one.content as ArrayBuffer),
      id: one.contentId,
    })),
    parser.attachments.map((one) => ({ name: one.filename, bytes: one.content, id: one.contentId })),
  ]) {
    expect(attachments).toHaveLength(2);
    expect(attachments.find(({ id }) => id)!.bytes.equals(PNG)).toBe(true);
    const file = attachments.find(({ id }) => !id)!;
    expect([file.name, file.bytes.equals(content)]).toEqual([safe, true]);
  }

  await world.sync(readersAccount);
  const { model } = world.mail.db.getCollection('mailMessages');
  const stored = (await model.findOne({ where: { userId: reader.id, messageId: row.messageId } }))!;
  expect(stored.get('subject')).toBe(subject);
  const read = await reader.agent.get(`/api/mailMessages:body?filterByTk=${String(stored.get('id'))}`).expect(200);
  const seen = read.body.data as MessageBody;
  expect(squeeze(seen.text)).toBe(squeeze(row.text));
  expect(seen.html).toContain(`data:image/png;base64,${PNG.toString('base64')}`);
  expect(seen.attachments.filter(({ inline }) => !inline).map(({ filename: seenName }) => seenName)).toEqual([
    // A reader shows no marks that could reorder a name.
    safe.replace(/[\u200e\u200f]/g, ''),
  ]);
});
