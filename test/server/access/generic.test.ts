import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../../src/server/actions';
import { MAIL_COLLECTIONS } from '../../../src/shared/mailCollections';
import { createTestApp, type Agent, type TestApp, type TestUser } from '../../harness';
import { MARKER, ROW_ID, seed } from './seed';

let app: TestApp;
let owner: TestUser;
/** Everybody, the mightiest last. */
let people: Record<string, Agent>;
let requests: Requests;

beforeAll(async () => {
  app = await createTestApp({ hostPlugins: ['flow-engine', 'data-visualization', 'action-export', 'action-import'] });
  owner = await app.createUser({ username: 'owner' });
  await seed(app.app.db, owner.id);
  await app.createRole({
    name: 'everything',
    snippets: ['ui.*', 'pm', 'pm.*', 'app'],
    strategy: { actions: ['view', 'update', 'create', 'destroy', 'export', 'importXlsx'] },
  });
  const mighty = await app.createUser({ username: 'mighty', roles: ['everything'] });
  const other = await app.createUser({ username: 'other' });
  const root = await app.root();
  people = { root: root.agent };
  requests = sender(await app.listen(), {
    guest: {},
    'another user': { authorization: `Bearer ${other.token}` },
    'a role that may do everything': { authorization: `Bearer ${mighty.token}`, 'x-role': 'everything' },
    'the owner himself': { authorization: `Bearer ${owner.token}` },
    root: { authorization: `Bearer ${root.token}` },
  });
});
afterAll(() => app?.stop());

type Requests = (lines: string[], body?: object) => Promise<string[]>;

/** Sends `METHOD /path` as each of these people; says which were answered or told anything of the mail. */
function sender(origin: string, headersOf: Record<string, Record<string, string>>): Requests {
  const one = async (who: string, headers: Record<string, string>, line: string, body: object) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (text.includes(MARKER)) return `${who}: ${line} told of the mail (${response.status})`;
    return [401, 403, 404].includes(response.status) ? '' : `${who}: ${line} was answered ${response.status} ${text}`;
  };
  return async (lines, body = {}) => {
    const found: string[] = [];
    for (const [who, headers] of Object.entries(headersOf)) {
      found.push(...(await Promise.all(lines.map((line) => one(who, headers, line, body)))));
    }
    return found.filter(Boolean);
  };
}

const GENERIC =
  'list get create update destroy query export importXlsx move set add remove toggle firstOrCreate updateOrCreate toString';

describe('nobody, root included, reaches a mail collection', () => {
  test.each(MAIL_COLLECTIONS)('%s, by any generic action', async (collection) => {
    const actions = GENERIC.split(' ').filter((action) => !Object.hasOwn(resources[collection] ?? {}, action));
    const lines = actions.map((action) => `POST /api/${collection}:${action}?filterByTk=${ROW_ID}`);
    const reads = actions.slice(0, 2).map((action) => `GET /api/${collection}:${action}?filterByTk=${ROW_ID}`);
    expect(await requests([...lines, ...reads], { id: ROW_ID, values: { id: ROW_ID } })).toEqual([]);
  });

  test.each(MAIL_COLLECTIONS)('%s, by the routes of a REST resource', async (collection) => {
    const routes: [line: string, action: string][] = [
      [`GET /api/${collection}`, 'list'],
      [`GET /api/${collection}/${ROW_ID}`, 'get'],
      [`POST /api/${collection}`, 'create'],
      [`PUT /api/${collection}/${ROW_ID}`, 'update'],
      [`PATCH /api/${collection}/${ROW_ID}`, 'update'],
      [`DELETE /api/${collection}/${ROW_ID}`, 'destroy'],
    ];
    const generic = routes.filter(([, action]) => !Object.hasOwn(resources[collection] ?? {}, action));
    expect(await requests(generic.map(([line]) => line))).toEqual([]);
  });

  test.each(MAIL_COLLECTIONS)('%s, by association routes from and to it', async (collection) => {
    const paths = [
      `/api/users/${owner.id}/${collection}`,
      `/api/users/${owner.id}/${collection}:query`,
      `/api/users/${owner.id}/${collection}/${ROW_ID}`,
      `/api/users.${collection}:list`,
      `/api/${collection}/${ROW_ID}/createdBy`,
      `/api/${collection}/${ROW_ID}/anything:get`,
      `/api/mailAccounts/${ROW_ID}/${collection}:get`,
      `/resourcer/${collection}:query`,
      `/resourcer/users.${collection}:list`,
    ];
    expect(await requests(paths.flatMap((path) => [`GET ${path}`, `POST ${path}`]))).toEqual([]);
  });
});

