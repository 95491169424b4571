/** Moves and removals by the user: shown at once, made true by the next pass, and healed whatever breaks in between. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverAccount } from '../../../src/server/submission/delivery';
import type { ChangeNotice, MoveResult, ThreadDetail } from '../../../src/shared/types';
import { expectCounters, expectMirror, message, startMailApp, switchOff, type MailApp, type Row } from './mailApp';

let app: MailApp;
let inbox: Row;
let sent: Row;
let archive: Row;
let trash: Row;

beforeAll(async () => {
  app = await startMailApp();
  await app.sync();
  // One folder that is not synced.
  await switchOff(app, 'archive');
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.box.reset();
  await app.sync();
  await app.mail.db.getCollection('mailOps').model.destroy({ where: {} });
  [inbox, sent, archive, trash] = await Promise.all(['inbox', 'sent', 'archive', 'trash'].map(app.mailbox));
});

const append = (mailbox: string, raw = message(), flags: string[] = []) =>
  app.box.mail.append(app.owner, mailbox, raw, { flags });
const bySubject = async (subject: string): Promise<Row> => {
  const rows = await app.rows('mailMessages', { subject, accountId: app.accountId });
  return rows.find(({ vanishedAt }) => vanishedAt === null) ?? rows.at(-1)!;
};
const call = async <T>(action: string, values: object): Promise<T> => {
  const { status, body } = await app.user.agent.post(`/api/mailMessages:${action}`).send(values);
  if (status !== 200) throw Object.assign(new Error(JSON.stringify(body)), { code: body.errors?.[0]?.code, status });
  return body.data as T;
};
const move = (values: object) => call<MoveResult>('move', values);
const remove = (values: object) => call<MoveResult>('remove', values);
const notices = async () => (await app.user.agent.get('/api/mailMessages:notices')).body.data as ChangeNotice[];
const on = async (mailbox: string) => (await app.box.mail.list(app.owner, mailbox)).messages;
const pending = () => app.rows('mailOps', { accountId: app.accountId, state: 'pending' });
const commands = (pattern: RegExp) =>
  app.box.control
    .state()
    .imapCommands.filter(({ command }) => pattern.test(command))
    .map(({ command }) => command);
const listed = async (query: object) =>
  (await app.user.agent.get('/api/mailThreads:list').query(query)).body.data.threads.map((one: Row) => one.subject);

/** A message in the inbox that is synced. */
async function stored(subject: string, mailbox = 'INBOX'): Promise<Row> {
  await append(mailbox, message({ Subject: subject }));
  await app.sync();
  return bySubject(subject);
}

