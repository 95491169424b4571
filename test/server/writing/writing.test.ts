import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailContext } from '../../../src/server/context';
import { indexNow } from '../../../src/server/messages/search';
import { rememberRecipients } from '../../../src/server/writing/correspondents';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';

let host: TestApp;
let mail: MailContext;
let ann: TestUser;
let eve: TestUser;
let root: TestUser;
const accounts: Record<string, string> = {};

beforeAll(async () => {
  host = await createTestApp();
  mail = await quietMail(host);
  ann = await host.createUser({ username: 'ann' });
  eve = await host.createUser({ username: 'eve' });
  root = await host.root();
  for (const [name, { id: userId }] of Object.entries({ ann, second: ann, eve })) {
    accounts[name] = mail.newId();
    const row = { id: accounts[name], userId, state: 'paused', address: `${name}@x.example`, homeAccountId: name };
    await mail.db.getCollection('mailAccounts').model.create({ ...row, credentialsEpoch: 0 }, { hooks: false });
  }
});
afterAll(() => host?.stop());

const call = async (user: TestUser, action: string, values: object = {}, id = '') => {
  const { status, body } = await user.agent.post(`/api/${action}${id && `?filterByTk=${id}`}`).send(values);
  return { status, data: body.data, error: body.errors?.[0] };
};
const signature = (changes: object = {}) => ({
  ...{ accountId: accounts.ann, name: 'Work', html: '<p>Ann</p>', isDefault: false },
  ...changes,
});

describe('a signature', () => {
  test('is safe html of one account, and one of them is the default', async () => {
    const html = '<p onclick="x()">Ann <img src="data:image/png;base64,AAAA"><img src="https://t.example/p"></p>';
    const first = await call(ann, 'mailSignatures:save', signature({ html, isDefault: true }));
    expect(first.data.html).toBe('<p>Ann <img src="data:image/png;base64,AAAA" /></p>');
    const second = await call(ann, 'mailSignatures:save', signature({ name: 'Home', isDefault: true }));
    await call(ann, 'mailSignatures:save', signature({ accountId: accounts.second, isDefault: true }));
    const { data } = await call(ann, 'mailSignatures:list');
    expect(data.map((row: { name: string; isDefault: boolean }) => [row.name, row.isDefault])).toEqual([
      ['Home', true],
      ['Work', false],
      ['Work', true],
    ]);
    const list = await ann.agent.get(`/api/mailSignatures:list?accountId=${accounts.second}`).expect(200);
    expect(list.body.data).toHaveLength(1);
    await call(ann, 'mailSignatures:save', signature({ name: 'Home 2', html: '<p>x</p>' }), second.data.id);
    await call(ann, 'mailSignatures:remove', {}, first.data.id);
    expect((await call(ann, 'mailSignatures:list')).data).toMatchObject([{ name: 'Home 2', html: '<p>x</p>' }, {}]);
  });

  test('of somebody else is neither read, changed nor removed, and goes under no foreign account', async () => {
    const { data } = await call(ann, 'mailSignatures:save', signature());
    const mine = signature({ accountId: accounts.eve });
    expect((await call(eve, 'mailSignatures:save', mine, data.id)).status).toBe(404);
    expect((await call(eve, 'mailSignatures:remove', {}, data.id)).status).toBe(404);
    expect((await call(eve, 'mailSignatures:save', signature())).status).toBe(404);
    expect((await call(eve, 'mailSignatures:list')).data).toEqual([]);
  });

  test.each([{ name: '' }, { name: 'a'.repeat(101) }, { name: 7 }, { html: 'x'.repeat(300_001) }, { html: null }])(
    'with %j is refused',
    async (changes) => {
      expect((await call(ann, 'mailSignatures:save', signature(changes))).error.code).toBe('invalidInput');
    },
  );
});

