import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimLease } from '../../src/server/accounts/lease';
import { releaseWaiting } from '../../src/server/accounts/waiting';
import type { MailContext } from '../../src/server/context';
import { deliverAccount } from '../../src/server/submission/delivery';
import { editDraft, listOutbox, saveDraft } from '../../src/server/submission/drafts';
import { changeOutbox, outboxModel, readOutbox, stepOutbox } from '../../src/server/submission/outbox';
import { failOrphans } from '../../src/server/submission/waiting';
import { createTestApp, quietMail, type TestApp } from '../harness';

let host: TestApp;
let mail: MailContext;
let accountId: string;
const viewer = { userId: '41' };
const never = new AbortController().signal;

beforeAll(async () => {
  host = await createTestApp();
  mail = await quietMail(host);
  accountId = mail.newId();
  const account = { id: accountId, userId: '41', state: 'paused', address: 'ann@x.example', credentialsEpoch: 0 };
  await mail.db.getCollection('mailAccounts').model.create(account, { hooks: false });
});
beforeEach(() => outboxModel(mail).destroy({ where: {}, hooks: false }));
afterAll(() => host?.stop());

const input = () => ({
  accountId,
  to: [{ name: 'Боб 😀', address: 'bob@x.example' }],
  cc: [],
  bcc: [],
  subject: 'Звіт 😀',
  html: '<p>так</p>',
  text: 'так',
  inReplyTo: null,
  record: { collection: 'orders', id: '7' },
});
const draft = () => saveDraft(mail, viewer, '', input());

test('a row is read as it was written', async () => {
  const { id } = await draft();
  const sendAt = new Date('2026-03-01T12:00:00.123Z');
  const written = {
    attachments: [{ id: 'f'.repeat(32), filename: 'ї.pdf', contentType: 'application/pdf', size: 5 }],
    threading: { inReplyTo: '<a@x>', references: ['<a@x>'] },
    sentBefore: { uidValidity: 4_294_967_295, uidNext: 4_294_967_294 },
    lastError: { code: 'timeout', kind: 'transient' as const, who: 'nobody' as const },
    sendAt,
    deliveryEpoch: 7,
  };
  expect(await changeOutbox(mail, id, { state: 'draft' }, written)).toBe(true);
  expect(await readOutbox(mail, id)).toMatchObject({ ...input(), ...written, id, userId: '41', state: 'draft' });
  expect(await changeOutbox(mail, id, {}, { lastError: null, sentBefore: null, threading: null })).toBe(true);
  expect(await readOutbox(mail, id)).toMatchObject({ lastError: null, sentBefore: null, threading: null });
});

test('of many who change a row at once each is heard once', async () => {
  const { id } = await draft();
  await Promise.all(
    Array.from({ length: 8 }, () => editDraft(mail, viewer, id, ({ subject }) => ({ subject: `${subject}+` }))),
  );
  expect((await readOutbox(mail, id))?.subject).toBe('Звіт 😀++++++++');
  const won = await Promise.all(Array.from({ length: 8 }, async () => stepOutbox(mail, await draftRow(id), 'send')));
  expect(won.filter(Boolean)).toHaveLength(1);
});
const draftRow = async (id: string) => (await readOutbox(mail, id))!;

test('what a crash left is told by the epoch and by the end', async () => {
  const [early, late] = [await draft(), await draft()];
  const stranded = { state: 'sending' as const, deliveryEpoch: 0, sendAt: new Date(0), attempts: 1 };
  await changeOutbox(mail, early.id, {}, { ...stranded, endingAt: null });
  await changeOutbox(mail, late.id, {}, { ...stranded, endingAt: new Date(0) });
  await deliverAccount(mail, accountId, never);
  // The account is paused, so what was found unsent waits and nothing leaves.
  expect(await readOutbox(mail, early.id)).toMatchObject({ state: 'queued', lastError: { code: 'accountPaused' } });
  expect((await readOutbox(mail, late.id))?.state).toBe('uncertain');
  await releaseWaiting(mail, { id: accountId, userId: viewer.userId }, 'providerMisconfigured');
  expect((await readOutbox(mail, early.id))?.nextAttemptAt).not.toBeNull();
  await releaseWaiting(mail, { id: accountId, userId: viewer.userId }, 'accountPaused');
  expect(await readOutbox(mail, early.id)).toMatchObject({ nextAttemptAt: null, lastError: null });
});

test('nobody delivers while another holds the account', async () => {
  const { id } = await draft();
  await changeOutbox(mail, id, {}, { state: 'queued', sendAt: new Date(0) });
  const lease = await claimLease(mail, accountId, 'delivery');
  expect(lease).not.toBeNull();
  await deliverAccount(mail, accountId, never);
  expect((await readOutbox(mail, id))?.state).toBe('queued');
  await mail.db
    .getCollection('mailAccounts')
    .model.update({ deliveryUntil: null }, { where: { id: accountId }, hooks: false });
});

test('mail of an account that is gone fails, and lists come newest first without bodies', async () => {
  const { id } = await draft();
  await changeOutbox(mail, id, {}, { state: 'queued', sendAt: new Date(0), accountId: mail.newId() });
  await failOrphans(mail);
  expect(await listOutbox(mail, viewer)).toMatchObject([
    { id, state: 'failed', lastError: { code: 'accountDisconnected' }, html: null, text: '' },
  ]);
  expect(await listOutbox(mail, { userId: '42' })).toEqual([]);
});