describe('a move', () => {
  test('shows at once, reaches the server, and the row keeps its id', async () => {
    const { id, threadId } = await stored('To Sent');
    const { moved } = await move({ ids: [id], to: { mailboxId: sent.id } });
    expect(moved).toEqual([{ id, from: inbox.id, to: sent.id }]);
    expect(await listed({ mailboxId: inbox.id })).toEqual([]);
    expect(await listed({ mailboxId: sent.id })).toEqual(['To Sent']);
    const detail = (await app.user.agent.get(`/api/mailThreads:get?filterByTk=${String(threadId)}`)).body
      .data as ThreadDetail;
    expect(detail.messages).toMatchObject([{ id, mailboxId: sent.id, mailboxRole: 'sent' }]);
    const rows = await app.user.agent
      .get('/api/mailMessages:list')
      .query({ filter: '{"mailboxRole":{"$in":["sent"]}}' });
    expect(rows.body.data).toMatchObject([{ id, mailboxId: sent.id, mailboxRole: 'sent' }]);
    expect(await on('INBOX')).toHaveLength(1);
    await expectCounters(app);
    await app.sync();
    await expectMirror(app);
    expect(await app.rows('mailMessages', { subject: 'To Sent' })).toMatchObject([
      { id, vanishedAt: null, mailboxWanted: null },
    ]);
    expect(await on('INBOX')).toEqual([]);
    expect(await pending()).toEqual([]);
    expect(await notices()).toEqual([]);
  });

  test('to a folder that is not synced keeps the message readable there', async () => {
    const { id } = await stored('To Archive');
    await move({ ids: [id], to: { role: 'archive' } });
    await app.sync();
    const [copy] = await on('Archive');
    const row = await bySubject('To Archive');
    expect({ ...row, uid: Number(row.uid), mailboxId: String(row.mailboxId) }).toMatchObject({
      id,
      mailboxId: archive.id,
      uid: copy?.uid,
      vanishedAt: null,
    });
    expect(await listed({ mailboxId: archive.id })).toEqual(['To Archive']);
    const source = await app.user.agent.get(`/api/mailMessages:source?filterByTk=${id}`).responseType('blob');
    expect(source.status).toBe(200);
    expect(String(source.body)).toContain('Subject: To Archive');
  });

  test('that is taken back before it was pushed leaves nothing to do', async () => {
    const { id } = await stored('There and back');
    await move({ ids: [id], to: { mailboxId: sent.id } });
    const { moved } = await move({ ids: [id], to: { mailboxId: inbox.id } });
    expect(moved).toEqual([{ id, from: sent.id, to: inbox.id }]);
    expect(await pending()).toEqual([]);
    expect(await bySubject('There and back')).toMatchObject({ mailboxWanted: null });
    const before = commands(/^UID MOVE/).length;
    await app.sync();
    expect(commands(/^UID MOVE/)).toHaveLength(before);
    await expectMirror(app);
  });

  test('to another place replaces the one that was not pushed yet', async () => {
    const { id } = await stored('Second thought');
    await move({ ids: [id], to: { mailboxId: sent.id } });
    await move({ ids: [id], to: { role: 'junk' } });
    expect(await pending()).toHaveLength(1);
    await app.sync();
    expect(await on('Sent Items')).toEqual([]);
    expect(await on('Junk Email')).toHaveLength(1);
  });

  test('of flags and place goes with the flags', async () => {
    const { id } = await stored('Read and filed');
    await call('setFlags', { ids: [id], seen: true, flagged: true });
    await move({ ids: [id], to: { mailboxId: sent.id } });
    await app.sync();
    await expectMirror(app);
    expect((await on('Sent Items'))[0]?.flags.sort()).toEqual(['\\Flagged', '\\Seen']);
  });

  test('of a thread moves what lies in the folder and nothing else', async () => {
    const root = `<root.${Date.now()}@sandbox.example>`;
    await append('INBOX', message({ Subject: 'Plan', 'Message-ID': root }));
    await append('Sent Items', message({ Subject: 'Re: Plan', References: root }));
    await append('INBOX', message({ Subject: 'Re: Re: Plan', References: root }));
    await app.sync();
    const { threadId } = await bySubject('Plan');
    const { moved } = await move({ threadIds: [String(threadId)], role: 'inbox', to: { role: 'archive' } });
    expect(moved).toHaveLength(2);
    await app.sync();
    expect((await on('Archive')).map(({ subject }) => subject).sort()).toEqual(['Plan', 'Re: Re: Plan']);
    expect((await on('Sent Items')).map(({ subject }) => subject)).toEqual(['Re: Plan']);
    await expectCounters(app);
  });

  test('of a thousand messages takes a handful of commands', async () => {
    const raws = Array.from({ length: 1000 }, () => ({ raw: message() }));
    await app.box.mail.seed(app.owner, 'INBOX', raws);
    await app.sync();
    const ids = (await app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null })).map(({ id }) => id);
    expect(ids).toHaveLength(1000);
    expect((await move({ ids, to: { mailboxId: sent.id } })).moved).toHaveLength(1000);
    await app.sync();
    expect(commands(/^UID MOVE/).length).toBeLessThanOrEqual(2);
    await expectMirror(app);
    const after = (await app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null })).map(({ id }) => id);
    expect(after.sort()).toEqual(ids.sort());
    await expect(move({ ids: [...ids, '1'], to: { mailboxId: sent.id } })).rejects.toMatchObject({
      code: 'tooManyAtOnce',
    });
  });
});

describe('Outlook was faster', () => {
  test('and moved the message elsewhere: it stays there and the user is told', async () => {
    const uid = await append('INBOX', message({ Subject: 'Contested' }));
    await append('INBOX');
    await append('INBOX');
    await app.sync();
    const { id } = await bySubject('Contested');
    await move({ ids: [id], to: { role: 'archive' } });
    await app.box.mail.move(app.owner, 'INBOX', [uid], 'Sent Items');
    app.test.pushed.length = 0;
    await app.sync();
    await expectMirror(app);
    expect(await on('Archive')).toEqual([]);
    expect(await bySubject('Contested')).toMatchObject({ id, mailboxWanted: null });
    const [notice] = await notices();
    expect(notice).toMatchObject({ messageId: id, change: 'move', error: { code: 'changedInOutlook' } });
    const told = app.test.pushed.flatMap(
      ({ message: { payload } }) => (payload as { noticeIds?: string[] }).noticeIds ?? [],
    );
    expect(told).toEqual([notice!.id]);
    await call('dismissNotices', { ids: told });
    expect(await notices()).toEqual([]);
  });

  test('and moved it to where the user wanted it: done', async () => {
    const uid = await append('INBOX', message({ Subject: 'Agreed' }));
    await append('INBOX');
    await append('INBOX');
    await app.sync();
    const { id } = await bySubject('Agreed');
    await move({ ids: [id], to: { mailboxId: sent.id } });
    await app.box.mail.move(app.owner, 'INBOX', [uid], 'Sent Items');
    await app.sync();
    await expectMirror(app);
    expect(await bySubject('Agreed')).toMatchObject({ id, mailboxWanted: null });
    expect(await notices()).toEqual([]);
  });

  test('and deleted it: gone, and the user is told', async () => {
    const uid = await append('INBOX', message({ Subject: 'Deleted there' }));
    await append('INBOX');
    await append('INBOX');
    await app.sync();
    const { id } = await bySubject('Deleted there');
    await move({ ids: [id], to: { mailboxId: sent.id } });
    await call('setFlags', { ids: [id], seen: true });
    await app.box.mail.expunge(app.owner, 'INBOX', [uid]);
    await app.sync();
    await expectMirror(app);
    expect((await notices()).map(({ change, error }) => [change, error.code])).toEqual([
      ['seen', 'messageGone'],
      ['move', 'messageGone'],
    ]);
  });
});

