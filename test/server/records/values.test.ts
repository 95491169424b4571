import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../harness';
import { startRecordWorld, type RecordWorld } from './world';

let world: RecordWorld;
let north: string;
let south: string;

beforeAll(async () => {
  world = await startRecordWorld();
  const acme = await world.create('customers', { name: 'Acme & Sons', secret: 'hush' });
  const other = await world.create('customers', { name: 'Other', secret: 'hush 2' });
  const values = {
    number: 'N1',
    status: 'open',
    total: 12.5,
    due: '2026-03-09',
    paid: false,
    margin: 'high',
    key: 'k',
  };
  const people = { customer: { id: acme } };
  const contacts = [{ id: acme }, { id: other }];
  north = await world.create('orders', {
    ...values,
    ...people,
    contacts,
    shipped: '2026-01-02T23:30:00.000Z',
    region: 'north',
    notes: '<b>bold</b>',
    story: '<p>Tom &amp; Jerry</p><p>5&nbsp;&lt;&nbsp;7</p>',
    meeting: '2026-01-02 23:30:00',
  });
  south = await world.create('orders', { ...values, ...people, region: 'south' });
});
afterAll(() => world?.stop());

/** Fills a template of the user's own that holds one variable. */
async function filled(user: TestUser, variable: string, record: unknown, more: object = {}) {
  const template = { name: 'x', subject: '', html: `<p>{{ ${variable} }}</p>` };
  const { data } = await world.call(user, 'mailTemplates:save', template);
  const answer = await world.call(user, 'mailTemplates:render', { values: {}, record, ...more }, data.id);
  if (answer.status !== 200) return answer.code;
  return answer.data.missing.length > 0 ? `missing ${answer.data.missing}` : answer.data.html.replace(/<\/?p>/g, '');
}
const order = (id: string) => ({ collection: 'orders', id });

describe('a variable of a record', () => {
  test.each([
    ['record.number', 'N1'],
    ['record.status', 'Still open'],
    ['record.total', '12.5'],
    ['record.due', 'Mar 9, 2026'],
    ['record.paid', 'No'],
    ['record.customer.name', 'Acme &amp; Sons'],
    ['record.customer', 'Acme &amp; Sons'],
    ['record.notes', '&lt;b&gt;bold&lt;/b&gt;'],
    ['record.story', 'Tom &amp; Jerry 5 &lt; 7'],
  ])('%s reads as a person writes it: %s', async (variable, text) => {
    expect(await filled(world.ann, variable, order(north))).toBe(text);
  });

  test('of several rows stands in one line', async () => {
    expect(await filled(world.ben, 'record.contacts.name', order(north))).toBe('Acme &amp; Sons, Other');
  });

  test('of a moment is written in the time zone of its author', async () => {
    const kyiv = await filled(world.ben, 'record.shipped', order(north), { timeZone: 'Europe/Kyiv' });
    expect(kyiv).toMatch(/^Jan 3, 2026, 1:30\sAM$/);
    expect(await filled(world.ben, 'record.shipped', order(north), { timeZone: 'no/zone' })).toMatch(/^Jan 2, 2026/);
  });

  test('of a moment without a time zone is the same for every author', async () => {
    for (const timeZone of ['Europe/Kyiv', 'America/New_York', 'UTC']) {
      const text = await filled(world.ann, 'record.meeting', order(north), { timeZone });
      expect(text).toMatch(/^Jan 2, 2026, 11:30\sPM$/);
    }
  });

  test.each([
    ['a field the role may not read', 'ann', 'record.margin', () => order(north)],
    ['an association it may not read', 'ann', 'record.contacts.name', () => order(north)],
    ['a field it may not read of another collection', 'ann', 'record.customer.secret', () => order(north)],
    ['a record outside its rows', 'ann', 'record.number', () => order(south)],
    ['a record of a collection it may not read', 'eve', 'record.number', () => order(north)],
    ['a hidden field, for the administrator too', 'root', 'record.key', () => order(north)],
    ['a forged id', 'root', 'record.number', () => order('99999')],
    ['an id that is none', 'root', 'record.number', () => order("1' or 1=1")],
    ['a field that is not there', 'root', 'record.nothing.at.all', () => order(north)],
    ['a password', 'root', 'record.password', () => ({ collection: 'users', id: String(world.root.id) })],
    ['mail', 'root', 'record.subject', () => ({ collection: 'mailOutbox', id: '1' })],
  ] as const)('is missing for %s', async (_, user, variable, record) => {
    expect(await filled(world[user], variable, record())).toBe(`missing ${variable}`);
  });

  test('is read of a record with a UUID, and missing for a key that is none', async () => {
    const id = await world.create('tickets', { name: 'T1' });
    expect(await filled(world.ben, 'record.name', { collection: 'tickets', id })).toBe('T1');
    for (const malformed of ['5', 'x', `${id}0`, id.replaceAll('-', '_')]) {
      const record = { collection: 'tickets', id: malformed };
      expect(await filled(world.ben, 'record.name', record)).toBe('missing record.name');
      expect((await world.call(world.ben, 'mailFiles:ofRecord', { record })).code).toBe('notFound');
    }
  });

  test('is missing without a record, and its other words stand there instead', async () => {
    expect(await filled(world.ann, 'record.number', null)).toBe('missing record.number');
    expect(await filled(world.ann, 'record.margin | soon', order(north))).toBe('soon');
  });

  test.each([{ collection: 'orders' }, 'orders:1', { collection: 'a.b', id: '1' }])(
    'is asked of no record such as %j',
    async (record) => expect(await filled(world.ann, 'record.number', record)).toBe('invalidInput'),
  );
});

describe('a draft', () => {
  const save = (user: TestUser, record: unknown, id = '') =>
    world.call(
      user,
      'mailOutbox:save',
      { accountId: world.accounts[user.username], to: [], subject: 'x', html: null, text: 'x', record },
      id,
    );

  test('remembers the record beside which it is written, also after a change', async () => {
    const { id } = (await save(world.ann, order(north))).data;
    expect((await world.call(world.ann, 'mailOutbox:get', {}, id)).data.record).toEqual(order(north));
    expect((await save(world.ann, order(north), id)).data.record).toEqual(order(north));
    expect(await filled(world.ann, 'record.number', (await save(world.ann, order(north), id)).data.record)).toBe('N1');
  });

  test('tells nothing of a record that its author may not read: a forged name reads as he wrote it', async () => {
    const answers = [];
    for (const id of [south, '999999']) {
      const { status, data } = await save(world.ann, order(id));
      answers.push([status, data.record.collection, await filled(world.ann, 'record.number', data.record)]);
    }
    expect(answers[0]).toEqual([200, 'orders', 'missing record.number']);
    expect(answers[1]).toEqual(answers[0]);
    const secrets = await save(world.eve, { collection: 'mailProviders', id: '1' });
    expect(await filled(world.eve, 'record.clientSecret', secrets.data.record)).toBe('missing record.clientSecret');
  });

  test.each([{ collection: 'orders' }, { collection: '../x', id: '1' }, 'orders:1'])(
    'is not saved beside %j',
    async (record) => expect((await save(world.ann, record)).code).toBe('invalidInput'),
  );
});
