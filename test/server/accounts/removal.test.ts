import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removeAccounts } from '../../../src/server/accounts/removal';
import type { MailContext } from '../../../src/server/context';
import { indexNow } from '../../../src/server/messages/search';
import type { OutboxView, SignatureView, ThreadPage } from '../../../src/shared/types';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';
import { data, refusal } from './world';

let app: TestApp;
let mail: MailContext;
let user: TestUser;
/** Of one user, with conversations of the same hours. */
let kept: Account;
let deleted: Account;

interface Account {
  id: string;
  inbox: string;
  threads: string[];
  messages: string[];
  draft: string;
  signature: string;
}

const CONVERSATIONS = 6;

const create = async (name: string, values: Record<string, unknown>): Promise<string> => {
  const id = String(values.id ?? mail.newId());
  await mail.db.getCollection(name).model.create({ ...values, id }, { hooks: false });
  return id;
};

beforeAll(async () => {
  app = await createTestApp();
  mail = await quietMail(app);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  user = await app.createUser();
  kept = await makeAccount('kept');
  deleted = await makeAccount('deleted');
});

async function makeAccount(name: string): Promise<Account> {
  const userId = user.id;
  const id = await create('mailAccounts', {
    ...{ userId, provider: 'microsoft', homeAccountId: mail.newId(), address: `${name}@contoso.example` },
    ...{ state: 'active', startDate: new Date('2026-01-01'), firstSyncDoneAt: new Date() },
  });
  const common = { userId, accountId: id };
  const inbox = await create('mailboxes', { ...common, path: 'INBOX', role: 'inbox', syncing: true });
  const account: Account = {
    ...{ id, inbox, threads: [], messages: [] },
    draft: await create('mailOutbox', { ...common, state: 'draft', subject: name }),
    signature: await create('mailSignatures', { ...common, name }),
  };
  for (let at = 0; at < CONVERSATIONS; at++) {
    const date = new Date(Date.UTC(2026, 2, 1, 12 - at));
    const subject = `${name} ${at}`;
    const threadId = await create('mailThreads', { ...common, subject, lastDate: date, messageCount: 1 });
    await create('mailThreadMailboxes', {
      ...{ ...common, threadId, mailboxId: inbox, role: 'inbox' },
      ...{ lastDate: date, messageCount: 1, unreadCount: 1, unread: true },
    });
    const message = await create('mailMessages', {
      ...{ ...common, threadId, mailboxId: inbox, uidValidity: 1, uid: at + 1 },
      ...{ subject, fromName: name, fromAddress: `from-${name}@contoso.example`, internalDate: date, seen: false },
    });
    await create('mailBodies', { id: message, accountId: id, text: 'The same words.' });
    await indexNow(mail, message);
    account.threads.push(threadId);
    account.messages.push(message);
  }
  return account;
}

const get = <T>(action: string, query: object = {}) => data<T>(user.agent.get(`/api/${action}`).query(query));
const post = <T>(action: string, values: object) => data<T>(user.agent.post(`/api/${action}`).send(values));
const disconnect = () => post(`mailAccounts:disconnect?filterByTk=${deleted.id}`, { keepMail: false });
const subjects = ({ threads }: ThreadPage) => threads.map(({ subject }) => subject);
const ofKept = Array.from({ length: CONVERSATIONS }, (_, at) => `kept ${at}`);

describe('mail that its owner deleted with its account', () => {
  test('is in no list from then on, and pages stay full', async () => {
    const all = await get<ThreadPage>('mailThreads:list', { limit: 100 });
    expect(all.threads).toHaveLength(2 * CONVERSATIONS);
    await disconnect();
    for (const query of [{}, { unread: 1 }]) {
      const first = await get<ThreadPage>('mailThreads:list', { ...query, limit: 4 });
      expect(subjects(first)).toEqual(ofKept.slice(0, 4));
      const second = await get<ThreadPage>('mailThreads:list', { ...query, limit: 4, before: first.next });
      expect(subjects(second)).toEqual(ofKept.slice(4));
      expect(second.next).toBeNull();
    }
    expect(await refusal(user.agent.get('/api/mailThreads:list').query({ mailboxId: deleted.inbox }))).toMatchObject({
      code: 'notFound',
    });
  });

  test.each([
    ['words', { query: 'same words' }],
    ['a sender', { from: 'deleted' }],
    ['filters', { unread: true }],
    ['a folder of everybody', { query: 'same', role: 'inbox' }],
  ])('is not found by %s', async (_, search) => {
    const found = async () => subjects(await post<ThreadPage>('mailThreads:search', { ...search, limit: 100 }));
    expect(await found()).toEqual(expect.arrayContaining(['deleted 0']));
    await disconnect();
    expect(await found()).toEqual('from' in search ? [] : ofKept);
  });

  test('is not counted, nor listed in blocks', async () => {
    await disconnect();
    const { body } = await user.agent.get('/api/mailMessages:list').query({ pageSize: 4 }).expect(200);
    expect((body as { data: { subject: string }[] }).data.map(({ subject }) => subject)).toEqual(ofKept.slice(0, 4));
    expect((body as { meta: object }).meta).toMatchObject({ count: CONVERSATIONS, totalPage: 2 });
  });

  test('is there by no id', async () => {
    const [thread, message] = [deleted.threads[0]!, deleted.messages[0]!];
    await get('mailThreads:get', { filterByTk: thread });
    await disconnect();
    const ids: [string, string][] = [
      ['mailThreads:get', thread],
      ['mailMessages:get', message],
      ['mailMessages:body', message],
      ['mailMessages:source', message],
      ['mailOutbox:get', deleted.draft],
    ];
    for (const [action, filterByTk] of ids) {
      const { code } = await refusal(user.agent.get(`/api/${action}`).query({ filterByTk }));
      expect([action, code]).toEqual([action, 'notFound']);
    }
    await get('mailThreads:get', { filterByTk: kept.threads[0] });
  });

  test('leaves drafts, signatures and people of other accounts only', async () => {
    await disconnect();
    expect((await get<OutboxView[]>('mailOutbox:list')).map(({ id }) => id)).toEqual([kept.draft]);
    expect((await get<SignatureView[]>('mailSignatures:list')).map(({ id }) => id)).toEqual([kept.signature]);
    const people = await get<{ address: string }[]>('mailCorrespondents:list');
    expect(people.map(({ address }) => address)).toEqual(['from-kept@contoso.example']);
  });

  test('is let go of by lists, blocks and the outbox of every tab at once, and mail that is kept is not', async () => {
    const told = async ({ id }: Account, keepMail: boolean) => {
      app.pushed.length = 0;
      await post(`mailAccounts:disconnect?filterByTk=${id}`, { keepMail });
      return app.pushed.map(({ message: { type, payload } }) => [type, payload]);
    };
    expect(await told(kept, true)).toEqual([['mail:account', { accountId: kept.id }]]);
    expect(await told(deleted, false)).toEqual([
      ['mail:account', { accountId: deleted.id }],
      ['mail:thread', { accountId: deleted.id }],
      ['mail:outbox', { accountId: deleted.id }],
    ]);
  });

  test('hides no mail of the others once it is removed', async () => {
    await disconnect();
    await removeAccounts(mail, new AbortController().signal);
    expect(subjects(await get<ThreadPage>('mailThreads:list', { limit: 100 }))).toEqual(ofKept);
  });
});

