/** Nobody changes the mail of another, whatever ids he sends: not his messages, not his folders, and not through his own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, quietMail, type Agent, type TestApp, type TestUser } from '../../harness';

let app: TestApp;
let owner: TestUser;
let other: TestUser;
let root: TestUser;

/** Row ids of one user start with a digit of his own. */
const idsOf = (digit: number) => ({
  account: `${digit}001`,
  inbox: `${digit}101`,
  archive: `${digit}102`,
  thread: `${digit}201`,
  message: `${digit}301`,
  notice: `${digit}401`,
});
const OWNER = idsOf(7);
const OTHER = idsOf(8);
const SECOND = idsOf(9);

beforeAll(async () => {
  app = await createTestApp();
  await quietMail(app);
  owner = await app.createUser({ username: 'owner' });
  other = await app.createUser({ username: 'other' });
  root = await app.root();
  await seed(owner.id, OWNER);
  await seed(other.id, OTHER);
  await seed(other.id, SECOND);
});
afterAll(() => app?.stop());

const create = (name: string, values: object) =>
  app.app.db.getCollection(name).model.create({ ...values }, { hooks: false });

async function seed(userId: number, ids: ReturnType<typeof idsOf>): Promise<void> {
  const account = { userId, accountId: ids.account };
  await create('mailAccounts', {
    id: ids.account,
    userId,
    provider: 'microsoft',
    homeAccountId: ids.account,
    state: 'paused',
  });
  for (const [id, role] of [
    [ids.inbox, 'inbox'],
    [ids.archive, 'archive'],
  ]) {
    await create('mailboxes', {
      ...account,
      id,
      path: role === 'inbox' ? 'INBOX' : role,
      pathHash: id,
      role,
      listedRole: role,
    });
  }
  await create('mailThreads', { ...account, id: ids.thread, subject: 'x', lastDate: new Date() });
  const place = { mailboxId: ids.inbox, uidValidity: 1, uid: 1 };
  await create('mailMessages', {
    ...account,
    ...place,
    id: ids.message,
    threadId: ids.thread,
    internalDate: new Date(),
  });
  await create('mailOps', {
    ...{ ...account, id: ids.notice, messageRowId: ids.message, verb: 'move', state: 'overtaken' },
    lastError: { code: 'changedInOutlook', kind: 'permanent', who: 'user' },
  });
}

/** Everything of the owner that a change could touch. */
async function rowsOfOwner(): Promise<string> {
  const all = await Promise.all(
    ['mailAccounts', 'mailboxes', 'mailThreads', 'mailThreadMailboxes', 'mailMessages', 'mailOps'].map((name) =>
      app.app.db.getCollection(name).model.findAll({ where: { userId: owner.id }, raw: true }),
    ),
  );
  return JSON.stringify(all);
}

const post = (agent: Agent, action: string, values: object, query: object = {}) =>
  agent.post(`/api/${action}`).query(query).send(values);

/** Requests that mean rows of the owner, by the ids they carry. */
const attempts = (ids: ReturnType<typeof idsOf>): [string, object, object?][] => [
  ['mailMessages:setFlags', { ids: [ids.message], seen: true }],
  ['mailMessages:setFlags', { threadIds: [ids.thread], flagged: true }],
  ['mailMessages:setFlags', { ids: [OTHER.message, ids.message], seen: true }],
  ['mailMessages:move', { ids: [ids.message], to: { role: 'archive' } }],
  ['mailMessages:move', { ids: [ids.message], to: { mailboxId: OTHER.archive } }],
  ['mailMessages:move', { ids: [ids.message], to: { mailboxId: ids.archive } }],
  ['mailMessages:move', { ids: [OTHER.message], to: { mailboxId: ids.archive } }],
  ['mailMessages:move', { threadIds: [ids.thread], to: { mailboxId: OTHER.archive } }],
  ['mailMessages:move', { threadIds: [OTHER.thread], mailboxId: ids.inbox, to: { role: 'archive' } }],
  ['mailMessages:remove', { ids: [ids.message] }],
  ['mailMessages:remove', { ids: [ids.message], permanently: true }],
  ['mailMessages:remove', { threadIds: [ids.thread], role: 'inbox', permanently: true }],
  ['mailboxes:choose', { syncing: true }, { filterByTk: ids.archive }],
  ['mailboxes:choose', { role: 'junk' }, { filterByTk: ids.archive }],
  ['mailboxes:repair', {}, { filterByTk: ids.archive }],
];