describe('a removal', () => {
  test('goes to the trash, and from there for good', async () => {
    const { id } = await stored('Rubbish');
    expect((await remove({ ids: [id] })).moved).toEqual([{ id, from: inbox.id, to: trash.id }]);
    await app.sync();
    expect(await on('Deleted Items')).toHaveLength(1);
    expect((await remove({ ids: [id] })).moved).toEqual([{ id, from: trash.id, to: null }]);
    expect((await app.user.agent.get(`/api/mailMessages:get?filterByTk=${id}`)).status).toBe(404);
    expect(await listed({ mailboxId: trash.id })).toEqual([]);
    await expectCounters(app);
    await app.sync();
    expect(await on('Deleted Items')).toEqual([]);
    expect(await app.rows('mailMessages', { id, vanishedAt: null })).toEqual([]);
    expect(await pending()).toEqual([]);
  });

  test('for good hits exactly that message, whatever else is marked as deleted', async () => {
    const other = await append('INBOX', message({ Subject: 'Marked by Outlook' }), ['\\Deleted']);
    const { id } = await stored('Only this one');
    await remove({ ids: [id], permanently: true });
    await app.sync();
    expect((await on('INBOX')).map(({ uid }) => uid)).toEqual([other]);
    expect(commands(/^EXPUNGE|^CLOSE/)).toEqual([]);
  });

  test('for good removes nothing where the server has another message under that UID', async () => {
    const { id } = await stored('Not what it seems');
    const { model } = app.mail.db.getCollection('mailMessages');
    await model.update({ headerHash: 'another' }, { where: { id } });
    await remove({ ids: [id], permanently: true });
    await app.sync();
    expect(await on('INBOX')).toHaveLength(1);
    expect(await bySubject('Not what it seems')).toMatchObject({ id, removeWanted: null, vanishedAt: null });
    expect(await notices()).toMatchObject([{ change: 'remove', error: { code: 'messageDiffers' } }]);
  });

  test('that is taken back before it was pushed leaves nothing to do', async () => {
    const { id } = await stored('Saved');
    await remove({ ids: [id], permanently: true });
    await move({ ids: [id], to: { mailboxId: inbox.id } });
    expect(await pending()).toEqual([]);
    await app.sync();
    await expectMirror(app);
    expect(await bySubject('Saved')).toMatchObject({ id, removeWanted: null });
  });

  test('of a message without a Message-ID that cannot be read in full works too', async () => {
    const uid = await append('INBOX', message({ Subject: 'Broken', 'Message-ID': null }));
    app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'unreadable' });
    await append('INBOX', message({ Subject: 'Whole' }));
    await app.sync();
    const ids = (await app.rows('mailMessages', { accountId: app.accountId, vanishedAt: null })).map((row) => row.id);
    expect(ids).toHaveLength(2);
    await remove({ ids, permanently: true });
    await app.sync();
    expect(await on('INBOX')).toEqual([]);
    expect(await notices()).toEqual([]);
  });
});

test('a reply that was sent marks the message as answered, in Outlook too; a forward does not', async () => {
  const { id } = await stored('A question');
  for (const kind of ['forward', 'reply'] as const) {
    const saved = await app.user.agent.post('/api/mailOutbox:save').send({
      accountId: app.accountId,
      to: [{ name: '', address: 'bob@contoso.onmicrosoft.com' }],
      subject: 'Re: A question',
      html: null,
      text: 'An answer.',
      inReplyTo: { messageId: id, kind },
    });
    const outboxId = (saved.body as { data: Row }).data.id;
    await app.user.agent.post(`/api/mailOutbox:send?filterByTk=${outboxId}`).expect(200);
    await app.mail.db.getCollection('mailOutbox').model.update({ sendAt: new Date(0) }, { where: { id: outboxId } });
    await deliverAccount(app.mail, app.accountId, new AbortController().signal);
    expect((await app.rows('mailOutbox', { id: outboxId }))[0]).toMatchObject({ state: 'sent' });
    await app.sync();
    const answered = kind === 'reply';
    expect((await on('INBOX'))[0]?.flags.includes('\\Answered')).toBe(answered);
    expect(await bySubject('A question')).toMatchObject({ id, answered });
  }
  expect(await notices()).toEqual([]);
});
