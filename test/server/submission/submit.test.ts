import { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bob, carol } from '../../../sandbox/outlook';
import { removeAccounts } from '../../../src/server/accounts/removal';
import { deliverAccount } from '../../../src/server/submission/delivery';
import type { OutboxView, SubmitInput } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { PNG } from '../messages/mails';
import { startWorld, type World } from './world';

let world: World;
let eve: TestUser;

beforeAll(async () => {
  world = await startWorld();
  eve = await world.host.createUser({ username: 'eve' });
});
beforeEach(async () => {
  await world.box.reset();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

const input = (changes: Partial<SubmitInput> = {}): SubmitInput => ({
  ...{ idempotencyKey: 'order-7', to: [{ name: 'Bob', address: bob.upn }], subject: 'Order', html: null, text: 'hi' },
  ...changes,
});
const submit = (changes: Partial<SubmitInput> = {}, user = world.ann) =>
  world.post(user, 'submit', null, input(changes));
const rows = () => world.mail.db.getCollection('mailOutbox').model.count();

describe('one call', () => {
  test('writes, attaches and sends, from the account that can', async () => {
    const html = `<p>Hi <img src="data:image/png;base64,${PNG.toString('base64')}"></p>`;
    const attachments = [
      { filename: '../ї.txt', contentType: 'text/plain', content: Buffer.from('так').toString('base64') },
    ];
    const { status, body } = await submit({ html, text: '', attachments });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.data).toMatchObject({ state: 'queued', accountId: world.accountId, error: null });
    await world.deliver();
    const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
    const mail = await PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
    const [image, file] = mail.attachments;
    expect(mail.html).toContain(`<img src="cid:${image!.contentId!.slice(1, -1)}"`);
    expect(Buffer.from(image!.content as ArrayBuffer).equals(PNG)).toBe(true);
    expect([file!.filename, Buffer.from(file!.content as ArrayBuffer).toString()]).toEqual(['ї.txt', 'так']);
  });

  test('may name a time', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await submit({ sendAt })).body.data).toMatchObject({ state: 'queued', sendAt });
  });

  test.each([
    [{ idempotencyKey: '' }, 'invalidInput'],
    [{ idempotencyKey: 'a b' }, 'invalidInput'],
    [{ idempotencyKey: 'x'.repeat(129) }, 'invalidInput'],
    [{ sendAt: 'tomorrow' }, 'invalidInput'],
    [{ attachments: [{ filename: 'x' }] as never }, 'invalidInput'],
    [{ to: [] }, 'recipientsMissing'],
    [{ accountId: '7' }, 'notFound'],
  ])('with %j is refused', async (changes, code) => {
    expect((await submit(changes)).body.errors[0].code).toBe(code);
  });

  test('of a user without a mailbox is refused', async () => {
    expect((await submit({}, eve)).body.errors[0].code).toBe('noAccountToSend');
  });
});

describe('the same key again', () => {
  test('sends nothing, at once or later, and answers with the same row', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => submit()));
    const ids = answers.map(({ body }) => (body.data as OutboxView | undefined)?.id);
    expect(new Set(ids).size, JSON.stringify(answers.map(({ body }) => body.errors))).toBe(1);
    await world.deliver();
    const again = await submit({ subject: 'other', to: [{ name: '', address: carol.upn }] });
    expect(again.body.data).toMatchObject({ id: ids[0], state: 'sent', subject: 'Order' });
    await world.deliver();
    expect([await world.inbox(bob), await world.inbox(carol), await rows()]).toEqual([['Order'], [], 1]);
  });

  test('after a call that stopped half way finishes it, also when its time has passed', async () => {
    const { body } = await submit({ attachments: [{ filename: 'a.txt', content: 'YQ==' }] });
    // As it is when a process dies between the draft and the queue.
    await world.arrange(body.data.id, { state: 'draft', messageId: null, sendAt: null });
    const sendAt = new Date(Date.now() - 3_600_000).toISOString();
    const again = await submit({ attachments: [{ filename: 'a.txt', content: 'YQ==' }], sendAt });
    expect(again.body.data).toMatchObject({ id: body.data.id, state: 'queued' });
    await world.deliver();
    expect(await world.inbox(bob)).toEqual(['Order']);
    const [copy] = (await world.box.mail.list(bob.upn, 'INBOX')).messages;
    const mail = await PostalMime.parse(await world.box.mail.source(bob.upn, 'INBOX', copy!.uid));
    expect(mail.attachments).toHaveLength(1);
  });

  test('does not send what its author took back', async () => {
    const { body } = await submit({ sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await world.post(world.ann, 'cancel', body.data.id);
    expect((await submit()).body.data.state).toBe('draft');
    await world.deliver();
    expect(await world.inbox(bob)).toEqual([]);
  });

  test('while the account of the first is being removed says that nothing leaves any more, and nothing does', async () => {
    const mia = await world.host.createUser({ username: 'mia' });
    const accountId = await world.connect(mia, carol);
    const { id } = (await submit({ sendAt: new Date(Date.now() + 60_000).toISOString() }, mia)).body.data as OutboxView;
    await mia.agent.post(`/api/mailAccounts:disconnect?filterByTk=${accountId}`).send({ keepMail: false }).expect(200);
    const failed = { id, state: 'failed', error: { code: 'accountDisconnected' } };
    expect((await submit({}, mia)).body.data).toMatchObject(failed);
    expect((await submit({}, mia)).body.data).toMatchObject(failed);
    expect((await world.row(id)).state).toBe('failed');
    await deliverAccount(world.mail, accountId, new AbortController().signal);
    expect(await world.inbox(bob)).toEqual([]);
    await removeAccounts(world.mail, new AbortController().signal);
    expect((await submit({}, mia)).body.errors[0].code).toBe('noAccountToSend');
  });

  test('of another user is another mail', async () => {
    await submit();
    await world.connect(eve, carol);
    const { body } = await submit({}, eve);
    expect(body.data).toMatchObject({ state: 'queued' });
    expect(await rows()).toBe(2);
  });
});

test('another plugin sends with streams, and is told errors by their code', async () => {
  const plugin = world.host.app.pm.get('email-manager') as unknown as {
    submit(userId: number, input: object): Promise<OutboxView>;
  };
  const attachments = [{ filename: 'a.bin', content: Readable.from([Buffer.from('one'), Buffer.from('two')]) }];
  const view = await plugin.submit(world.ann.id, { ...input(), attachments });
  expect(view).toMatchObject({ state: 'queued', attachments: [{ filename: 'a.bin', size: 6 }] });
  await expect(plugin.submit(world.ann.id, input({ idempotencyKey: 'b', to: [] }))).rejects.toMatchObject({
    kind: 'permanent',
    code: 'recipientsMissing',
  });
});