describe('what is done to such mail', () => {
  test.each([
    ['setFlags', 'messages', ({ messages }: Account) => ({ ids: messages, seen: true })],
    ['setFlags', 'conversations', ({ threads }: Account) => ({ threadIds: threads, seen: true })],
    ['move', 'messages', ({ messages }: Account) => ({ ids: messages, to: { role: 'archive' } })],
    ['remove', 'conversations', ({ threads }: Account) => ({ threadIds: threads })],
  ] as const)('by %s of %s finds nothing and leaves no wish', async (action, _what, choice) => {
    await disconnect();
    expect(await refusal(user.agent.post(`/api/mailMessages:${action}`).send(choice(deleted)))).toMatchObject({
      code: 'notFound',
    });
    expect(await mail.db.getCollection('mailOps').model.count({ where: { accountId: deleted.id } })).toBe(0);
  });

  test('does not bring its folders back, though they were not hidden because the app stopped', async () => {
    await disconnect();
    await mail.db.getCollection('mailboxes').model.update({ missingSince: null }, { where: { accountId: deleted.id } });
    const folders = await get<{ accountId: string }[]>('mailboxes:list');
    expect(folders.map(({ accountId }) => accountId)).toEqual([kept.id]);
  });

  test('keeps nobody from going on with an answer to it that another account writes', async () => {
    const answer = (subject: string, messageId: string) => ({
      ...{ accountId: kept.id, to: [], subject, html: '<p>My answer</p>', text: null },
      inReplyTo: { messageId, kind: 'reply' },
    });
    const draft = await post<OutboxView>('mailOutbox:save', answer('Begun', deleted.messages[0]!));
    await disconnect();
    const save = `mailOutbox:save?filterByTk=${draft.id}`;
    expect(await post<OutboxView>(save, answer('Went on', deleted.messages[0]!))).toMatchObject({ subject: 'Went on' });
    const another = user.agent.post(`/api/${save}`).send(answer('Another', deleted.messages[1]!));
    expect(await refusal(another)).toMatchObject({ code: 'notFound' });
    await removeAccounts(mail, new AbortController().signal);
    expect(await post<OutboxView>(save, answer('Once more', deleted.messages[0]!))).toMatchObject({
      subject: 'Once more',
    });
  });

  test('is told from mail of others by nobody who begins an answer to it, and what he wrote can be kept without it', async () => {
    const other = await app.createUser();
    const foreign = await create('mailMessages', { userId: other.id, accountId: mail.newId(), subject: 'foreign' });
    await disconnect();
    await removeAccounts(mail, new AbortController().signal);
    const words = { accountId: kept.id, to: [], subject: 'Begun', html: null, text: 'My answer' };
    const save = (inReplyTo: object) => user.agent.post('/api/mailOutbox:save').send({ ...words, inReplyTo });
    const [gone, theirs] = [deleted.messages[0], foreign].map((messageId) => save({ messageId, kind: 'reply' }));
    const refused = await refusal(gone!);
    expect(refused).toMatchObject({ code: 'notFound' });
    expect(await refusal(theirs!)).toEqual(refused);
    expect(await post<OutboxView>('mailOutbox:save', words)).toMatchObject({ text: 'My answer', inReplyTo: null });
  });

  test('goes with a draft that was being made meanwhile', async () => {
    await disconnect();
    const outbox = mail.db.getCollection('mailOutbox').model;
    const values = { userId: user.id, accountId: deleted.id, state: 'draft', subject: 'late' };
    let looks = 0;
    const readersFirst = mail.readersFirst;
    mail.readersFirst = async () => {
      const isEmpty = (await outbox.count({ where: { accountId: deleted.id } })) === 0;
      // The second look is that of what comes after the outbox.
      if (isEmpty && ++looks === 2) await outbox.create({ ...values, id: mail.newId() }, { hooks: false });
    };
    await removeAccounts(mail, new AbortController().signal);
    mail.readersFirst = readersFirst;
    expect(await outbox.count({ where: { accountId: deleted.id } })).toBe(0);
  });
});