describe('whatever takes the name of a collection reads no mail', () => {
  const refusedEverywhere = async (
    requests: (agent: Agent, collection: string) => PromiseLike<{ status: number; text: string }>,
  ) => {
    const told: string[] = [];
    const { root } = people;
    for (const collection of MAIL_COLLECTIONS.filter((name) => app.app.db.hasCollection(name))) {
      const { status, text } = await requests(root as Agent, collection);
      if (text.includes(MARKER) || status === 500) told.push(`${collection}: ${status} ${text.slice(0, 200)}`);
    }
    return told;
  };

  test('charts', async () => {
    expect(
      await refusedEverywhere((agent, collection) =>
        agent.post('/api/charts:query').send({
          uid: 'x',
          dataSource: 'main',
          collection,
          measures: [{ field: ['id'], aggregation: 'max', alias: 'x' }],
          dimensions: [{ field: ['address'] }, { field: ['subject'] }].slice(0, 0),
        }),
      ),
    ).toEqual([]);
    const { root } = people;
    const response = await (root as Agent)
      .post('/api/charts:query')
      .send({ dataSource: 'main', collection: 'mailMessages', measures: [{ field: ['subject'] }], dimensions: [] });
    expect(response.status).toBe(403);
  });

  test('variables of pages', async () => {
    expect(
      await refusedEverywhere((agent, collection) =>
        agent.post('/api/variables:resolve').send({
          values: {
            template: { a: '{{ ctx.record.subject }}', b: '{{ ctx.record.address }}', c: '{{ ctx.record }}' },
            contextParams: { record: { dataSourceKey: 'main', collection, filterByTk: ROW_ID } },
          },
          template: { a: '{{ ctx.record.subject }}', b: '{{ ctx.record.address }}' },
          contextParams: { record: { dataSourceKey: 'main', collection, filterByTk: ROW_ID } },
        }),
      ),
    ).toEqual([]);
  });

  test('the repository itself, which nodes of workflows and code of other plugins use', async () => {
    for (const collection of MAIL_COLLECTIONS.filter((name) => app.app.db.hasCollection(name))) {
      const repository = app.app.db.getRepository(collection);
      const attempts = [
        () => repository.find(),
        () => repository.count(),
        () => repository.update({ values: {}, filter: {} }),
        () => repository.destroy({ truncate: true }),
      ];
      for (const attempt of attempts) expect(attempt).toThrow('Mail is closed to generic access');
    }
  });
});

describe('an administrator cannot lay a way to mail', () => {
  const field = { name: 'way', type: 'hasMany', interface: 'o2m', foreignKey: 'userId', sourceKey: 'id' };

  beforeAll(async () => {
    const { root } = people;
    const created = await (root as Agent)
      .post('/api/collections:create')
      .send({ name: 'orders', fields: [{ name: 'title', type: 'string', interface: 'input' }] });
    expect(created.status).toBe(200);
  });

  test.each([
    ['with a target', { ...field, target: 'mailAccounts' }],
    [
      'through a mail collection',
      { ...field, type: 'belongsToMany', target: 'users', through: 'mailAccounts', otherKey: 'provider' },
    ],
    ['by its name alone', { name: 'mailAccounts', type: 'hasMany', interface: 'o2m' }],
    ['by its name in the singular', { name: 'mailAccount', type: 'belongsTo', interface: 'm2o' }],
  ])('by an association %s', async (_how, values) => {
    const { root } = people;
    for (const url of ['/api/collections/orders/fields:create', '/api/collections/users/fields:create']) {
      const { status, text } = await (root as Agent).post(url).send(values);
      expect([status, text]).toEqual([403, expect.stringContaining('Mail is closed to generic access')]);
    }
    const read = await (root as Agent).get('/api/users:list').query({ appends: [values.name] });
    expect(read.text).not.toContain(MARKER);
  });

  test('by a collection with such an association, of such a name, or inheriting from it', async () => {
    const { root } = people;
    const attempts = [
      { name: 'orders2', fields: [{ ...field, target: 'mailMessages' }] },
      { name: 'mailMessages', fields: [{ name: 'title', type: 'string' }] },
      { name: 'orders3', inherits: ['mailMessages'] },
    ];
    for (const values of attempts) {
      const { status } = await (root as Agent).post('/api/collections:create').send(values);
      expect(status, values.name).toBeGreaterThanOrEqual(400);
    }
    expect(app.app.db.getCollection('mailMessages').hasField('subject')).toBe(true);
  });

  test('by changing an association that leads elsewhere', async () => {
    const { root } = people;
    const agent = root as Agent;
    await agent
      .post('/api/collections/orders/fields:create')
      .send({ ...field, name: 'people', target: 'users', foreignKey: 'orderId' })
      .expect(200);
    const { status } = await agent
      .post('/api/collections/orders/fields:update')
      .query({ filterByTk: 'people' })
      .send({ target: 'mailAccounts' });
    expect(status).toBe(403);
  });

  test('by an association that code or an older database brings along', async () => {
    const users = app.app.db.getCollection('users');
    users.setField('boxes', { type: 'hasMany', target: 'mailAccounts', foreignKey: 'userId', sourceKey: 'id' });
    expect(users.hasField('boxes')).toBe(false);
    const { root } = people;
    for (const query of [
      { appends: ['boxes'] },
      { filter: JSON.stringify({ 'boxes.address.$includes': 'm' }) },
      { sort: ['boxes.address'] },
      { fields: ['boxes.address'] },
    ]) {
      const { text } = await (root as Agent).get('/api/users:list').query(query);
      expect(text).not.toContain(MARKER);
    }
  });
});
