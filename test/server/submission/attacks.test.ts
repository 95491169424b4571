import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import type { OutboxInput } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { startWorld, type World } from './world';

let world: World;
let eve: TestUser;

beforeAll(async () => {
  world = await startWorld();
  eve = await world.host.createUser({ username: 'eve' });
  await world.connect(eve, carol);
});
beforeEach(async () => {
  await world.box.reset();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

const toBob = [{ name: 'Bob', address: bob.upn }];
const received = async () => {
  const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
  const source = await world.box.mail.source(bob.upn, 'INBOX', copy!.uid);
  return { source: source.toString('latin1'), mail: await PostalMime.parse(source) };
};
/** Header names of a message, in order. */
const headerNames = (source: string) =>
  source
    .slice(0, source.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());

const BREAKS = ['\r\n', '\n', '\r', '\0', '\u2028', '\u2029', '\u0085', '\v', '\f', '\r\n ', '\ufeff\r\n'];
const INJECTED = 'Bcc: victim@x.example';

describe.each(BREAKS.map((mark) => [JSON.stringify(mark), mark]))('with %s', (_name, mark) => {
  test('in subject, names and file names no header is made', async () => {
    const subject = `hello${mark}${INJECTED}`;
    const to = [{ name: `Bob${mark}${INJECTED}${mark}"`, address: bob.upn }];
    const draft = await world.post(world.ann, 'save', null, {
      ...{ accountId: world.accountId, to, subject, html: null, text: 'hi' },
    });
    await world.ann.agent
      .post(`/api/mailOutbox:upload?filterByTk=${draft.body.data.id}`)
      // A browser writes such names percent-encoded; other programs need not.
      .attach('file', Buffer.from('x'), { filename: `a${mark}${INJECTED}.txt`, contentType: 'text/plain' });
    await world.post(world.ann, 'send', draft.body.data.id);
    await world.arrange(draft.body.data.id, { sendAt: new Date() });
    await world.deliver();
    const { source, mail } = await received();
    expect(headerNames(source)).not.toContain('bcc');
    expect(source).not.toMatch(/^Bcc:/im);
    expect(mail.subject).toMatch(/^hello ?Bcc: victim@x\.example$/);
    expect(world.box.control.state().submissions[0]!.recipients).toEqual([bob.upn]);
  });

  test('in an address nothing is sent', async () => {
    const to = [{ name: '', address: `bob@x.example${mark}RCPT TO:<victim@x.example>` }];
    const draft = await world.post(world.ann, 'save', null, {
      ...{ accountId: world.accountId, to, subject: 'x', html: null, text: 'hi' },
    });
    const { status, body } = await world.post(world.ann, 'send', draft.body.data.id);
    expect([status, body.errors[0].code]).toEqual([400, 'recipientInvalid']);
  });
});

describe('a file name', () => {
  test.each([
    ['../../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\system.ini', 'system.ini'],
    ['/abs/olute.txt', 'olute.txt'],
    [`${'ї'.repeat(300)}.pdf`, `${'ї'.repeat(196)}.pdf`],
    ['con\u202efdp.exe', 'confdp.exe'],
    ['....', 'attachment'],
  ])('%j goes out as %j', async (filename, sent) => {
    const { body } = await world.post(world.ann, 'submit', null, {
      ...{ idempotencyKey: `file-${Date.now()}`, to: toBob, subject: 'x', html: null, text: 'hi' },
      attachments: [{ filename, content: 'eA==' }],
    });
    expect(body.data.attachments[0].filename).toBe(sent);
    await world.arrange(body.data.id, { sendAt: new Date(Date.now() - 1000) });
    await world.deliver();
    expect((await received()).mail.attachments[0]!.filename).toBe(sent);
  });
});

describe('sizes', () => {
  test('a megabyte of names becomes a mail with headers that every server takes', async () => {
    const to = [{ name: 'N'.repeat(1_000_000), address: bob.upn }];
    await world.queue({ to });
    await world.deliver();
    const { source } = await received();
    expect(source.indexOf('\r\n\r\n')).toBeLessThan(3000);
    for (const line of source.split('\r\n')) expect(line.length).toBeLessThan(998);
  });

  test('an original with ten thousand references gives an answer with few', async () => {
    const id = world.mail.newId();
    await world.mail.db.getCollection('mailMessages').model.create(
      {
        ...{ id, userId: world.ann.id, accountId: world.accountId, messageId: '<p@x.example>', subject: 'x' },
        references: Array.from({ length: 10_000 }, (_, index) => `<${index}-${'r'.repeat(80)}@x.example>`),
        ...{ fromAddress: bob.upn, to: [], cc: [], replyTo: [], internalDate: new Date() },
      },
      { hooks: false },
    );
    await world.queue({ to: toBob, inReplyTo: { messageId: id, kind: 'reply' } });
    await world.deliver();
    const { mail, source } = await received();
    expect(mail.references!.split(/\s+/)).toHaveLength(21);
    expect(source.indexOf('\r\n\r\n')).toBeLessThan(5000);
  });

  test('ten thousand recipients are refused before anything is stored', async () => {
    const to = Array.from({ length: 10_000 }, (_, index) => ({ name: '', address: `a${index}@x.example` }));
    const { body } = await world.post(world.ann, 'submit', null, {
      ...{ idempotencyKey: 'many', to, subject: 'x', html: null, text: 'hi' },
    });
    expect(body.errors[0]).toMatchObject({ code: 'tooManyRecipients', params: { most: 500 } });
    expect(await world.mail.db.getCollection('mailOutbox').model.count()).toBe(0);
  });
});

describe('a foreign sender', () => {
  const boss = { name: 'Boss', address: 'boss@contoso.onmicrosoft.com' };

  test.each(['from', 'sender', 'envelope', 'headers', 'replyTo'])('named as %s changes nothing', async (field) => {
    const value = {
      from: boss,
      sender: boss,
      envelope: { from: boss.address },
      headers: { From: boss.address },
      replyTo: [boss],
    }[field];
    await world.queue({ to: toBob, [field]: value } as Partial<OutboxInput>);
    await world.deliver();
    const { mail, source } = await received();
    expect(mail.from!.address).toBe(alice.upn);
    expect(source.toLowerCase()).not.toContain('boss');
  });

  test('as an account of somebody else is refused', async () => {
    const { status } = await world.post(eve, 'submit', null, {
      ...{ idempotencyKey: 'x', accountId: world.accountId, to: toBob, subject: 'x', html: null, text: 'hi' },
    });
    expect(status).toBe(404);
  });

  test.each([
    ['an object', { accountId: { $ne: '' } }],
    ['a list', { accountId: ['1', '2'] }],
    ['a column', { accountId: 'userId' }],
    ['state', { state: 'sent', userId: 1, sentAt: new Date().toISOString() }],
  ])('hidden in %s is refused or ignored', async (_name, changes) => {
    const { status, body } = await world.post(eve, 'save', null, {
      ...{ accountId: world.accountId, to: toBob, subject: 'x', html: null, text: 'hi' },
      ...changes,
    });
    expect([400, 404], JSON.stringify(body)).toContain(status);
  });
});