describe('a template', () => {
  const template = {
    name: 'Offer',
    subject: 'Offer for {{ record.name }}',
    html: '<p>Dear {{ recipient.name | Sir }},</p>',
  };

  test('is filled with values as text, and says what was missing', async () => {
    const { data } = await call(ann, 'mailTemplates:save', {
      ...template,
      html: '<p onclick=x>Dear {{ recipient.name | Sir }}, {{ record.note }} {{ nobody }} — {{ user.username }}</p>',
    });
    const values = { record: { name: 'A\r\nBcc: v@x.example', note: '<script>alert(1)</script>' } };
    const { data: filled } = await call(ann, 'mailTemplates:render', { values }, data.id);
    expect(filled).toEqual({
      subject: 'Offer for A Bcc: v@x.example',
      html: '<p>Dear Sir, &lt;script&gt;alert(1)&lt;/script&gt; {{ nobody }} — ann</p>',
      missing: ['nobody'],
    });
  });

  test('names an author who has emptied his nickname by his user name', async () => {
    await root.agent.post(`/api/users:update?filterByTk=${ann.id}`).send({ nickname: '' }).expect(200);
    const { data } = await call(ann, 'mailTemplates:save', {
      ...template,
      subject: '',
      html: '<p>{{ user.name }}</p>',
    });
    const { data: filled } = await call(ann, 'mailTemplates:render', {}, data.id);
    expect(filled).toMatchObject({ html: '<p>ann</p>', missing: [] });
  });

  test('is its owner’s, until an administrator shares one of his', async () => {
    const { data: own } = await call(ann, 'mailTemplates:save', template);
    expect((await call(eve, 'mailTemplates:list')).data).toEqual([]);
    for (const action of ['save', 'remove', 'render']) {
      expect((await call(eve, `mailTemplates:${action}`, template, own.id)).status).toBe(404);
    }
    expect((await call(ann, 'mailTemplates:share', { shared: true }, own.id)).status).toBe(403);
    const { data: common } = await call(root, 'mailTemplates:save', { ...template, name: 'Common' });
    await call(root, 'mailTemplates:share', { shared: true }, common.id);
    expect((await call(eve, 'mailTemplates:list')).data).toMatchObject([{ name: 'Common', shared: true, own: false }]);
    expect((await call(eve, 'mailTemplates:render', {}, common.id)).status).toBe(200);
    expect((await call(eve, 'mailTemplates:save', template, common.id)).status).toBe(404);
    expect((await call(eve, 'mailTemplates:remove', {}, common.id)).status).toBe(404);
    // What somebody else wrote is not an administrator's to share.
    for (const id of [own.id, '999', 'x']) {
      expect((await call(root, 'mailTemplates:share', { shared: true }, id)).status).toBe(404);
    }
    expect((await call(root, 'mailTemplates:share', { shared: false }, common.id)).data).toMatchObject({
      shared: false,
    });
    expect((await call(eve, 'mailTemplates:render', {}, common.id)).status).toBe(404);
  });
});

describe('people', () => {
  const to = (...addresses: string[]) => addresses.map((address) => ({ name: address.split('@')[0]!, address }));

  test('somebody wrote to are offered by words of name and address, the most written to first', async () => {
    await rememberRecipients(mail, String(ann.id), to('Bob@x.example', 'carol@y.example'));
    await rememberRecipients(mail, String(ann.id), [{ name: '', address: 'bob@X.example' }]);
    const { data } = await call(ann, 'mailCorrespondents:list');
    expect(data).toEqual([
      { name: 'Bob', address: 'bob@x.example', wroteTo: true },
      { name: 'carol', address: 'carol@y.example', wroteTo: true },
    ]);
    expect((await call(ann, 'mailCorrespondents:list', { query: 'Y.EX car' })).data).toMatchObject([
      { address: 'carol@y.example' },
    ]);
    expect((await call(eve, 'mailCorrespondents:list')).data).toEqual([]);
  });

  test('whose mail arrived lately are offered too, but for machines', async () => {
    for (const [fromName, fromAddress] of [
      ['Dora', 'Dora@z.example'],
      ['', 'no-reply@z.example'],
      ['Robert', 'bob@x.example'],
    ]) {
      const row = { id: mail.newId(), userId: ann.id, accountId: accounts.ann, fromName, fromAddress };
      await mail.db.getCollection('mailMessages').model.create({ ...row, internalDate: new Date() }, { hooks: false });
    }
    const { data } = await call(ann, 'mailCorrespondents:list');
    expect(data.map(({ address }: { address: string }) => address)).toEqual([
      'bob@x.example',
      'carol@y.example',
      'dora@z.example',
    ]);
  });

  test('nobody ever met are strangers', async () => {
    const addresses = ['BOB@x.example', 'dora@z.example', 'who@else.example', 7, ''];
    expect((await call(ann, 'mailCorrespondents:check', { addresses })).data).toEqual({
      strangers: ['who@else.example'],
    });
    expect((await call(eve, 'mailCorrespondents:check', { addresses: ['bob@x.example'] })).data.strangers).toHaveLength(
      1,
    );
  });

  test('whose only mail is old are no strangers', async () => {
    const messages = mail.db.getCollection('mailMessages').model;
    const from = (fromAddress: string, day: number) => ({
      ...{ id: mail.newId(), userId: eve.id, accountId: accounts.eve, fromAddress },
      internalDate: new Date(Date.UTC(2020, 0, day)),
    });
    const old = from('Old.Friend@z.example', 1);
    await messages.create(old, { hooks: false });
    await indexNow(mail, old.id);
    const later = Array.from({ length: 500 }, (_, at) => from('newsletter@z.example', at + 2));
    await messages.bulkCreate(later, { hooks: false });
    const addresses = ['old.friend@z.example', 'old.friend@z.exampl', 'old-friend@z.example'];
    expect((await call(eve, 'mailCorrespondents:check', { addresses })).data.strangers).toEqual(addresses.slice(1));
  });
});
