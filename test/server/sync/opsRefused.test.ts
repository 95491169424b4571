/** Changes the server refuses: tried again, given up in the end, and no reason for others to wait. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ImapEffect } from '../../../sandbox/outlook';
import { enqueueFlags, enqueueMove, enqueueRemoval } from '../../../src/server/sync/ops';
import { expectMirror, mailAppForAll, message, type MailApp, type Row } from './mailApp';

let app: MailApp;
let sent: Row;

mailAppForAll((started) => {
  app = started;
});
beforeEach(async () => {
  await app.mail.db.getCollection('mailOps').model.destroy({ where: {} });
  sent = await app.mailbox('sent');
});

const viewer = () => ({ userId: String(app.user.id) });
const bySubject = async (subject: string) => app.rows('mailMessages', { subject, vanishedAt: null });
const on = async (mailbox: string) => (await app.box.mail.list(app.owner, mailbox)).messages;

test('what the server refuses is tried again later, and given up in the end', async () => {
  await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Refused' }));
  await app.sync();
  const [{ id }] = (await bySubject('Refused')) as [Row, ...Row[]];
  await enqueueMove(app.mail, viewer(), [id], { mailboxId: sent.id });
  const effect: ImapEffect = { kind: 'reply', status: 'NO', text: 'Server error' };
  app.box.control.failImap({ on: '^UID MOVE', effect, times: 0 });
  const asked = Date.now();
  await app.sync();
  const [first] = await app.rows('mailOps');
  expect(first).toMatchObject({ state: 'pending', attempts: 1 });
  expect(new Date(first?.nextAttemptAt as string).getTime()).toBeGreaterThanOrEqual(asked + 30_000);
  expect((await bySubject('Refused'))[0]).toMatchObject({ mailboxWanted: expect.anything() as unknown });
  for (let attempt = 1; attempt < 5; attempt++) {
    await app.mail.db.getCollection('mailOps').model.update({ nextAttemptAt: null }, { where: {} });
    await app.sync();
  }
  expect((await app.rows('mailOps'))[0]).toMatchObject({ state: 'failed', lastError: { code: 'moveRefused' } });
  expect((await bySubject('Refused'))[0]).toMatchObject({ mailboxWanted: null });
  await expectMirror(app);
});

describe('of many messages in one command the server refuses one:', () => {
  let rows: Row[];
  let guilty: Row;
  beforeEach(async () => {
    for (let number = 0; number < 9; number++) {
      await app.box.mail.append(app.owner, 'INBOX', message({ Subject: `Many ${number}` }));
    }
    await app.sync();
    rows = (await app.rows('mailMessages', { vanishedAt: null })).sort((a, b) => Number(a.uid) - Number(b.uid));
    guilty = rows[5]!;
  });
  const ids = () => rows.map(({ id }) => id);
  /** Every range of UIDs in which it lies. */
  const refuse = (command: string) => {
    const uids = rows.map(({ uid }) => Number(uid));
    const at = Number(guilty.uid);
    const ranges = uids.flatMap((from) =>
      uids.flatMap((to) => (from <= at && to >= at ? [from === to ? `${from}` : `${from}:${to}`] : [])),
    );
    const effect: ImapEffect = { kind: 'reply', status: 'NO', text: 'Server error' };
    app.box.control.failImap({ on: `^${command} (${ranges.join('|')}) `, effect, times: 0 });
  };
  const expectRefused = async (code: string) => {
    const ops = await app.rows('mailOps');
    expect(ops.filter(({ state }) => state === 'done')).toHaveLength(8);
    expect(ops.filter(({ state }) => state !== 'done')).toMatchObject([
      { messageRowId: expect.anything() as unknown, state: 'pending', attempts: 1, lastError: { code } },
    ]);
    expect(ops.filter(({ state }) => state !== 'done').map((op) => String(op.messageRowId))).toEqual([guilty.id]);
  };

  test('the others are marked', async () => {
    await enqueueFlags(app.mail, viewer(), ids(), { flagged: true });
    refuse('UID STORE');
    await app.sync();
    await expectRefused('flagsRefused');
    const flagged = (await on('INBOX')).filter(({ flags }) => flags.includes('\\Flagged'));
    expect(flagged.map(({ subject }) => subject)).not.toContain(guilty.subject);
    expect(flagged).toHaveLength(8);
  });

  test('the others are moved', async () => {
    await enqueueMove(app.mail, viewer(), ids(), { mailboxId: sent.id });
    refuse('UID MOVE');
    await app.sync();
    await expectRefused('moveRefused');
    expect((await on('INBOX')).map(({ subject }) => subject)).toEqual([guilty.subject]);
    expect(await on('Sent Items')).toHaveLength(8);
  });

  test('the others are moved where MOVE is not offered', async () => {
    app.box.control.setImap({ without: ['MOVE'] });
    await enqueueMove(app.mail, viewer(), ids(), { mailboxId: sent.id });
    refuse('UID COPY');
    await app.sync();
    await expectRefused('moveRefused');
    expect((await on('INBOX')).map(({ subject }) => subject)).toEqual([guilty.subject]);
    expect(await on('Sent Items')).toHaveLength(8);
  });

  test('the others are removed', async () => {
    await enqueueRemoval(app.mail, viewer(), ids(), true);
    refuse('UID STORE');
    await app.sync();
    await expectRefused('removeRefused');
    expect((await on('INBOX')).map(({ subject }) => subject)).toEqual([guilty.subject]);
  });
});
