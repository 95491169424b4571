import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type Agent, type TestApp } from '../../harness';
import { MARKER, seed } from './seed';

let app: TestApp;
let root: Agent;
let messages: string;

beforeAll(async () => {
  app = await createTestApp();
  const user = await app.root();
  root = user.agent;
  await seed(app.app.db, user.id);
  messages = app.app.db.getCollection('mailMessages').model.tableName;
});
afterAll(() => app?.stop());

const fields = [
  { name: 'id', type: 'bigInt', primaryKey: true },
  { name: 'subject', type: 'string', interface: 'input' },
];

describe('a table of mail is not read under another name', () => {
  test.each([
    ['a view', () => ({ name: 'peek', template: 'view', view: true, viewName: messages, fields })],
    [
      'a view of a schema',
      () => ({ name: 'peek', template: 'view', view: true, viewName: `main.${messages}`, fields }),
    ],
    ['another table name', () => ({ name: 'peek', tableName: messages, fields, autoGenId: false })],
    ['another case', () => ({ name: messages.toLowerCase(), fields, autoGenId: false })],
  ])('by a collection with %s', async (_how, values) => {
    const { status } = await root.post('/api/collections:create').send(values());
    const read = await root.get(`/api/${values().name}:list`);
    expect(read.text).not.toContain(MARKER);
    expect(status).toBe(403);
  });

  test.each(['query', 'get'])('by the preview of views (%s)', async (action) => {
    for (const name of [messages, `main.${messages}`, `"${messages}"`, messages.toUpperCase()]) {
      const { status, text } = await root.get(`/api/dbViews:${action}`).query({ filterByTk: name });
      expect(text, name).not.toContain(MARKER);
      expect(status, name).toBe(403);
    }
    const { text } = await root.get(`/api/dbViews:${action}?filterByTk[]=${messages}`);
    expect(text).not.toContain(MARKER);
  });

  test('by a collection that was defined while this plugin was off', async () => {
    const { db } = app.app;
    db.collection({ name: 'older', view: true, viewName: messages, fields } as never);
    const users = db.getCollection('users');
    users.setField('older', { type: 'hasMany', target: 'older', foreignKey: 'userId', sourceKey: 'id' });
    expect(users.hasField('older')).toBe(false);
    const { status, text } = await root.get('/api/older:list');
    expect(text).not.toContain(MARKER);
    expect(status).toBe(403);
  });
});
