import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../../src/server/actions';
import { createTestApp, quietMail, type Agent, type TestApp, type TestUser } from '../../harness';
import { MARKER, ROW_ID, SECRET, seed } from './seed';

let app: TestApp;
let owner: TestUser;
let other: TestUser;
let root: TestUser;
let collections: string[];

beforeAll(async () => {
  app = await createTestApp();
  // Nothing may change the rows but the requests below.
  await quietMail(app);
  owner = await app.createUser({ username: 'owner' });
  other = await app.createUser({ username: 'other' });
  root = await app.root();
  collections = await seed(app.app.db, owner.id);
});
afterAll(() => app?.stop());

const ACTIONS = Object.entries(resources).flatMap(([resource, actions]) =>
  Object.entries(actions).map(([action, { access }]) => ({ resource, action, access, name: `${resource}:${action}` })),
);
const of = (access: string) => ACTIONS.filter((action) => action.access === access).map(({ name }) => name);

/** Ids in every place where a handler might look for one. */
const ids = (id: string) => ({
  id,
  accountId: id,
  mailboxId: id,
  messageId: id,
  threadId: id,
  attachmentId: id,
  connectId: id,
  part: '1',
  returnPath: '/admin/mail',
  provider: 'microsoft',
  keepMail: false,
  syncing: false,
  seen: true,
  arrived: true,
  ids: [id],
  to: [],
  subject: 'x',
  text: 'x',
  html: null,
  inReplyTo: { messageId: id, kind: 'reply' },
});

const call = (agent: Agent, name: string, id: string) =>
  agent.post(`/api/${name}`).query({ filterByTk: id, accountId: id, mailboxId: id, threadId: id }).send(ids(id));

/** All rows of the owner, to see that nothing was touched. */
async function rowsOfOwner(): Promise<string> {
  const rows = await Promise.all(
    collections.map(async (name) => {
      const { model } = app.app.db.getCollection(name);
      return [name, await model.findAll({ where: { id: name === 'mailSettings' ? 1 : ROW_ID }, raw: true })];
    }),
  );
  return JSON.stringify(rows);
}

describe('a guest', () => {
  test.each([...of('loggedIn'), ...of('settings')])('may not call %s', async (name) => {
    const { status, text } = await call(app.guest(), name, ROW_ID);
    expect([401, 403]).toContain(status);
    expect(text).not.toContain(MARKER);
  });

  test.each(of('public'))('gets nothing from %s without a ticket', async (name) => {
    const { status, text } = await call(app.guest(), name, ROW_ID);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain(MARKER);
  });
});

describe('settings', () => {
  test.each(of('settings'))('%s is closed to whoever lacks the permission', async (name) => {
    expect((await call(other.agent, name, ROW_ID)).status).toBe(403);
  });

  test('are open to a role that has the permission, and to no mail with it', async () => {
    await app.createRole({ name: 'postmaster', snippets: ['pm.email-manager'] });
    const postmaster = await app.createUser({ username: 'postmaster', roles: ['postmaster'] });
    postmaster.agent.set('X-Role', 'postmaster');
    await postmaster.agent.get('/api/mailSettings:get').expect(200);
    const { text } = await postmaster.agent.get('/api/mailProviders:list').expect(200);
    expect(text).not.toContain(SECRET);
    expect((await postmaster.agent.get('/api/mailAccounts:list').expect(200)).text).not.toContain(MARKER);
  });
});

describe('the mail of another user', () => {
  const people = () => ({ 'another user': other.agent, root: root.agent });

  test.each(of('loggedIn'))('is neither told nor touched by %s', async (name) => {
    const before = await rowsOfOwner();
    const missing = '7002';
    for (const [who, agent] of Object.entries(people())) {
      const foreign = await call(agent, name, ROW_ID);
      expect(foreign.text, who).not.toContain(MARKER);
      expect(foreign.text, who).not.toContain(SECRET);
      expect(foreign.status, `${who}: ${foreign.text}`).not.toBe(500);
      // One that belongs to somebody else looks exactly like one that does not exist.
      const absent = await call(agent, name, missing);
      const shape = ({ status, body }: typeof foreign) =>
        JSON.stringify([status, (body as { errors?: object[] }).errors]);
      expect(shape(foreign), who).toBe(shape(absent));
    }
    expect(await rowsOfOwner()).toBe(before);
  });

  test.each(of('loggedIn'))('is not reached through a forged id by %s', async (name) => {
    const forged = [
      '0',
      '-1',
      '1e3',
      "1' OR '1'='1",
      '7001 ',
      '99999999999999999999',
      'null',
      '[object Object]',
      '7001,7001',
    ];
    for (const id of forged) {
      const { status, text } = await call(other.agent, name, id);
      expect(status, `${id}: ${text}`).not.toBe(500);
      expect(text).not.toContain(MARKER);
    }
    const operators = await other.agent
      .post(`/api/${name}?filterByTk[$ne]=0&filterByTk[]=7001&userId=${owner.id}`)
      .send({ ...ids(ROW_ID), userId: owner.id });
    expect(operators.status, operators.text).not.toBe(500);
    expect(operators.text).not.toContain(MARKER);
  });
});

describe('what a request asks beyond the question reveals nothing', () => {
  const lists = ACTIONS.filter(({ action, access }) => access === 'loggedIn' && /^(list|get|search)$/.test(action)).map(
    ({ name }) => name,
  );
  const extras = [
    { appends: ['credentials', 'account', 'user', 'createdBy', 'body'] },
    { fields: ['credentials', 'homeAccountId', 'cookieHash', 'html'] },
    { fields: ['credentials'], except: ['id'] },
    { sort: ['-credentials', 'user.password'] },
    { filter: JSON.stringify({ userId: 7001 }) },
    { filter: JSON.stringify({ $or: [{ userId: { $notEmpty: true } }, { id: 7001 }] }) },
    { filter: JSON.stringify({ 'account.credentials.$includes': 'secret' }) },
    { paginate: 'false', pageSize: '100000', tree: 'true', context: 'x' },
  ];

  test.each(lists)('%s tells nobody more, the owner neither', async (name) => {
    for (const extra of extras) {
      for (const { agent } of [other, root]) {
        const { status, text } = await agent
          .get(`/api/${name}`)
          .query({ ...extra, filterByTk: ROW_ID })
          .set('X-With-ACL-Meta', 'true');
        expect(text, JSON.stringify(extra)).not.toContain(MARKER);
        expect(status, text).not.toBe(500);
      }
      const { status, text } = await owner.agent.get(`/api/${name}`).query({ ...extra, filterByTk: ROW_ID });
      expect(text, JSON.stringify(extra)).not.toContain(SECRET);
      expect(status, text).not.toBe(500);
    }
  });

  test('an account is shown without anything secret, internal or of others', async () => {
    const { body } = await owner.agent
      .get('/api/mailAccounts:list')
      .query({ fields: ['credentials'], appends: ['user'] });
    const [account] = (body as { data: { accounts: object[] } }).data.accounts;
    expect(Object.keys(account ?? {}).sort()).toEqual(
      [
        'address',
        'backOffUntil',
        'displayName',
        'error',
        'id',
        'largestMessage',
        'lastSyncAt',
        'nextSyncAt',
        'onServer',
        'pollMinutes',
        'provider',
        'sendBlocked',
        'startDate',
        'state',
        'stored',
        'storedState',
        'textsMissing',
        'unread',
      ].sort(),
    );
  });
});