describe('changes to the mail of another user', () => {
  const MISSING = idsOf(6);

  test.each(attempts(OWNER).map((attempt, index) => [index, ...attempt] as const))(
    '%i: %s with %j finds nothing, for root neither',
    async (index, action, values, query) => {
      const before = await rowsOfOwner();
      const [, missingValues, missingQuery] = attempts(MISSING)[index]!;
      for (const agent of [other.agent, root.agent]) {
        const { status, body } = await post(agent, action, values, query);
        expect(status).toBe(404);
        // What belongs to another looks exactly like what does not exist.
        const missing = await post(agent, action, missingValues, missingQuery);
        expect([missing.status, missing.body]).toEqual([status, body]);
      }
      expect([401, 403]).toContain((await post(app.guest(), action, values, query)).status);
      expect(await rowsOfOwner()).toBe(before);
    },
  );

  test('notices are listed and dismissed by their owner only', async () => {
    const before = await rowsOfOwner();
    for (const agent of [other.agent, root.agent]) {
      expect((await agent.get('/api/mailMessages:notices')).text).not.toContain(OWNER.notice);
      await post(agent, 'mailMessages:dismissNotices', { ids: [OWNER.notice] }).expect(200);
    }
    expect(await rowsOfOwner()).toBe(before);
    expect((await owner.agent.get('/api/mailMessages:notices')).body.data).toMatchObject([{ id: OWNER.notice }]);
  });

  test.each(['0', '-1', '1e3', "1' OR '1'='1", '99999999999999999999', 'null', { $ne: 0 }, [7301], null])(
    'are not reached by the forged id %j',
    async (forged) => {
      const before = await rowsOfOwner();
      for (const [action, values] of [
        ['move', { ids: [forged], to: { role: 'archive' } }],
        ['move', { threadIds: [forged], to: { role: 'archive' } }],
        ['move', { ids: [OTHER.message], to: { mailboxId: forged } }],
        ['move', { ids: forged, to: { role: 'archive' } }],
        ['remove', { ids: [forged], permanently: true }],
        ['setFlags', { threadIds: [OTHER.thread], mailboxId: forged ?? {}, seen: true }],
      ] as const) {
        const { status, text } = await post(other.agent, `mailMessages:${action}`, values);
        expect([400, 404], `${action}: ${text}`).toContain(status);
      }
      expect(await rowsOfOwner()).toBe(before);
      const mine = await app.app.db
        .getCollection('mailOps')
        .model.count({ where: { userId: other.id, state: 'pending' } });
      expect(mine).toBe(0);
    },
  );

  test('a user moves nothing from one of his accounts to another', async () => {
    const { status, body } = await post(other.agent, 'mailMessages:move', {
      ids: [OTHER.message],
      to: { mailboxId: SECOND.archive },
    });
    expect([status, body.errors[0].code]).toEqual([400, 'moveAcrossAccounts']);
    const both = { ids: [OTHER.message, SECOND.message], to: { mailboxId: OTHER.archive } };
    expect((await post(other.agent, 'mailMessages:move', both)).body.errors[0].code).toBe('moveAcrossAccounts');
    const byRole = await post(other.agent, 'mailMessages:move', { ...both, to: { role: 'archive' } });
    expect((byRole.body.data as { moved: object[] }).moved).toEqual([
      { id: OTHER.message, from: OTHER.inbox, to: OTHER.archive },
      { id: SECOND.message, from: SECOND.inbox, to: SECOND.archive },
    ]);
  });

  test('nothing is moved in an account that is disconnected', async () => {
    const { model } = app.app.db.getCollection('mailAccounts');
    await model.update({ state: 'disconnected' }, { where: { id: OTHER.account } });
    for (const [action, more] of [
      ['move', { to: { role: 'inbox' } }],
      ['remove', {}],
      ['remove', { permanently: true }],
    ] as const) {
      const { body } = await post(other.agent, `mailMessages:${action}`, { ids: [OTHER.message], ...more });
      expect(body.errors[0].code).toBe('accountNotActive');
    }
  });
});
