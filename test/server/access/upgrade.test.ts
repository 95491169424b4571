import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type TestUser } from '../../harness';
import { rootUser } from '../../harness/env';
import { seed, ROW_ID } from './seed';

let running: TestApp;
let user: TestUser;

const save = (id: string | null, values: object) =>
  user.agent.post(`/api/mailOutbox:save${id ? `?filterByTk=${id}` : ''}`).send({
    accountId: ROW_ID,
    to: [{ name: 'Bob', address: 'bob@example.com' }],
    html: null,
    text: 'Half a letter.',
    ...values,
  });
const stored = async (id: string) =>
  (await user.agent.get(`/api/mailOutbox:get?filterByTk=${id}`).expect(200)).body.data;

/** Makes the tables what an earlier version of the plugin left. */
async function goBack(): Promise<void> {
  const { db } = running.app;
  const queries = db.sequelize.getQueryInterface();
  const name = (table: string) => queries.quoteIdentifiers(db.getCollection(table).model.tableName);
  await db.sequelize.query(`ALTER TABLE ${name('mailOutbox')} DROP COLUMN ${queries.quoteIdentifier('record', true)}`);
  await db.sequelize.query(`DROP TABLE ${name('mailSyncLog')}`);
}

/** As `nocobase start` does: nothing is synced with the collections. */
async function restart(): Promise<void> {
  await running.app.runCommandThrowError('restart');
  // The agent from before speaks to what is stopped now.
  user = await running.login(rootUser.email, rootUser.password);
}

beforeAll(async () => {
  running = await createTestApp();
  user = await running.root();
  await seed(running.app.db, user.id);
});
afterAll(() => running?.stop());

test('an installation of an earlier version gets the new columns and tables by its next start, and keeps its drafts', async () => {
  const { body } = await save(null, { subject: 'Begun before' }).expect(200);
  const { id } = body.data;
  await goBack();
  await save(null, { subject: 'No place for it' }).expect((answer) => expect(answer.status).not.toBe(200));

  await restart();

  expect(running.logs.text()).toContain('mailOutbox.record');
  expect(await stored(id)).toMatchObject({ subject: 'Begun before', text: 'Half a letter.', state: 'draft' });
  const record = { collection: 'customers', id: '7' };
  await save(id, { subject: 'Begun before', record }).expect(200);
  expect(await stored(id)).toMatchObject({ subject: 'Begun before', record });
  await expect(running.app.db.getCollection('mailSyncLog').model.count()).resolves.toBe(0);
});

test('a start on tables that have everything changes nothing', async () => {
  const before = running.logs.text().length;
  await restart();
  expect(running.logs.text().slice(before)).not.toContain('added what is new');
});
