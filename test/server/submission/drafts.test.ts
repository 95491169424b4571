import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bob } from '../../../sandbox/outlook';
import type { OutboxInput, OutboxView } from '../../../src/shared/types';
import { startWorld, type World } from './world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

/** Posts a draft as a composer that was opened with a version of it. */
const save = (subject: string, id: string | null = null, version?: unknown) => {
  const input: OutboxInput = {
    accountId: world.accountId,
    to: [{ name: 'Bob', address: bob.upn }],
    subject,
    html: null,
    text: subject,
  };
  return world.post(world.ann, 'save', id, { ...input, ...(version !== undefined && { version }) });
};
const stored = async (id: string): Promise<OutboxView> => {
  const { body } = await world.ann.agent.get(`/api/mailOutbox:get?filterByTk=${id}`).expect(200);
  return body.data;
};

test('what is not sent stays in the list, however much was sent since', async () => {
  const draft: OutboxView = (await save('unfinished')).body.data;
  const sent = { userId: world.ann.id, accountId: world.accountId, state: 'sent', to: [], cc: [], bcc: [] };
  await world.mail.db.getCollection('mailOutbox').model.bulkCreate(
    Array.from({ length: 250 }, () => ({ ...sent, id: world.mail.newId() })),
    { hooks: false },
  );
  const { body } = await world.ann.agent.get('/api/mailOutbox:list').expect(200);
  const rows = body.data as OutboxView[];
  expect(rows.filter(({ state }) => state === 'sent')).toHaveLength(200);
  expect(rows.at(-1)).toMatchObject({ id: draft.id, state: 'draft' });
});

test.each(['send', 'schedule'])('a failed mail that is opened and not changed leaves: %s', async (action) => {
  const draft: OutboxView = (await save('opened')).body.data;
  const lastError = { code: 'smtpAuthDisabled', kind: 'permanent', who: 'administrator' } as const;
  await world.arrange(draft.id, { state: 'failed', attempts: 1, lastError });
  const { status, body } = await world.post(world.ann, action, draft.id, { sendAt: new Date().toISOString() });
  expect([status, body.data.state, body.data.error]).toEqual([200, 'queued', null]);
  await world.arrange(draft.id, { sendAt: new Date() });
  await world.deliver();
  expect((await world.row(draft.id)).state).toBe('sent');
});

describe('a first save', () => {
  const first = (subject: string, idempotencyKey: unknown) =>
    world.post(world.ann, 'save', null, { accountId: world.accountId, subject, html: null, idempotencyKey });
  const drafts = () => world.mail.db.getCollection('mailOutbox').model.count();

  test('that is repeated with its key makes one draft, at once or later', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => first('first', 'forward-1')));
    answers.push(await first('first', 'forward-1'));
    const ids = answers.map(({ body }) => (body.data as OutboxView | undefined)?.id);
    expect(new Set(ids).size, JSON.stringify(answers.map(({ body }) => body.errors))).toBe(1);
    expect(answers.at(-1)!.body.data).toMatchObject({ state: 'draft', version: 0, subject: 'first' });
    expect([(await first('other', 'forward-2')).status, await drafts()]).toEqual([200, 2]);
  });

  test('that is repeated overwrites nothing that was written meanwhile, and answers with it', async () => {
    const draft: OutboxView = (await first('first', 'forward-1')).body.data;
    await save('changed elsewhere', draft.id);
    const again = await first('first', 'forward-1');
    expect(again.body.data).toMatchObject({ id: draft.id, subject: 'changed elsewhere' });
    expect(again.body.data.version).toBeGreaterThan(draft.version);
  });

  test.each(['', 'a b', 'x'.repeat(129), 7])('does not take %j for a key', async (key) => {
    const { status, body } = await first('first', key);
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ code: 'invalidInput', params: { field: 'idempotencyKey' } });
    expect(await drafts()).toBe(0);
  });
});

describe('a draft that is open in two places', () => {
  test('is refused from the one that has an old version of it, and nothing is overwritten', async () => {
    const draft: OutboxView = (await save('first')).body.data;
    const elsewhere = await save('changed elsewhere', draft.id, draft.version);
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.body.data.version).toBeGreaterThan(draft.version);

    const late = await save('changed here', draft.id, draft.version);
    expect(late.status).toBe(400);
    expect(late.body.errors[0].code).toBe('outboxChanged');
    expect(await stored(draft.id)).toMatchObject({
      subject: 'changed elsewhere',
      text: 'changed elsewhere',
      version: elsewhere.body.data.version,
    });
  });

  test('is saved by one of two who save the same version at the same moment', async () => {
    const draft: OutboxView = (await save('first')).body.data;
    const answers = await Promise.all(['one', 'other'].map((subject) => save(subject, draft.id, draft.version)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const winner = answers.find(({ status }) => status === 200)!.body.data as OutboxView;
    expect(await stored(draft.id)).toMatchObject({ subject: winner.subject, version: winner.version });
  });

  test('is changed by who names no version, as code may that does not mind', async () => {
    const draft: OutboxView = (await save('first')).body.data;
    await save('second', draft.id, draft.version);
    expect((await save('third', draft.id)).status).toBe(200);
    expect((await stored(draft.id)).subject).toBe('third');
  });

  test.each([
    ['a text', '1'],
    ['a fraction', 0.5],
    ['a negative number', -1],
  ])('does not take %s for a version', async (_name, version) => {
    const draft: OutboxView = (await save('first')).body.data;
    const { status, body } = await save('second', draft.id, version);
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ code: 'invalidInput', params: { field: 'version' } });
    expect((await stored(draft.id)).subject).toBe('first');
  });
});
